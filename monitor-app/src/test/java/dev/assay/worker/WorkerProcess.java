package dev.assay.worker;

import dev.assay.metrics.Metrics;
import dev.assay.wire.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** A worker in a process of its own, to be killed. Says how many calls it holds. */
final class WorkerProcess {
  private WorkerProcess() {}

  public static void main(String[] args) throws Exception {
    var stub = new StubScorers();
    var config = WorkerConfig.withSlots(Integer.parseInt(args[1]));
    if (args.length > 2) {
      config = config.withLock(Duration.parse(args[2]));
    }
    try (var _ =
        WorkerLane.start(
            Map.of("bootstrap.servers", args[0]),
            new Topics(LaneFixture.PARTITIONS),
            config,
            stub.scorers(),
            ScorerPauses.silent(),
            Metrics.standalone(),
            Clock.systemUTC(),
            1)) {
      while (true) {
        System.out.println("holds " + stub.inFlight.get() + " cancelled " + stub.interrupted.get());
        Thread.sleep(100);
      }
    }
  }
}
