package dev.assay.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RingTest {
  @Test
  void goesRoundItsSlots() {
    var ring = new Ring(3, 100);

    assertThat(ring.slot(ring.claim(0))).isEqualTo(0);
    assertThat(ring.slot(ring.claim(0))).isEqualTo(1);
    assertThat(ring.slot(ring.claim(0))).isEqualTo(2);
    assertThat(ring.slot(ring.claim(0))).isEqualTo(0);
  }

  @Test
  void takesNoMoreThanItsShareOfEachSecond() {
    var ring = new Ring(10, 2);

    assertThat(ring.claim(1_000)).isEqualTo(0);
    assertThat(ring.claim(1_999)).isEqualTo(1);
    assertThat(ring.claim(1_999)).isEqualTo(Ring.FULL);
    assertThat(ring.claim(2_000)).isEqualTo(2);
  }

  @Test
  void goesOnAfterWhatItFinds() {
    var ring = new Ring(3, 100);

    ring.resumeAfter(7);
    ring.resumeAfter(5);

    assertThat(ring.claim(0)).isEqualTo(8);
  }

  @Test
  void refusesToHaveNoSlots() {
    assertThatThrownBy(() -> new Ring(0, 1)).hasMessageContaining(">= 1, were 0 and 1");
  }
}
