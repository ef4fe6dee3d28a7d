package dev.assay.quality;

import dev.assay.model.Assessment;
import dev.assay.model.QualityWindow;
import java.util.List;

/**
 * An assessment that counts, and what that changes.
 *
 * @param differences to windows of any series: its own, and what it takes back
 */
public record Counted(Assessment assessment, List<QualityWindow> differences) {
  public Counted {
    differences = List.copyOf(differences);
  }
}
