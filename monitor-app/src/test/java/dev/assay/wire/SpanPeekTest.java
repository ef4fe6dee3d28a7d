package dev.assay.wire;

import static dev.assay.wire.TestOtlp.message;
import static dev.assay.wire.TestOtlp.span;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.model.TestTraces;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpanPeekTest {
  @Test
  void countsSpansAndFindsTheRootAndTheApp() {
    var bytes = message(span(1, 0, "root").with("k", Map.of("a", 1)), span(2, 1, "child"));

    assertThat(SpanPeek.of(bytes)).isEqualTo(new SpanPeek("shop", 2, 0, true, bytes.length));
  }

  @Test
  void aChildIsNoRoot() {
    assertThat(SpanPeek.of(message(span(2, 1, "child"))).rootEnded()).isFalse();
  }

  @Test
  void aRootStillRunningHasNotEnded() {
    assertThat(SpanPeek.of(message(span(1, 0, "r").times(TestTraces.T0, 0))).rootEnded()).isFalse();
  }

  @Test
  void withoutAServiceNameTheAppIsUnknown() {
    assertThat(SpanPeek.of(message(Map.of("host.name", "h"), span(1, 0, "r"))).app())
        .isEqualTo("unknown_service");
    assertThat(SpanPeek.of(message(Map.of("service.name", " "), span(1, 0, "r"))).app())
        .isEqualTo("unknown_service");
  }

  @Test
  void everyTruncationIsRefused() {
    var bytes = message(span(1, 0, "root").with("key", "value"), span(2, 1, "child"));
    for (int length = 0; length < bytes.length; length++) {
      var cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> SpanPeek.of(cut))
          .as("%d of %d bytes", length, bytes.length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
