package dev.assay.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final Duration NONE = Duration.ZERO;

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void phasesFollowEachOtherAndTheLastOneStays() {
    var schedule =
        new Schedule(seconds(1), seconds(2), seconds(3), seconds(4), seconds(5), seconds(6));

    assertThat(schedule.at(NONE)).isEqualTo(Phase.BASELINE);
    assertThat(schedule.at(Duration.ofMillis(999))).isEqualTo(Phase.BASELINE);
    assertThat(schedule.at(seconds(1))).isEqualTo(Phase.CANARY);
    assertThat(schedule.at(seconds(3))).isEqualTo(Phase.HALF);
    assertThat(schedule.at(seconds(6))).isEqualTo(Phase.FULL);
    assertThat(schedule.at(seconds(10))).isEqualTo(Phase.DEGRADED);
    assertThat(schedule.at(seconds(15))).isEqualTo(Phase.ROLLBACK);
    assertThat(schedule.at(seconds(21))).isEqualTo(Phase.RECOVERED);
    assertThat(schedule.at(Duration.ofDays(100))).isEqualTo(Phase.RECOVERED);
    assertThat(schedule.startOf(Phase.RECOVERED)).isEqualTo(seconds(21));
  }

  @Test
  void aPhaseWithoutLengthIsLeftOut() {
    var schedule = new Schedule(NONE, NONE, NONE, seconds(1), NONE, NONE);

    assertThat(schedule.at(NONE)).isEqualTo(Phase.FULL);
    assertThat(schedule.at(seconds(1))).isEqualTo(Phase.RECOVERED);
  }

  @Test
  void aShortRunTellsTheWholeStory() {
    var schedule = Schedule.over(seconds(60));

    assertThat(schedule.startOf(Phase.DEGRADED)).isEqualTo(seconds(24));
    assertThat(schedule.startOf(Phase.RECOVERED)).isEqualTo(seconds(45));
    assertThat(schedule.at(seconds(59))).isEqualTo(Phase.RECOVERED);
  }

  @Test
  void aLongRunIsNotStretched() {
    assertThat(Schedule.over(Duration.ofHours(8))).isEqualTo(Schedule.ofTenMinutes());
  }

  @Test
  void refusesWhatCannotLast() {
    assertThatThrownBy(() -> Schedule.over(NONE)).hasMessageContaining("> 0 s");
    assertThatThrownBy(() -> new Schedule(seconds(-1), NONE, NONE, NONE, NONE, NONE))
        .hasMessageContaining(">= 0 s");
  }
}
