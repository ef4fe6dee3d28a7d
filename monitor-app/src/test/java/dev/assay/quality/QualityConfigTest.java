package dev.assay.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class QualityConfigTest {
  @Test
  void windowsAreSortedAndDistinct() {
    var config =
        config(List.of(Duration.ofHours(1), Duration.ofMinutes(5), Duration.ofMinutes(60)));

    assertThat(config.windows()).containsExactly(Duration.ofMinutes(5), Duration.ofHours(1));
  }

  @Test
  void whatCannotBeIsNamedWithWhatCan() {
    assertThatThrownBy(() -> config(List.of(Duration.ofSeconds(90))))
        .hasMessage("window must be whole minutes, was PT1M30S");
    assertThatThrownBy(() -> config(List.of(Duration.ofHours(25))))
        .hasMessage("window retention must be from PT25H1M to PT720H, was PT25H");
    assertThatThrownBy(() -> config(List.of())).hasMessage("windows: at least one is needed");
    assertThatThrownBy(() -> QualityConfig.DEFAULTS.withFlushInterval(Duration.ZERO))
        .hasMessage("flush interval must be from PT0.01S to PT1M, was PT0S");
  }

  private static QualityConfig config(List<Duration> windows) {
    return new QualityConfig(
        Duration.ofMillis(500), Duration.ofHours(25), Duration.ofHours(25), windows);
  }
}
