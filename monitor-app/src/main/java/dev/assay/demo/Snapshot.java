package dev.assay.demo;

import dev.assay.model.Objective;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link TerminalSummary} shows: a moment of a run.
 *
 * @param uptime since the start
 * @param phase what is going on, for people
 * @param tracesPerSecond arriving, ≥ 0
 * @param traces received so far
 * @param judgeCalls in flight
 * @param judge who judges, for people, as {@code simulated (…)} or {@code openai:/gpt-4.1-mini}
 * @param notices what else people should know, a line each: that a scorer is paused, and why
 * @param rows in the order they are shown; those of one application and version belong together
 */
public record Snapshot(
    Duration uptime,
    String phase,
    double tracesPerSecond,
    long traces,
    long judgeCalls,
    String judge,
    List<String> notices,
    List<Row> rows,
    List<Link> links) {
  public Snapshot {
    notices = List.copyOf(notices);
    rows = List.copyOf(rows);
    links = List.copyOf(links);
  }

  /**
   * One scorer on one application.
   *
   * @param version of the application; empty: unknown, or all together
   * @param simulated whether the verdicts are a simulated judge's
   * @param assessments so far
   * @param rate of passes in the newest window; null: nothing judged in it
   * @param previous that of the time before; null: nothing judged in it
   * @param objective null: none
   */
  public record Row(
      String app,
      String version,
      String scorer,
      boolean simulated,
      long assessments,
      @Nullable Rate rate,
      @Nullable Rate previous,
      @Nullable Objective objective,
      State state) {}

  /**
   * A pass rate and its 95 % interval, each in [0, 1].
   *
   * @param samples passed or failed, of which it is the rate, ≥ 1
   */
  public record Rate(double ratio, double lower, double upper, long samples) {}

  /** How a row stands. */
  public enum State {
    /** The objective is missed, and its alert fires. */
    BURNING("BURNING"),
    /** The scorer does not run. */
    PAUSED("paused"),
    /** Too few assessments to say. */
    TOO_FEW("few samples"),
    OK("ok"),
    /** There is no objective to meet. */
    NO_OBJECTIVE("");

    private final String label;

    State(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /** Something to open, or to send to. */
  public record Link(String label, URI address) {}
}
