package dev.assay.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArrivalClockTest {
  @Test
  void isTheWallClockOnAPartitionReadAsItIsWritten() {
    var clock = new ArrivalClock(0, 50_000);

    assertThat(clock.read(100_000, 100_000)).isEqualTo(100_000);
    assertThat(clock.now(100_500)).isEqualTo(100_500);
  }

  @Test
  void runsOnWhereNothingComes() {
    var clock = new ArrivalClock(0, 50_000);
    clock.read(100_000, 100_020);

    assertThat(clock.now(160_020)).isEqualTo(160_000);
  }

  @Test
  void isAsFarAsTheBacklogHasBeenRead() {
    var clock = new ArrivalClock(0, 1_000_000);
    clock.read(100_000, 1_000_000);
    clock.read(103_000, 1_000_100);

    assertThat(clock.now(1_000_150)).isEqualTo(103_050);
  }

  @Test
  void doesNotCountTheTimeItWasDown() {
    var clock = new ArrivalClock(100_000, 9_000_000);

    assertThat(clock.now(9_002_000)).isEqualTo(102_000);
  }

  @Test
  void neitherGoesBackWithRecordsNorAheadOfTheWall() {
    var clock = new ArrivalClock(0, 0);
    clock.read(100_000, 100_000);

    assertThat(clock.read(40_000, 100_100)).isEqualTo(100_000);
    assertThat(clock.read(999_000, 100_200)).isEqualTo(100_200);
    assertThat(clock.now(100_200)).isEqualTo(100_200);
  }
}
