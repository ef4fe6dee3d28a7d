package dev.assay.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatsTest {
  @ParameterizedTest
  @CsvSource({
    "1,100%",
    "0,0%",
    "0.9999,>99.9%",
    "0.0001,<0.1%",
    "0.962,96.2%",
    "0.5,50.0%",
    "0.9994,99.9%"
  })
  void aRatioIsNeverRoundedToAllOrNothing(double ratio, String text) {
    assertThat(Formats.percent(ratio)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "850,0 µs",
    "850000,850 µs",
    "4500000,4.5 ms",
    "45000000,45 ms",
    "1230000000,1.23 s",
    "182000000000,3 min 2 s",
    "7380000000000,2 h 3 min"
  })
  void aDurationHasTheUnitPeopleWouldUse(long nanos, String text) {
    assertThat(Formats.duration(nanos)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0",
        "12.5|12.5",
        "380.0931|380.1",
        "0.00042|0.00042",
        "12045|12,045",
        "1e-9|1.000e-09"
      })
  void aNumberHasTheDigitsThatSayAnything(double value, String text) {
    assertThat(Formats.number(value)).isEqualTo(text);
  }

  @Test
  void anAgeIsCountedInItsLargestUnit() {
    var now = Instant.parse("2026-01-02T00:00:00Z");

    assertThat(Formats.ago(now.plusSeconds(5), now)).isEqualTo("now");
    assertThat(Formats.ago(now.minusSeconds(59), now)).isEqualTo("59 s ago");
    assertThat(Formats.ago(now.minusSeconds(61), now)).isEqualTo("1 min ago");
    assertThat(Formats.ago(now.minusSeconds(7_200), now)).isEqualTo("2 h ago");
    assertThat(Formats.ago(now.minusSeconds(3 * 86_400), now)).isEqualTo("3 d ago");
  }

  @Test
  void anIntervalHasOneUnit() {
    assertThat(Formats.interval(0.9481, 1)).isEqualTo("94.8–100%");
    assertThat(Formats.target(0.999)).isEqualTo("99.9%");
  }
}
