package dev.assay.worker;

import dev.assay.model.ScoringRequest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The requests this process ended lately. A record comes again when its acknowledgement was lost;
 * its scorer need not be asked, nor paid, twice. Only an economy: what makes repeats harmless is
 * that their assessments carry the same id.
 */
final class RememberedVerdicts {
  private record Key(String requestId, long requestedNanos, boolean backfill) {
    static Key of(ScoringRequest request) {
      return new Key(request.requestId(), request.requestedNanos(), request.backfill());
    }
  }

  private final Set<Key> ended;

  RememberedVerdicts(int size) {
    this.ended =
        Collections.synchronizedSet(
            Collections.newSetFromMap(
                new LinkedHashMap<>() {
                  private static final long serialVersionUID = 1L;

                  @Override
                  protected boolean removeEldestEntry(Map.Entry<Key, Boolean> eldest) {
                    return size() > size;
                  }
                }));
  }

  boolean ended(ScoringRequest request) {
    return ended.contains(Key.of(request));
  }

  void remember(ScoringRequest request) {
    ended.add(Key.of(request));
  }
}
