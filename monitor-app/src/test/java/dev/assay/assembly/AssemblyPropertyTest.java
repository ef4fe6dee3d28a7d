package dev.assay.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.metrics.Metrics;
import dev.assay.model.Span;
import dev.assay.model.Trace;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.TestOtlp;
import dev.assay.wire.TestOtlp.SpanSpec;
import dev.assay.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * Spans of many traces, shuffled over messages, sent again, delayed: every span is in exactly one
 * trace or counted with the reason why not. (No shrinking: a smaller seed is no smaller plan.)
 */
class AssemblyPropertyTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:10Z");
  private static final AssemblyConfig CONFIG =
      new AssemblyConfig(
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          200,
          1_000_000,
          Duration.ofHours(1));

  /** One message to send. */
  private record Sending(String traceId, List<Long> spans, long atMillis) {}

  /** What came of a run. */
  private record Result(List<Trace> traces, Map<String, Long> counted) {}

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void withinTheirTraceNoSpanIsLost(@ForAll long seed) {
    var random = new Random(seed);
    // Whole traces within the grace of whichever message brings the root.
    var plan = plan(random, 1_900, 0.3);

    var result = run(plan);

    assertEverySpanOnce(plan, result);
    assertThat(result.counted()).doesNotContainKeys("late", "over_limit", "undecodable");
    assertThat(assembled(result)).isEqualTo(sent(plan));
  }

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void howeverLateNoSpanIsUnaccountedFor(@ForAll long seed) {
    var random = new Random(seed);
    var plan = plan(random, 90_000, 0.3);

    var result = run(plan);

    assertEverySpanOnce(plan, result);
    // Nothing is in a trace that was not sent, and what is missing was late.
    var assembled = assembled(result);
    var sent = sent(plan);
    sent.forEach((id, spans) -> assertThat(spans).containsAll(assembled.get(id)));
    long missing =
        sent.values().stream().mapToLong(Set::size).sum()
            - assembled.values().stream().mapToLong(Set::size).sum();
    assertThat(result.counted().getOrDefault("late", 0L)).isGreaterThanOrEqualTo(missing);
  }

  private static void assertEverySpanOnce(List<Sending> plan, Result result) {
    assertThat(last(result).keySet()).isEqualTo(sent(plan).keySet());
    var seen = new HashMap<String, Set<String>>();
    for (var trace : result.traces()) {
      var spans = trace.spans().stream().map(Span::spanId).toList();
      assertThat(spans).doesNotHaveDuplicates();
      // a revision loses nothing that the one before had
      assertThat(spans).containsAll(seen.getOrDefault(trace.traceId(), Set.of()));
      seen.put(trace.traceId(), Set.copyOf(spans));
    }
    var counted = new TreeMap<>(result.counted());
    long read = counted.remove("read");
    assertThat(read).isEqualTo(plan.stream().mapToLong(sending -> sending.spans().size()).sum());
    assertThat(counted.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(read);
    assertThat(counted.get("assembled"))
        .isEqualTo(last(result).values().stream().mapToLong(trace -> trace.spans().size()).sum());
  }

  private static Map<String, Set<Long>> sent(List<Sending> plan) {
    var sent = new TreeMap<String, Set<Long>>();
    plan.forEach(sending ->
        sent.computeIfAbsent(sending.traceId(), _ -> new HashSet<>()).addAll(sending.spans()));
    return sent;
  }

  /** The last revision of each trace; revisions come in order, without a gap, and say more. */
  private static Map<String, Trace> last(Result result) {
    var last = new TreeMap<String, Trace>();
    for (var trace : result.traces()) {
      var before = last.put(trace.traceId(), trace);
      assertThat(trace.header().revision())
          .isEqualTo(before == null ? 1 : before.header().revision() + 1);
    }
    return last;
  }

  private static Map<String, Set<Long>> assembled(Result result) {
    var assembled = new TreeMap<String, Set<Long>>();
    for (var trace : last(result).values()) {
      var ids = new HashSet<Long>();
      trace.spans().forEach(span -> ids.add(Long.parseLong(span.spanId(), 16)));
      assembled.put(trace.traceId(), ids);
    }
    return assembled;
  }

  private static List<Sending> plan(Random random, long spreadMillis, double sentAgain) {
    var plan = new ArrayList<Sending>();
    int traces = 1 + random.nextInt(30);
    for (int t = 1; t <= traces; t++) {
      var id = "%032x".formatted(random.nextLong() >>> 1 | 1);
      long begins = random.nextInt(30_000);
      var spans = new ArrayList<Long>();
      for (long span = 1; span <= 1 + random.nextInt(20); span++) {
        spans.add(span);
      }
      Collections.shuffle(spans, random);
      for (int from = 0; from < spans.size(); ) {
        int to = Math.min(spans.size(), from + 1 + random.nextInt(5));
        var message = List.copyOf(spans.subList(from, to));
        plan.add(new Sending(id, message, begins + random.nextLong(spreadMillis)));
        if (random.nextDouble() < sentAgain) {
          plan.add(new Sending(id, message, begins + random.nextLong(spreadMillis)));
        }
        from = to;
      }
    }
    plan.sort((a, b) -> Long.compare(a.atMillis(), b.atMillis()));
    return plan;
  }

  private static Result run(List<Sending> plan) {
    var topics = new Topics(1);
    var metrics = Metrics.standalone();
    var builder = new StreamsBuilder();
    var in = topics.spans();
    var out = topics.traces();
    new AssembleTraces(CONFIG, topics, metrics)
        .apply(
            builder.stream(in.name(), Consumed.with(in.keys(), in.values()).withName("read-spans")))
        .to(out.name(), Produced.with(out.keys(), out.values()).withName("write-traces"));
    try (var driver = new TopologyTestDriver(builder.build(), new Properties(), START)) {
      TestInputTopic<String, byte[]> spans =
          driver.createInputTopic(in.name(), in.keys().serializer(), in.values().serializer());
      TestOutputTopic<String, EncodedTrace> traces =
          driver.createOutputTopic(
              out.name(), out.keys().deserializer(), out.values().deserializer());
      long now = 0;
      for (var sending : plan) {
        for (; now + 100 <= sending.atMillis(); now += 100) {
          driver.advanceWallClockTime(Duration.ofMillis(100));
        }
        spans.pipeInput(sending.traceId(), message(sending), START.plusMillis(sending.atMillis()));
      }
      for (int tick = 0; tick < 1_000; tick++) {
        driver.advanceWallClockTime(Duration.ofMillis(100));
      }
      return new Result(
          traces.readValuesToList().stream().map(EncodedTrace::trace).toList(),
          TestCounters.spans(metrics));
    }
  }

  private static byte[] message(Sending sending) {
    return TestOtlp.message(
        sending.spans().stream()
            .map(id -> TestOtlp.span(id, id / 2, "span " + id).trace(sending.traceId()))
            .toArray(SpanSpec[]::new));
  }
}
