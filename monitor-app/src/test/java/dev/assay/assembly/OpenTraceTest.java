package dev.assay.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.model.CloseReason;
import dev.assay.wire.SpanPeek;
import java.time.Duration;
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
    return new SpanPeek("shop", 1, false, 100);
  }

  private static SpanPeek root() {
    return new SpanPeek("shop", 1, true, 100);
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
    assertThat(opened().with(new SpanPeek("shop", 99, false, 1), 1_000).isFull(CONFIG)).isTrue();
    assertThat(opened().with(new SpanPeek("shop", 98, false, 1), 1_000).isFull(CONFIG)).isFalse();
    assertThat(opened().with(new SpanPeek("shop", 1, false, 9_900), 1_000).isFull(CONFIG)).isTrue();
    assertThat(opened().with(new SpanPeek("shop", 99, true, 1), 1_000).closeReason(0, CONFIG))
        .isEqualTo(CloseReason.SIZE);
  }

  @Test
  void aClosedTraceIsRememberedForTheWindow() {
    var closed = new ClosedTrace(1_000, 1);

    assertThat(closed.remembers(600_999, CONFIG)).isTrue();
    assertThat(closed.remembers(601_000, CONFIG)).isFalse();
  }

  @Test
  void comesBackFromTheStore() {
    var open = opened().with(root(), 2_000);
    var closed = new ClosedTrace(5, 2);

    assertThat(TraceStateSerde.read(TraceStateSerde.write(open))).isEqualTo(open);
    assertThat(TraceStateSerde.read(TraceStateSerde.write(closed))).isEqualTo(closed);
    assertThatThrownBy(() -> TraceStateSerde.read(new byte[] {9}))
        .hasMessageContaining("1 (open) or 2 (closed) expected, was 9");
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
