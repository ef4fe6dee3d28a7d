package dev.assay.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.metrics.Meter;
import dev.assay.model.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers that die or freeze while they hold calls. */
@Timeout(180)
class WorkerKilledIT {
  @TempDir Path data;
  private final StubScorers stub = new StubScorers();

  @Test
  void everyRequestOfAKilledWorkerEndsInOneCountedAssessment() throws Exception {
    try (var fixture = new LaneFixture(data)) {
      var spec = StubScorers.spec(Map.of("mean_ms", 3_000, "slow_ms", 40_000));
      for (int i = 0; i < 600; i++) {
        fixture.request(spec, (i % 60 == 0 ? "slow" : "t") + i);
      }
      try (var victim = new Victim(fixture.bootstrapServers(), "300")) {
        victim.awaitHolding(250);
        victim.kill();
      }
      var config = WorkerConfig.withSlots(300);
      try (var _ = fixture.lane(config, stub.scorers())) {
        fixture.await(Duration.ofMinutes(2), () -> fixture.ids().size() == 600);
        Awaitility.await().until(() -> fixture.unaccounted() == 0);
      }
      // By id there is exactly one each. What the victim had published without its acknowledgement
      // getting through, if anything, was published again under the same id.
      assertThat(fixture.assessments())
          .allMatch(assessment -> assessment.outcome() == Outcome.PASS);
      assertThat(fixture.assessments().size()).isBetween(600, 900);
      // Calls of 40 s outlive a lock of 15 s because it is renewed: they ran once here.
      assertThat(stub.callsByTrace.entrySet())
          .filteredOn(calls -> calls.getKey().startsWith("slow"))
          .hasSize(10)
          .allMatch(calls -> calls.getValue() == 1);
      assertThat(fixture.counted(Meter.WORKER_LOST_LOCKS)).isZero();
    }
  }

  @Test
  void aWorkerThatWasFrozenKnowsThatItsRecordsAreGone() throws Exception {
    var settings = Map.of("group.share.min.record.lock.duration.ms", "1000");
    try (var fixture = new LaneFixture(data, settings)) {
      // ten minutes in the frozen worker, half a minute in the one that takes over
      var spec = StubScorers.spec(Map.of("mode", "hang"));
      stub.hang = Duration.ofSeconds(30);
      for (int i = 0; i < 20; i++) {
        fixture.request(spec, "t" + i);
      }
      try (var frozen = new Victim(fixture.bootstrapServers(), "20", "PT3S")) {
        // Not all of them, it may be: records that come behind a consumer's batch wait for its end.
        frozen.awaitHolding(10);
        frozen.signal("STOP");
        int held = frozen.holds.get();
        var config = WorkerConfig.withSlots(40).withLock(Duration.ofSeconds(3));
        try (var _ = fixture.lane(config, stub.scorers())) {
          Awaitility.await()
              .atMost(Duration.ofSeconds(60))
              .until(() -> stub.callsByTrace.size() == 20);
          frozen.signal("CONT");
          frozen.awaitCancelled(held);
          fixture.await(Duration.ofSeconds(60), () -> fixture.ids().size() == 20);
        }
      }
      assertThat(fixture.assessments()).hasSize(20);
    }
  }

  /** A worker in a process of its own. */
  private static final class Victim implements AutoCloseable {
    private static final Pattern STATUS = Pattern.compile("holds (\\d+) cancelled (\\d+)");

    private final Process process;
    private final Queue<String> lastLines = new ConcurrentLinkedQueue<>();
    private final AtomicInteger holds = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();

    Victim(String... arguments) throws IOException {
      var command = new java.util.ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-Dorg.apache.avro.SERIALIZABLE_PACKAGES=dev.assay.schemas");
      command.add("-cp");
      command.add(System.getProperty("java.class.path"));
      command.add(WorkerProcess.class.getName());
      command.addAll(java.util.List.of(arguments));
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      Thread.ofVirtual().start(this::listen);
    }

    private void listen() {
      try (var lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
          var status = STATUS.matcher(line);
          if (status.matches()) {
            holds.set(Integer.parseInt(status.group(1)));
            cancelled.set(Integer.parseInt(status.group(2)));
          }
          if (!lastLines.contains(line)) {
            lastLines.add(line);
          }
        }
      } catch (IOException closed) {
        // it was killed
      }
    }

    void awaitHolding(int calls) {
      await(() -> assertThat(holds.get()).as(this::said).isGreaterThanOrEqualTo(calls));
    }

    void awaitCancelled(int calls) {
      await(() -> assertThat(cancelled.get()).as(this::said).isGreaterThanOrEqualTo(calls));
    }

    private static void await(ThrowingRunnable condition) {
      Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(condition);
    }

    private String said() {
      return "the worker said:\n" + String.join("\n", lastLines);
    }

    /** SIGKILL. */
    void kill() {
      process.destroyForcibly();
      assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(10));
    }

    void signal(String name) throws Exception {
      assertThat(
              new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                  .start()
                  .waitFor())
          .isZero();
    }

    @Override
    public void close() {
      kill();
    }
  }
}
