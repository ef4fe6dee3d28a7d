package dev.assay.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every scorer there is. */
record ScorersPage(List<Row> rows) {
  /** One scorer. */
  record Row(
      String name,
      String kind,
      String version,
      String state,
      String stateCss,
      @Nullable String stateReason,
      String sampleRate,
      @Nullable String objective,
      @Nullable String owner,
      @Nullable String description) {}
}
