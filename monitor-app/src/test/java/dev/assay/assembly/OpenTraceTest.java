package dev.assay.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.model.CloseReason;
import dev.assay.wire.RootSelector;
import dev.assay.wire.SpanPeek;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenTraceTest {
  private static final AssemblyConfig CONFIG =
      new AssemblyConfig(
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          100,
          10_000,
          Duration.ofMinutes(10));

  private static OpenTrace opened() {
    return OpenTrace.begin("shop", 1, 1_000).with(child(), 1_000);
  }

  private static SpanPeek child() {
    return new SpanPeek("shop", 1, 0, false, 100);
  }

  private static SpanPeek root() {
    return new SpanPeek("shop", 1, 0, true, 100);
  }

  @Test
  void staysOpenUntilItIsIdle() {
    assertThat(opened().closeReason(10_999, CONFIG)).isNull();
    assertThat(opened().closeReason(11_000, CONFIG)).isEqualTo(CloseReason.IDLE);
    assertThat(opened().closesAt(CONFIG)).isEqualTo(11_000);
  }

  @Test
  void anotherSpanPutsIdleOff() {
    var trace = opened().with(child(), 9_000);

    assertThat(trace.closesAt(CONFIG)).isEqualTo(19_000);
    assertThat(trace.spans()).isEqualTo(2);
    assertThat(trace.messages()).isEqualTo(2);
    assertThat(trace.bytes()).isEqualTo(200);
  }

  @Test
  void closesSoonAfterItsRootEnded() {
    var trace = opened().with(root(), 5_000).with(child(), 6_900);

    assertThat(trace.closeReason(6_999, CONFIG)).isNull();
    assertThat(trace.closeReason(7_000, CONFIG)).isEqualTo(CloseReason.ROOT_ENDED);
  }

  @Test
  void aRootThatComesTwiceDoesNotPutTheCloseOff() {
    var trace = opened().with(root(), 5_000).with(root(), 6_000);

    assertThat(trace.closesAt(CONFIG)).isEqualTo(7_000);
  }

  @Test
  void isNeverOlderThanTheMaximum() {
    var trace = opened();
    for (int second = 2; second <= 60; second++) {
      trace = trace.with(child(), second * 1_000L);
    }

    assertThat(trace.closeReason(60_999, CONFIG)).isNull();
    assertThat(trace.closeReason(61_000, CONFIG)).isEqualTo(CloseReason.MAX_AGE);
  }

  @Test
  void theReasonIsWhatCameFirstEvenIfNobodyLookedInTime() {
    assertThat(opened().closeReason(1_000_000, CONFIG)).isEqualTo(CloseReason.IDLE);
  }

  @Test
  void isFullBySpansOrBytes() {
    assertThat(opened().with(new SpanPeek("shop", 99, 0, false, 1), 1_000).isFull(CONFIG)).isTrue();
    assertThat(opened().with(new SpanPeek("shop", 98, 0, false, 1), 1_000).isFull(CONFIG))
        .isFalse();
    assertThat(opened().with(new SpanPeek("shop", 1, 0, false, 9_900), 1_000).isFull(CONFIG))
        .isTrue();
    assertThat(opened().with(new SpanPeek("shop", 99, 0, true, 1), 1_000).closeReason(0, CONFIG))
        .isEqualTo(CloseReason.SIZE);
  }

  @Test
  void aClosedTraceIsRememberedAndReopensWithinTheWindow() {
    var closed = opened().with(root(), 2_000).closed(4_000, true);

    assertThat(closed.remembers(603_999, CONFIG)).isTrue();
    assertThat(closed.remembers(604_000, CONFIG)).isFalse();
    assertThat(closed.reopens(603_999, CONFIG)).isTrue();
    assertThat(closed.reopens(604_000, CONFIG)).isFalse();
    assertThat(closed.withoutMessages().reopens(4_001, CONFIG)).isFalse();
  }

  @Test
  void reopenedItIsTheNextRevisionAndTheWindowRunsFromTheFirstClose() {
    var closed = opened().with(root(), 2_000).closed(4_000, true);
    var reopened = OpenTrace.reopen(closed, 9_000).with(child(), 9_000);

    assertThat(reopened.revision()).isEqualTo(2);
    assertThat(reopened.messages()).isEqualTo(3);
    assertThat(reopened.closeReason(10_999, CONFIG)).isNull();
    assertThat(reopened.closeReason(11_000, CONFIG)).isEqualTo(CloseReason.ROOT_ENDED);
    assertThat(reopened.closed(11_000, true).firstClosedAt()).isEqualTo(4_000);
  }

  @Test
  void thereIsALastRevision() {
    var closed = opened().closed(4_000, true);
    int revisions = 1;
    for (; closed.reopens(5_000, CONFIG); revisions++) {
      closed = OpenTrace.reopen(closed, 5_000).closed(5_000, true);
    }

    assertThat(revisions).isEqualTo(ClosedTrace.MAX_REVISION);
  }

  @Test
  void anApplicationMayHaveTimesOfItsOwn() {
    var patient =
        new AssemblyConfig(
            CONFIG.completion(),
            100,
            10_000,
            0,
            Map.of(
                "agent",
                new Completion(
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(5),
                    Duration.ofHours(1),
                    Duration.ofHours(2))),
            RootSelector.NONE);
    var agent = OpenTrace.begin("agent", 1, 0).with(child(), 0);

    assertThat(agent.closesAt(patient)).isEqualTo(300_000);
    assertThat(agent.with(root(), 1_000).closesAt(patient)).isEqualTo(6_000);
    assertThat(opened().closesAt(patient)).isEqualTo(11_000);
    assertThat(patient.longestRevision()).isEqualTo(Duration.ofMinutes(185));
  }

  @Test
  void comesBackFromTheStore() {
    var open = opened().with(root(), 2_000);
    var closed = open.closed(5_000, true);
    var reopened = OpenTrace.reopen(closed, 6_000).with(child(), 6_000);

    assertThat(TraceStateSerde.read(TraceStateSerde.write(open))).isEqualTo(open);
    assertThat(TraceStateSerde.read(TraceStateSerde.write(closed))).isEqualTo(closed);
    assertThat(TraceStateSerde.read(TraceStateSerde.write(reopened))).isEqualTo(reopened);
    assertThatThrownBy(() -> TraceStateSerde.read(new byte[] {9}))
        .hasMessageContaining("1 or 3 (open), 2 or 4 (closed) expected, was 9");
  }

  @Test
  void readsWhatTheVersionBeforeWrote() {
    var open =
        ByteBuffer.allocate(49).put((byte) 1).putInt(1).putLong(5).putLong(6).putLong(-1).putInt(2);
    open.putInt(3).putLong(400).put("shop".getBytes(StandardCharsets.UTF_8));
    var closed = ByteBuffer.allocate(13).put((byte) 2).putLong(7).putInt(1);

    assertThat(TraceStateSerde.read(open.array()))
        .isEqualTo(new OpenTrace("shop", 1, 5, 6, -1, 2, 3, 400, null));
    assertThat(TraceStateSerde.read(closed.array()))
        .isEqualTo(new ClosedTrace("", 1, 7, 7, true, 0, 0, 0));
  }

  @Test
  void refusesSettingsThatMakeNoSense() {
    assertThatThrownBy(() ->
            new AssemblyConfig(
                Duration.ofSeconds(2),
                Duration.ZERO,
                Duration.ofSeconds(60),
                100,
                10_000,
                Duration.ofMinutes(10)))
        .hasMessage("idle must be PT0.001S to PT24H, was PT0S");
    assertThatThrownBy(() ->
            new AssemblyConfig(
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                10_001,
                10_000,
                Duration.ofMinutes(10)))
        .hasMessage("max spans must be 1 to 10,000, was 10,001");
  }
}
