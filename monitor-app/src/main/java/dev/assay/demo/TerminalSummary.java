package dev.assay.demo;

import dev.assay.demo.Snapshot.Rate;
import dev.assay.demo.Snapshot.Row;
import dev.assay.demo.Snapshot.State;
import dev.assay.model.Objective;
import dev.assay.model.Objective.Direction;
import dev.assay.terminal.Columns;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Snapshot} as text. A function of its arguments: what is drawn where, and when, is {@link
 * LiveSummary}'s. Names come from strangers' telemetry and are made inert.
 */
public final class TerminalSummary {
  private static final int MIN_WIDTH = 40;
  private static final int BAR = 10;

  private TerminalSummary() {}

  /**
   * The whole picture.
   *
   * @param width columns; no line is longer, unless it is below 40
   * @param height lines: where there are more, rows that are fine are folded; {@link
   *     Integer#MAX_VALUE}: as many as it takes
   * @param colour whether to use ANSI escapes
   * @return lines, without line breaks
   */
  public static List<String> render(Snapshot snapshot, int width, int height, boolean colour) {
    return new Page(snapshot, Math.max(MIN_WIDTH, width), height, colour).lines();
  }

  /** The picture for a log: a line about the run, and one for each application and version. */
  public static List<String> renderForLog(Snapshot snapshot) {
    var lines = new ArrayList<String>();
    lines.add(
        "[%s] %s · %s traces · pass rates of the last minute · judge: %s"
            .formatted(
                clock(snapshot.uptime()),
                Columns.inert(snapshot.phase()),
                count(snapshot.traces()),
                Columns.inert(snapshot.judge())));
    var rows = snapshot.rows().stream().filter(row -> row.rate() != null || isWrong(row)).toList();
    snapshot.notices().forEach(notice -> lines.add("  " + Columns.inert(notice)));
    for (var release : releases(rows)) {
      var scorers =
          release.rows().stream()
              .map(TerminalSummary::inOneLine)
              .collect(Collectors.joining(" · "));
      lines.add("  %s: %s".formatted(release.title(), scorers));
    }
    return lines;
  }

  private static String inOneLine(Row row) {
    var rate = row.rate();
    var trend = Page.trend(row);
    return "%s %s (n=%s of %s)%s%s"
        .formatted(
            name(row),
            rate == null ? "–" : percent(rate.ratio()) + " [" + Page.interval(rate) + "]",
            count(rate == null ? 0 : rate.samples()),
            count(row.assessments()),
            trend.isEmpty() || trend.equals("→") ? "" : " " + trend,
            isWrong(row) ? " " + row.state().label() : "");
  }

  private static boolean isWrong(Row row) {
    return row.state() == State.BURNING || row.state() == State.PAUSED;
  }

  /** The rows of one application in one version. */
  private record Release(String app, String version, List<Row> rows) {
    /** Whether nothing is known of it but the past. */
    boolean isQuiet() {
      return rows.stream().allMatch(row -> row.rate() == null && !isWrong(row));
    }

    String title() {
      return Columns.inert(version.isEmpty() ? app : app + " " + version);
    }
  }

  private static List<Release> releases(List<Row> rows) {
    var releases = new LinkedHashMap<List<String>, Release>();
    for (var row : rows) {
      releases
          .computeIfAbsent(
              List.of(row.app(), row.version()),
              _ -> new Release(row.app(), row.version(), new ArrayList<>()))
          .rows()
          .add(row);
    }
    return List.copyOf(releases.values());
  }

  private static String name(Row row) {
    return name(row, Integer.MAX_VALUE);
  }

  /** What is cut is the name, not that its verdicts are simulated. */
  private static String name(Row row, int width) {
    var suffix = row.simulated() ? " (simulated)" : "";
    return Columns.cut(Columns.inert(row.scorer()), width - suffix.length()) + suffix;
  }

  private static String percent(double ratio) {
    // only all is 100 %
    double percent = Math.round(ratio * 1_000) / 10.0;
    return decimal(ratio < 1 ? Math.min(percent, 99.9) : percent) + " %";
  }

  private static String decimal(double number) {
    return String.format(Locale.ROOT, "%.1f", number);
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String clock(Duration uptime) {
    return "%d:%02d:%02d"
        .formatted(uptime.toHours(), uptime.toMinutesPart(), uptime.toSecondsPart());
  }

  /** One rendering. */
  private static final class Page {
    private final Snapshot snapshot;
    private final int width;
    private final int height;
    private final boolean colour;
    private final List<Release> releases;
    private final int nameWidth;
    private final boolean showsTrend;
    private final boolean showsAssessed;
    private final boolean showsInterval;
    private final boolean showsBar;
    private final boolean showsObjective;

    Page(Snapshot snapshot, int width, int height, boolean colour) {
      this.snapshot = snapshot;
      this.width = width;
      this.height = height;
      this.colour = colour;
      this.releases = releases(snapshot.rows());
      this.showsTrend = width >= 56;
      this.showsObjective = width >= 64;
      this.showsAssessed = width >= 72;
      this.showsInterval = width >= 88;
      this.showsBar = width >= 104;
      int others =
          Columns.of(
              columns(
                  "  ",
                  " ".repeat(9),
                  " ".repeat(9),
                  " ".repeat(15),
                  " ".repeat(BAR),
                  " ".repeat(9),
                  " ".repeat(8),
                  " ".repeat(11)));
      int longest = snapshot.rows().stream().mapToInt(row -> Columns.of(name(row))).max().orElse(0);
      this.nameWidth = Math.clamp(longest, 8, Math.max(8, width - others));
    }

    List<String> lines() {
      var head = head();
      var foot = foot();
      int room = height - head.size() - foot.size();
      var lines = new ArrayList<>(head);
      lines.addAll(table(room));
      lines.addAll(foot);
      return lines.size() <= height ? lines : lines.subList(0, Math.max(0, height));
    }

    private List<String> head() {
      var lines = new ArrayList<String>();
      var title = "Assay demo";
      var story = "  %s  %s".formatted(clock(snapshot.uptime()), Columns.inert(snapshot.phase()));
      lines.add(ink(Ink.BOLD, title) + Columns.cut(story, width - title.length()));
      lines.add(
          line(
              Ink.DIM,
              "%s traces/s, %s so far, %s judge calls in flight; pass rates of the last minute"
                  .formatted(
                      decimal(snapshot.tracesPerSecond()),
                      count(snapshot.traces()),
                      count(snapshot.judgeCalls()))));
      lines.add(line(Ink.DIM, "judge: " + Columns.inert(snapshot.judge())));
      lines.add(burning());
      snapshot.notices().forEach(notice -> lines.add(line(Ink.WARN, Columns.inert(notice))));
      return lines;
    }

    private String burning() {
      var burning =
          snapshot.rows().stream()
              .filter(row -> row.state() == State.BURNING)
              .map(
                  row -> new Release(row.app(), row.version(), List.of()).title() + " " + name(row))
              .toList();
      if (burning.isEmpty()) {
        boolean judged = snapshot.rows().stream().anyMatch(row -> row.state() == State.OK);
        return judged
            ? line(Ink.GOOD, "nothing burns: every objective with enough samples is met")
            : line(
                Ink.DIM,
                snapshot.rows().isEmpty()
                    ? "waiting for assessments"
                    : "too few samples yet to say whether anything burns");
      }
      return line(
          Ink.ALARM, "%d burning: %s".formatted(burning.size(), String.join(", ", burning)));
    }

    private List<String> foot() {
      var lines = new ArrayList<String>();
      lines.add("");
      int label =
          snapshot.links().stream()
              .mapToInt(link -> Columns.of(Columns.inert(link.label())))
              .max()
              .orElse(0);
      for (var link : snapshot.links()) {
        var address = Columns.inert(link.address().toString());
        lines.add(
            line(
                null,
                "%s  %s".formatted(Columns.left(Columns.inert(link.label()), label), address)));
      }
      lines.add(line(Ink.DIM, "Ctrl-C stops"));
      return lines;
    }

    private List<String> table(int room) {
      var lines = new ArrayList<String>();
      if (releases.isEmpty()) {
        return lines;
      }
      lines.add("");
      lines.add(ink(Ink.DIM, heading()));
      var shown = shown(room - 2);
      for (var release : releases) {
        if (release.isQuiet()) {
          lines.add(line(Ink.DIM, release.title() + "  nothing assessed lately"));
          continue;
        }
        lines.add(line(Ink.BOLD, release.title()));
        int folded = 0;
        for (var row : release.rows()) {
          if (shown.contains(row)) {
            lines.add(row(row));
          } else {
            folded++;
          }
        }
        if (folded > 0) {
          lines.add(line(Ink.DIM, "  + %d more, nothing wrong".formatted(folded)));
        }
      }
      return lines;
    }

    /**
     * The rows there is room for: what is wrong, then a row of each release in turn, those with an
     * objective first. The same rows from one second to the next, unless something goes wrong.
     */
    private Set<Row> shown(int room) {
      var busy = releases.stream().filter(release -> !release.isQuiet()).toList();
      var all = busy.stream().flatMap(release -> release.rows().stream()).toList();
      if (all.size() + releases.size() <= room) {
        return Set.copyOf(all);
      }
      var shown = new HashSet<Row>();
      all.stream().filter(TerminalSummary::isWrong).forEach(shown::add);
      // a title and a line for what is folded, each
      int left = room - releases.size() - busy.size() - shown.size();
      var queues = new ArrayList<Deque<Row>>();
      for (var release : busy) {
        queues.add(
            release.rows().stream()
                .filter(row -> !isWrong(row))
                .sorted(Comparator.comparing(row -> row.objective() == null))
                .collect(Collectors.toCollection(ArrayDeque::new)));
      }
      while (left > 0 && queues.stream().anyMatch(queue -> !queue.isEmpty())) {
        for (var queue : queues) {
          if (left > 0 && !queue.isEmpty()) {
            shown.add(queue.remove());
            left--;
          }
        }
      }
      return shown;
    }

    private String heading() {
      return columns(
          "  " + Columns.left("scorer", nameWidth),
          Columns.right("assessed", 9),
          Columns.right("passed", 9),
          Columns.right("95 % interval", 15),
          " ".repeat(BAR),
          Columns.right("target", 9),
          Columns.left("trend", 8),
          "state");
    }

    private String row(Row row) {
      var rate = row.rate();
      var ink = stateInk(row.state());
      var passed = Columns.right(rate == null ? "–" : percent(rate.ratio()), 9);
      var trend = trend(row);
      var line =
          columns(
              "  " + Columns.left(name(row, nameWidth), nameWidth),
              Columns.right(count(row.assessments()), 9),
              row.state() == State.BURNING ? ink(Ink.ALARM, passed) : passed,
              ink(Ink.DIM, Columns.right(rate == null ? "" : interval(rate), 15)),
              rate == null ? " ".repeat(BAR) : ink(ink, bar(rate.ratio())),
              ink(Ink.DIM, Columns.right(target(row.objective()), 9)),
              ink(trendInk(row), trend) + " ".repeat(8 - Columns.of(trend)),
              ink(ink, row.state().label()));
      return line.stripTrailing();
    }

    private String columns(
        String name,
        String assessed,
        String passed,
        String interval,
        String bar,
        String objective,
        String trend,
        String state) {
      return name
          + (showsAssessed ? assessed : "")
          + passed
          + (showsInterval ? interval : "")
          + (showsBar ? "  " + bar : "")
          + (showsObjective ? objective : "")
          + (showsTrend ? "  " + trend : "")
          + "  "
          + state;
    }

    private static String interval(Rate rate) {
      return decimal(100 * rate.lower()) + "–" + decimal(100 * rate.upper());
    }

    private static String bar(double ratio) {
      int eighths = (int) (Math.clamp(ratio, 0, 1) * BAR * 8);
      var partly = "▏▎▍▌▋▊▉";
      int rest = eighths % 8;
      var bar = "█".repeat(eighths / 8) + (rest == 0 ? "" : partly.charAt(rest - 1));
      return bar + "░".repeat(BAR - bar.length());
    }

    private static String target(@Nullable Objective objective) {
      if (objective == null) {
        return "";
      }
      var sign = objective.direction() == Direction.AT_LEAST ? "≥ " : "≤ ";
      var percent = decimal(100 * objective.target());
      return sign + percent.replaceFirst("\\.0$", "") + " %";
    }

    /** An arrow only where the difference is larger than its 95 % interval. */
    private static String trend(Row row) {
      var rate = row.rate();
      var before = row.previous();
      if (rate == null || before == null) {
        return "";
      }
      double points = 100 * (rate.ratio() - before.ratio());
      return switch (direction(rate, before)) {
        case 1 -> "↑ +" + decimal(points);
        case -1 -> "↓ −" + decimal(-points);
        default -> "→";
      };
    }

    private static int direction(Rate rate, Rate before) {
      double difference = rate.ratio() - before.ratio();
      // Newcombe's interval of a difference, from the intervals of the two
      boolean up =
          difference > Math.hypot(rate.ratio() - rate.lower(), before.upper() - before.ratio());
      boolean down =
          -difference > Math.hypot(rate.upper() - rate.ratio(), before.ratio() - before.lower());
      return up ? 1 : down ? -1 : 0;
    }

    private static @Nullable Ink trendInk(Row row) {
      var rate = row.rate();
      var before = row.previous();
      int direction = rate == null || before == null ? 0 : direction(rate, before);
      boolean lowIsGood =
          row.objective() != null && row.objective().direction() == Direction.AT_MOST;
      return direction == 0 ? null : direction > 0 == lowIsGood ? Ink.WARN : Ink.GOOD;
    }

    private static Ink stateInk(State state) {
      return switch (state) {
        case BURNING -> Ink.ALARM;
        case PAUSED -> Ink.WARN;
        case OK -> Ink.GOOD;
        case TOO_FEW, NO_OBJECTIVE -> Ink.DIM;
      };
    }

    private String line(@Nullable Ink ink, String text) {
      return ink(ink, Columns.cut(text, width));
    }

    private String ink(@Nullable Ink ink, String text) {
      return colour && ink != null ? ink.paint(text) : text;
    }
  }
}
