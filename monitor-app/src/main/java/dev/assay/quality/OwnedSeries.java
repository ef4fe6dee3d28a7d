package dev.assay.quality;

import dev.assay.model.QualitySeries;
import dev.assay.model.QualityWindow;
import dev.assay.model.QualityWindow.Counts;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * The series this process owns, task by task, and what each had counted when it became the owner.
 * Written by stream threads, read by scrapes: every value is immutable.
 */
public final class OwnedSeries {
  private final Map<String, Task> tasks = new ConcurrentHashMap<>();
  private final AtomicLong terms = new AtomicLong();

  /**
   * A series and its owner's account of it.
   *
   * @param term another one each time a series is taken on
   * @param sinceMillis when this process became the owner
   * @param baseline the total it found then
   * @param counted the total now, whether committed or not
   * @param backfilled the part counted since then that was backfilled
   * @param changedMillis when it last changed
   */
  record Ownership(
      long term,
      long sinceMillis,
      Counts baseline,
      Counts counted,
      Counts backfilled,
      long changedMillis) {}

  /** Whatever the task owned before is forgotten. */
  Task open(String taskId, long nowMillis) {
    var task = new Task(taskId, nowMillis);
    tasks.put(taskId, task);
    return task;
  }

  void forEach(BiConsumer<QualitySeries, Ownership> action) {
    tasks.values().forEach(task -> task.series.forEach(action));
  }

  /** What one task owns; used by its thread alone. */
  final class Task {
    private final String id;
    private final long sinceMillis;
    private final Map<QualitySeries, Ownership> series = new ConcurrentHashMap<>();

    private Task(String id, long sinceMillis) {
      this.id = id;
      this.sinceMillis = sinceMillis;
    }

    /** A series in the store the task was opened with. */
    void found(QualitySeries found, Counts total, long changedMillis) {
      series.put(
          found,
          new Ownership(
              terms.incrementAndGet(), sinceMillis, total, total, Counts.ZERO, changedMillis));
    }

    /** A difference to a total. */
    void counted(Counts before, QualityWindow difference, long nowMillis) {
      series.compute(
          difference.series(),
          (_, owned) -> {
            var known =
                owned == null
                    ? new Ownership(
                        terms.incrementAndGet(), nowMillis, before, before, Counts.ZERO, nowMillis)
                    : owned;
            return new Ownership(
                known.term,
                known.sinceMillis,
                known.baseline,
                known.counted.plus(difference.counts()),
                difference.isTotal()
                    ? known.backfilled.plus(difference.counts())
                    : known.backfilled,
                nowMillis);
          });
    }

    /** Drops what has not changed since then: a version long gone need not stay on the page. */
    void forget(long beforeMillis) {
      series.values().removeIf(owned -> owned.changedMillis < beforeMillis);
    }

    /** The task moves away, or is closed. */
    void close() {
      tasks.remove(id, this);
    }
  }
}
