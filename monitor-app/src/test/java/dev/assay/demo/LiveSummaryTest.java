package dev.assay.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LiveSummaryTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.US_ASCII);
  private final AtomicInteger asked = new AtomicInteger();

  private Snapshot snapshot() {
    int number = asked.incrementAndGet();
    if (number == 2) {
      throw new IllegalStateException("not this time");
    }
    return new Snapshot(
        Duration.ofSeconds(number),
        "phase " + number,
        1,
        number,
        0,
        "simulated – ☂",
        List.of(),
        List.of(),
        List.of(new Snapshot.Link("page", URI.create("http://localhost/"))));
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aLogGetsABlockNowAndThenAndSurvivesAFailure() {
    try (var _ = LiveSummary.toLog(this::snapshot, out, Duration.ofMillis(20))) {
      await().until(() -> text().contains("phase 3"));
    }

    assertThat(text())
        .startsWith(
            "[0:00:01] phase 1 · 1 traces · pass rates of the last minute · judge: simulated – ☂\n")
        .doesNotContain("phase 2 ", "\u001b");
  }

  @Test
  void closingShowsTheLastStateOnce() {
    var summary = LiveSummary.toLog(this::snapshot, out, Duration.ofHours(1));

    summary.close();
    summary.close();

    assertThat(text().lines()).hasSize(1);
    assertThat(asked).hasValue(1);
  }

  @Test
  void aDumbTerminalIsNotPainted() {
    assertThat(LiveSummary.isTerminal(Map.of("TERM", "dumb"))).isFalse();
    assertThat(LiveSummary.isTerminal(Map.of())).isFalse();
  }
}
