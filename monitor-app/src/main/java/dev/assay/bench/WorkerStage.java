package dev.assay.bench;

import dev.assay.demo.PlantedTruth;
import dev.assay.demo.SimulatedModel;
import dev.assay.judging.ModelConfig;
import dev.assay.metrics.Metrics;
import dev.assay.model.AssessmentId;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScoringRequest;
import dev.assay.scoring.Scorers;
import dev.assay.worker.ScorerPauses;
import dev.assay.worker.WorkerConfig;
import dev.assay.worker.WorkerLane;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * {@code assay.scoring-requests} → {@code assay.assessments}: a guidelines judge asks a model that
 * takes its time, over HTTP on the loopback interface, with all slots of the lane taken. Ideal is
 * slots ÷ the model's time.
 */
final class WorkerStage {
  private final Path folder;
  private final Function<ModelConfig, Scorers> kinds;

  WorkerStage(Path folder, Function<ModelConfig, Scorers> kinds) {
    this.folder = folder;
    this.kinds = kinds;
  }

  /**
   * Measures from the first fifth of the assessments, when all consumers have joined, to the last
   * tenth, when slots run empty.
   */
  StageResult throughput(int slots, Duration modelTime, Duration length) throws Exception {
    double ideal = slots * 1e9 / modelTime.toNanos();
    int requests = (int) (ideal * length.toSeconds());
    try (var broker = new BenchBroker(folder, 1);
        var model =
            SimulatedModel.start(
                0,
                new PlantedTruth(),
                SimulatedModel.Behaviour.constant(modelTime),
                InstantSource.system())) {
      var topics = broker.topics();
      produce(broker, requests);
      var provider = ModelConfig.Provider.at(model.baseUrl()).withMaxInFlight(slots);
      var scorers = kinds.apply(new ModelConfig(Map.of("simulated", provider), Map.of()));
      try (var consumer = broker.consumer(topics.assessments());
          var _ =
              WorkerLane.start(
                  Map.of("bootstrap.servers", broker.bootstrapServers()),
                  topics,
                  WorkerConfig.withSlots(slots).withConsumers(64, 100),
                  scorers,
                  ScorerPauses.silent(),
                  Metrics.standalone(),
                  InstantSource.system(),
                  Bench.SEED)) {
        var ids = new HashSet<String>();
        var values = topics.assessments().values().deserializer();
        int from = requests / 5;
        int to = requests - requests / 10;
        long began = 0;
        int counted = 0;
        while (ids.size() < to) {
          for (var record : consumer.poll(Duration.ofMillis(10))) {
            ids.add(values.deserialize(record.topic(), record.value()).assessmentId());
          }
          if (began == 0 && ids.size() >= from) {
            began = System.nanoTime();
            counted = ids.size();
          }
        }
        double rate = (ids.size() - counted) * 1e9 / (System.nanoTime() - began);
        return StageResult.ofThroughput("worker-" + slots, rate, ideal, null);
      }
    }
  }

  private static void produce(BenchBroker broker, int requests) {
    var topic = broker.topics().scoringRequests();
    var judge =
        ScorerSpec.of(
            "polite",
            "guidelines",
            Map.of(
                "guidelines",
                List.of("The answer is polite."),
                "model",
                "simulated:/" + SimulatedModel.MODEL));
    var generator = new BenchTraces(Bench.SEED);
    try (var producer = broker.producer(topic)) {
      for (int i = 0; i < requests; i++) {
        long now = System.currentTimeMillis() * 1_000_000;
        var trace = generator.next(now);
        var id = AssessmentId.ofRequest(trace.traceId(), judge.name(), judge.version(), 1);
        var _ =
            producer.send(
                new ProducerRecord<>(
                    topic.name(),
                    trace.traceId(),
                    new ScoringRequest(id, 1, 1, now, 0, false, judge, trace)));
      }
    }
  }
}
