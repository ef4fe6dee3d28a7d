package dev.assay.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was sent, counted apart from the monitor: what its numbers are compared with. Thread-safe.
 */
public final class TrafficLedger {
  private static final Comparator<Release> ORDER =
      Comparator.comparing(Release::app).thenComparing(Release::version);

  private final Map<Release, Tally> tallies = new TreeMap<>(ORDER);
  private long spans;

  /** An application in one version. */
  private record Release(String app, String version) {}

  private static final class Tally {
    private long traces;
    private final Map<Defect, Long> defects = new EnumMap<>(Defect.class);
    private final Map<Aspect, Long> bad = new EnumMap<>(Aspect.class);
  }

  /**
   * The traces of an application in one version.
   *
   * @param defects traces that have the defect; absent: none
   * @param bad traces on which a perfect judge says no, by what it is asked; absent: none
   */
  public record Entry(
      String app, String version, long traces, Map<Defect, Long> defects, Map<Aspect, Long> bad) {
    public Entry {
      defects = Map.copyOf(defects);
      bad = Map.copyOf(bad);
    }

    public long count(Defect defect) {
      return defects.getOrDefault(defect, 0L);
    }

    public long bad(Aspect aspect) {
      return bad.getOrDefault(aspect, 0L);
    }
  }

  synchronized void sent(PlannedTrace trace, int spansOfTrace) {
    var tally =
        tallies.computeIfAbsent(new Release(trace.app(), trace.version()), _ -> new Tally());
    tally.traces++;
    spans += spansOfTrace;
    trace.defects().forEach(defect -> tally.defects.merge(defect, 1L, Long::sum));
    for (var aspect : Aspect.values()) {
      if (Boolean.FALSE.equals(trace.truth().get(aspect.key()))) {
        tally.bad.merge(aspect, 1L, Long::sum);
      }
    }
  }

  public synchronized long traces() {
    return tallies.values().stream().mapToLong(tally -> tally.traces).sum();
  }

  public synchronized long spans() {
    return spans;
  }

  /** By application and version. */
  public synchronized List<Entry> entries() {
    var entries = new ArrayList<Entry>();
    tallies.forEach((release, tally) ->
        entries.add(
            new Entry(release.app(), release.version(), tally.traces, tally.defects, tally.bad)));
    return entries;
  }
}
