package dev.assay.wire;

import dev.assay.model.CloseReason;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to map the messages of a recorded application to traces, of each convention. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class MappingCost {
  @Param({
    "google-adk/litellm/agent",
    "langfuse/openai/agent",
    "langsmith/openai/agent",
    "mlflow/openai/agent",
    "openinference/openai/agent",
    "openllmetry/openai/agent",
    "opentelemetry/genai-openai/agent",
    "pydantic-ai/v5/agent",
    "vercel-ai/openai-compatible/agent"
  })
  public String capture;

  private final TraceMapper mapper = new TraceMapper(10_000);
  private Map<String, List<byte[]>> messages;

  /** Spans of a capture. */
  static int spans(String capture) throws Exception {
    return find(capture).traces().stream().mapToInt(trace -> trace.spans().size()).sum();
  }

  private static Capture find(String capture) throws Exception {
    return Capture.all().stream()
        .filter(each -> each.name().equals(capture))
        .findFirst()
        .orElseThrow();
  }

  @Setup
  public void read() throws Exception {
    messages = find(capture).messages();
  }

  @Benchmark
  public int map() {
    int spans = 0;
    for (var trace : messages.entrySet()) {
      spans +=
          mapper
              .map(trace.getKey(), trace.getValue(), 1, CloseReason.ROOT_ENDED, Capture.CLOSED)
              .kept();
    }
    return spans;
  }
}
