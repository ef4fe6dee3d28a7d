package dev.assay.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.demo.Snapshot.Link;
import dev.assay.demo.Snapshot.Rate;
import dev.assay.demo.Snapshot.Row;
import dev.assay.demo.Snapshot.State;
import dev.assay.model.Objective;
import dev.assay.model.Objective.Direction;
import dev.assay.terminal.Columns;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class TerminalSummaryTest {
  private static final Objective NINETY = new Objective(Direction.AT_LEAST, 0.9);
  private static final Objective MOST = new Objective(Direction.AT_MOST, 0.015);

  private static Row row(
      String app,
      String version,
      String scorer,
      Rate rate,
      Rate before,
      Objective objective,
      State state) {
    boolean judge = scorer.equals("helpful") || scorer.equals("grounded");
    return new Row(app, version, scorer, judge, 1_204, rate, before, objective, state);
  }

  private static Snapshot snapshot(List<Row> rows) {
    return new Snapshot(
        Duration.ofSeconds(4 * 60 + 12),
        "support-chat's new version gets worse",
        20,
        5_040,
        12,
        "simulated (stand-in model: finds 95 % of bad answers, passes 97 % of good ones)",
        List.of(),
        rows,
        List.of(
            new Link("page", URI.create("http://localhost:8080/")),
            new Link("metrics", URI.create("http://localhost:8080/metrics")),
            new Link("send OTLP to", URI.create("http://localhost:4318"))));
  }

  private static final List<Row> ROWS =
      List.of(
          row(
              "support-chat",
              "3.2.0",
              "helpful",
              new Rate(0.612, 0.571, 0.652, 230),
              new Rate(0.941, 0.92, 0.96, 230),
              NINETY,
              State.BURNING),
          row(
              "support-chat",
              "3.2.0",
              "pii_detection",
              new Rate(0.9996, 0.99, 1, 230),
              new Rate(0.9991, 0.99, 1, 230),
              NINETY,
              State.OK),
          row(
              "support-chat",
              "3.2.0",
              "latency",
              new Rate(1, 0.98, 1, 230),
              new Rate(0.91, 0.88, 0.93, 230),
              NINETY,
              State.OK),
          row(
              "docs-assistant",
              "2.5.0",
              "grounded",
              new Rate(0.94, 0.91, 0.96, 230),
              new Rate(0.95, 0.93, 0.97, 230),
              NINETY,
              State.OK),
          row(
              "docs-assistant",
              "2.5.0",
              "refusal",
              new Rate(0.03, 0.02, 0.04, 230),
              new Rate(0.01, 0.005, 0.015, 230),
              MOST,
              State.TOO_FEW),
          row("docs-assistant", "2.5.0", "tone", null, null, null, State.PAUSED),
          row(
              "docs-assistant",
              "2.5.0",
              "length",
              new Rate(0.5, 0.4, 0.6, 230),
              null,
              null,
              State.NO_OBJECTIVE));

  private static String text(Snapshot snapshot, int width, int height) {
    return String.join("\n", TerminalSummary.render(snapshot, width, height, false));
  }

  @Test
  void aWideTerminalShowsEverything() {
    assertThat(text(snapshot(ROWS), 120, Integer.MAX_VALUE))
        .isEqualTo(
            """
            Assay demo  0:04:12  support-chat's new version gets worse
            20.0 traces/s, 5,040 so far, 12 judge calls in flight; pass rates of the last minute
            judge: simulated (stand-in model: finds 95 % of bad answers, passes 97 % of good ones)
            1 burning: support-chat 3.2.0 helpful (simulated)

              scorer               assessed   passed  95 % interval               target  trend     state
            support-chat 3.2.0
              helpful (simulated)     1,204   61.2 %      57.1–65.2  ██████░░░░   ≥ 90 %  ↓ −32.9   BURNING
              pii_detection           1,204   99.9 %     99.0–100.0  █████████▉   ≥ 90 %  →         ok
              latency                 1,204  100.0 %     98.0–100.0  ██████████   ≥ 90 %  ↑ +9.0    ok
            docs-assistant 2.5.0
              grounded (simulated)    1,204   94.0 %      91.0–96.0  █████████▍   ≥ 90 %  →         ok
              refusal                 1,204    3.0 %        2.0–4.0  ▎░░░░░░░░░  ≤ 1.5 %  ↑ +2.0    few samples
              tone                    1,204        –                                                paused
              length                  1,204   50.0 %      40.0–60.0  █████░░░░░

            page          http://localhost:8080/
            metrics       http://localhost:8080/metrics
            send OTLP to  http://localhost:4318
            Ctrl-C stops\
            """);
  }

  @Test
  void aNarrowTerminalShowsWhatMattersMost() {
    assertThat(text(snapshot(ROWS), 64, Integer.MAX_VALUE))
        .isEqualTo(
            """
            Assay demo  0:04:12  support-chat's new version gets worse
            20.0 traces/s, 5,040 so far, 12 judge calls in flight; pass rat…
            judge: simulated (stand-in model: finds 95 % of bad answers, pa…
            1 burning: support-chat 3.2.0 helpful (simulated)

              scorer                 passed   target  trend     state
            support-chat 3.2.0
              helpful (simulated)    61.2 %   ≥ 90 %  ↓ −32.9   BURNING
              pii_detection          99.9 %   ≥ 90 %  →         ok
              latency               100.0 %   ≥ 90 %  ↑ +9.0    ok
            docs-assistant 2.5.0
              grounded (simulated)   94.0 %   ≥ 90 %  →         ok
              refusal                 3.0 %  ≤ 1.5 %  ↑ +2.0    few samples
              tone                        –                     paused
              length                 50.0 %

            page          http://localhost:8080/
            metrics       http://localhost:8080/metrics
            send OTLP to  http://localhost:4318
            Ctrl-C stops\
            """);
  }

  @Test
  void noLineIsLongerThanTheTerminal() {
    for (int width = 40; width < 160; width++) {
      int columns = width;
      assertThat(TerminalSummary.render(snapshot(ROWS), width, 100, false))
          .allSatisfy(line -> assertThat(Columns.of(line)).as(line).isLessThanOrEqualTo(columns));
    }
  }

  @Test
  void colourChangesNothingButTheColour() {
    var plain = TerminalSummary.render(snapshot(ROWS), 120, 100, false);
    var coloured = TerminalSummary.render(snapshot(ROWS), 120, 100, true);

    assertThat(coloured.stream().map(line -> line.replaceAll("\u001b\\[[0-9;]*m", "")).toList())
        .isEqualTo(plain);
    assertThat(coloured).anyMatch(line -> line.contains("\u001b[1;31mBURNING\u001b[0m"));
    assertThat(plain).noneMatch(line -> line.contains("\u001b"));
  }

  @Test
  void aPhoneSizedTerminalStillSaysWhatIsSimulatedAndWhatBurns() {
    assertThat(TerminalSummary.render(snapshot(ROWS), 40, 100, false))
        .contains("  hel… (simulated)   61.2 %  BURNING");
  }

  @Test
  void whereThereIsNoRoomWhatIsFineIsFolded() {
    var lines = TerminalSummary.render(snapshot(ROWS), 120, 18, false);

    assertThat(lines).hasSizeLessThanOrEqualTo(18);
    assertThat(lines)
        .anyMatch(line -> line.contains("BURNING"))
        .anyMatch(line -> line.contains("paused"))
        .anyMatch(line -> line.matches("  \\+ \\d more, nothing wrong"))
        .contains("Ctrl-C stops");
  }

  @Test
  void aTinyTerminalIsNotOverrun() {
    for (int height = 1; height < 30; height++) {
      assertThat(TerminalSummary.render(snapshot(ROWS), 80, height, false))
          .hasSizeLessThanOrEqualTo(height);
    }
  }

  @Test
  void withoutRowsItWaits() {
    assertThat(text(snapshot(List.of()), 80, 100))
        .contains("waiting for assessments")
        .doesNotContain("scorer")
        .contains("http://localhost:8080/");
  }

  @Test
  void noticesAreShownAndMadeInert() {
    var paused = snapshot(ROWS);
    var noticed =
        new Snapshot(
            paused.uptime(),
            paused.phase(),
            paused.tracesPerSecond(),
            paused.traces(),
            paused.judgeCalls(),
            paused.judge(),
            List.of("tone is paused: 401 \u001b[31mwrong key"),
            paused.rows(),
            paused.links());

    assertThat(TerminalSummary.render(noticed, 100, 100, false))
        .contains("tone is paused: 401 \uFFFD[31mwrong key");
    assertThat(TerminalSummary.renderForLog(noticed))
        .contains("  tone is paused: 401 \uFFFD[31mwrong key");
  }

  @Test
  void aVersionThatHasGoneQuietTakesOneLine() {
    var quiet = row("travel-agent", "1.8.2", "latency", null, null, NINETY, State.TOO_FEW);

    assertThat(TerminalSummary.render(snapshot(List.of(ROWS.getFirst(), quiet)), 100, 100, false))
        .contains("travel-agent 1.8.2  nothing assessed lately")
        .noneMatch(line -> line.contains("latency"));
  }

  @Test
  void anArrowNeedsMoreThanChance() {
    var now = new Rate(0.9, 0.85, 0.94, 230);

    assertThat(arrow(now, new Rate(0.93, 0.88, 0.96, 230))).contains("→");
    assertThat(arrow(now, new Rate(0.97, 0.95, 0.98, 230))).contains("↓ −7.0");
    assertThat(arrow(now, new Rate(0.7, 0.6, 0.78, 230))).contains("↑ +20.0");
  }

  private static String arrow(Rate now, Rate before) {
    return text(
        snapshot(List.of(row("app", "1", "latency", now, before, NINETY, State.OK))), 100, 100);
  }

  @Test
  void beforeThereAreEnoughSamplesItSaysSo() {
    assertThat(text(snapshot(ROWS.subList(4, 5)), 80, 100))
        .contains("too few samples yet to say whether anything burns");
  }

  @Test
  void whenNothingBurnsItSaysSo() {
    assertThat(text(snapshot(ROWS.subList(1, 3)), 80, 100))
        .contains("nothing burns: every objective with enough samples is met");
  }

  @Test
  void simulatedVerdictsAreCalledSimulated() {
    assertThat(TerminalSummary.render(snapshot(ROWS), 120, 100, false))
        .anyMatch(line -> line.startsWith("  helpful (simulated)"))
        .anyMatch(line -> line.startsWith("  grounded (simulated)"))
        .anyMatch(line -> line.startsWith("judge: simulated"));
    assertThat(String.join("\n", TerminalSummary.renderForLog(snapshot(ROWS))))
        .contains("helpful (simulated)", "judge: simulated");
  }

  @Test
  void hostileNamesHaveNoPowerOverTheTerminal() {
    var evil = "shop\u001b[2J\u001b]0;owned\u0007\r\n\u202Egnp.exe\u0000";
    var hostile =
        snapshot(
            List.of(
                new Row(
                    evil,
                    evil,
                    evil,
                    false,
                    1,
                    new Rate(1, 0, 1, 230),
                    null,
                    NINETY,
                    State.BURNING)));

    for (var lines :
        List.of(
            TerminalSummary.render(hostile, 120, 100, false),
            TerminalSummary.renderForLog(hostile))) {
      assertThat(lines)
          .anyMatch(line ->
              line.contains("shop\uFFFD[2J\uFFFD]0;owned\uFFFD\uFFFD\uFFFD\uFFFDgnp.exe\uFFFD"))
          .allMatch(line -> line.codePoints().noneMatch(Character::isISOControl));
    }
  }

  @Test
  void wideCharactersKeepTheColumnsStraight() {
    var rows =
        List.of(
            new Row("客服", "1", "有帮助的", false, 1, new Rate(1, 1, 1, 230), null, NINETY, State.OK),
            new Row(
                "客服", "1", "helpful", false, 1, new Rate(1, 1, 1, 230), null, NINETY, State.OK));

    var lines =
        TerminalSummary.render(snapshot(rows), 120, 100, false).stream()
            .filter(line -> line.endsWith("ok"))
            .toList();
    assertThat(lines).hasSize(2);
    assertThat(Columns.of(lines.get(0))).isEqualTo(Columns.of(lines.get(1)));
  }

  @Test
  void theLogHasALineForEachApplicationAndVersion() {
    assertThat(TerminalSummary.renderForLog(snapshot(ROWS)))
        .containsExactly(
            "[0:04:12] support-chat's new version gets worse · 5,040 traces · pass rates of the"
                + " last minute · judge: simulated (stand-in model: finds 95 % of bad answers,"
                + " passes 97 % of good ones)",
            "  support-chat 3.2.0: helpful (simulated) 61.2 % [57.1–65.2] (n=230 of 1,204) ↓ −32.9"
                + " BURNING · pii_detection 99.9 % [99.0–100.0] (n=230 of 1,204) · latency 100.0 %"
                + " [98.0–100.0] (n=230 of 1,204) ↑ +9.0",
            "  docs-assistant 2.5.0: grounded (simulated) 94.0 % [91.0–96.0] (n=230 of 1,204) ·"
                + " refusal 3.0 % [2.0–4.0] (n=230 of 1,204) ↑ +2.0 · tone – (n=0 of 1,204) paused"
                + " · length 50.0 % [40.0–60.0] (n=230 of 1,204)");
  }

  @Test
  void numbersAreWrittenTheSameInEveryCountry() {
    var before = Locale.getDefault();
    var here = text(snapshot(ROWS), 120, 100);
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(text(snapshot(ROWS), 120, 100)).isEqualTo(here);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void hundredsOfRowsTakeTheRoomThereIs() {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < 300; i++) {
      rows.add(
          row(
              "app-" + i % 3,
              "1",
              "scorer-" + i,
              new Rate(1, 1, 1, 230),
              new Rate(1, 1, 1, 230),
              NINETY,
              State.OK));
    }

    var lines = TerminalSummary.render(snapshot(rows), 100, 40, false);
    assertThat(lines).hasSize(40).contains("Ctrl-C stops");
    assertThat(lines.stream().filter(line -> line.contains("more, nothing wrong")))
        .as("every application gets its share of the room")
        .containsExactly(
            "  + 92 more, nothing wrong",
            "  + 92 more, nothing wrong",
            "  + 93 more, nothing wrong");
  }
}
