package dev.assay.assembly;

import static dev.assay.wire.TestLogs.event;
import static dev.assay.wire.TestOtlp.TRACE;
import static dev.assay.wire.TestOtlp.message;
import static dev.assay.wire.TestOtlp.span;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.CloseReason;
import dev.assay.model.Span;
import dev.assay.model.Trace;
import dev.assay.model.TraceStatus;
import dev.assay.wire.DeadLetter;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.RootSelector;
import dev.assay.wire.TestLogs;
import dev.assay.wire.TestOtlp;
import dev.assay.wire.TestOtlp.SpanSpec;
import dev.assay.wire.Topics;
import dev.assay.wire.convention.ReportedEvaluations;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.stream.LongStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AssembleTracesTest {
  static final Instant START = Instant.parse("2026-01-01T00:00:10Z");

  private final Topics topics = new Topics(1);
  private final Metrics metrics = Metrics.standalone();
  private Instant now = START;
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> spans;
  private TestOutputTopic<String, EncodedTrace> traces;
  private TestOutputTopic<byte[], byte[]> deadLetters;

  @BeforeEach
  void start() {
    start(AssemblyConfig.DEFAULT);
  }

  private void start(AssemblyConfig config) {
    if (driver != null) {
      driver.close();
    }
    var builder = new StreamsBuilder();
    var in = topics.spans();
    var out = topics.traces();
    new AssembleTraces(config, topics, metrics)
        .apply(
            builder.stream(in.name(), Consumed.with(in.keys(), in.values()).withName("read-spans")))
        .to(out.name(), Produced.with(out.keys(), out.values()).withName("write-traces"));
    driver = new TopologyTestDriver(builder.build(), new Properties(), START);
    spans = driver.createInputTopic(in.name(), in.keys().serializer(), in.values().serializer());
    traces =
        driver.createOutputTopic(
            out.name(), out.keys().deserializer(), out.values().deserializer());
    var dead = topics.deadLetters();
    deadLetters =
        driver.createOutputTopic(
            dead.name(), dead.keys().deserializer(), dead.values().deserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  private void send(SpanSpec... sent) {
    send(TRACE, message(sent));
  }

  private Map<String, Long> countedEvents() {
    return TestCounters.by(metrics, Meter.LOG_EVENTS, "outcome");
  }

  private void send(String key, byte[] value) {
    spans.pipeInput(key, value, now);
  }

  private void pass(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
  }

  private Trace read() {
    var record = traces.readRecord();
    assertThat(record.key()).isEqualTo(record.value().header().traceId());
    return record.value().trace();
  }

  private Map<String, Long> counted() {
    return TestCounters.spans(metrics);
  }

  @Test
  void logRecordsWaitForTheirSpanLongerThanAnIdleTraceStaysOpen() {
    send(TRACE, TestLogs.message(event(1, "gen_ai.user.message", Map.of("content", "Still?"))));
    pass(AssemblyConfig.DEFAULT.completion("shop").idle().multipliedBy(3));
    assertThat(traces.isEmpty()).isTrue();

    send(span(1, 0, "chat").with("gen_ai.operation.name", "chat"));
    pass(Duration.ofSeconds(3));

    assertThat(read().question()).isEqualTo("Still?");
    assertThat(counted()).containsOnly(entry("read", 1L), entry("assembled", 1L));
    assertThat(countedEvents()).containsOnly(entry("read", 1L), entry("joined", 1L));
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void logRecordsWhoseSpanNeverComesAreCounted() {
    var event = event(1, "gen_ai.user.message", Map.of("content", "Anybody?"));
    send(TRACE, TestLogs.message(event, event(2, "gen_ai.choice", Map.of("content", "No."))));
    pass(AssemblyConfig.DEFAULT.completion("shop").maxAge().plusSeconds(1));

    assertThat(traces.isEmpty()).isTrue();
    assertThat(counted()).isEmpty();
    assertThat(countedEvents()).containsOnly(entry("read", 2L), entry("orphaned", 2L));
    assertThat(TestCounters.by(metrics, Meter.TRACES, "outcome"))
        .containsOnly(entry("without_spans", 1L));
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void aSpanThatRunsLongerThanATraceMayBeOpenStillGetsItsLogRecords() {
    send(TRACE, TestLogs.message(event(1, "gen_ai.user.message", Map.of("content", "Soon?"))));
    pass(AssemblyConfig.DEFAULT.completion("shop").maxAge().multipliedBy(2));
    assertThat(traces.isEmpty()).isTrue();

    send(span(1, 0, "chat").with("gen_ai.operation.name", "chat"));
    pass(Duration.ofSeconds(3));

    var trace = read();
    assertThat(trace.question()).isEqualTo("Soon?");
    assertThat(trace.header().revision()).isEqualTo(1);
    assertThat(counted()).containsOnly(entry("read", 1L), entry("assembled", 1L));
    assertThat(countedEvents())
        .containsOnly(entry("read", 1L), entry("orphaned", 1L), entry("joined", 1L));
  }

  @Test
  void aLogRecordThatComesLateMakesARevisionWhereItSaysSomething() {
    send(span(1, 0, "chat").with("gen_ai.operation.name", "chat"));
    pass(Duration.ofSeconds(3));
    assertThat(read().question()).isNull();

    send(TRACE, TestLogs.message(event(1, "gen_ai.user.message", Map.of("content", "Late?"))));
    pass(Duration.ofSeconds(3));

    var revised = read();
    assertThat(revised.header().revision()).isEqualTo(2);
    assertThat(revised.question()).isEqualTo("Late?");
    assertThat(countedEvents()).containsOnly(entry("read", 1L), entry("joined", 1L));
  }

  @Test
  void aLogRecordThatComesLateAndSaysNothingNewIsCountedAsLate() {
    send(span(1, 0, "chat").with("gen_ai.operation.name", "chat"));
    pass(Duration.ofSeconds(3));
    read();

    send(TRACE, TestLogs.message(event(1, "gen_ai.note", Map.of())));
    pass(Duration.ofSeconds(3));

    assertThat(traces.isEmpty()).isTrue();
    assertThat(countedEvents()).containsOnly(entry("read", 1L), entry("late", 1L));
    assertThat(TestCounters.by(metrics, Meter.TRACES, "outcome"))
        .containsOnly(entry("assembled", 1L), entry("unchanged", 1L));
  }

  /** Applications evaluate answers after they gave them. */
  @Test
  void aVerdictThatComesLateMakesTheNextRevision() {
    send(span(1, 0, "chat").with("gen_ai.operation.name", "chat"));
    pass(Duration.ofSeconds(3));
    read();

    send(
        TRACE,
        TestLogs.message(
            TestLogs.record(1)
                .setEventName("gen_ai.evaluation.result")
                .addAttributes(TestOtlp.keyValue("gen_ai.evaluation.name", "relevance"))
                .addAttributes(TestOtlp.keyValue("gen_ai.evaluation.score.label", "pass"))));
    pass(Duration.ofSeconds(3));

    var revised = read();
    assertThat(revised.header().revision()).isEqualTo(2);
    assertThat(ReportedEvaluations.of(revised))
        .singleElement()
        .satisfies(verdict -> assertThat(verdict.name()).isEqualTo("relevance"));
    assertThat(countedEvents()).containsOnly(entry("read", 1L), entry("joined", 1L));
  }

  @Test
  void closesAfterTheRootOnAQuietPartition() {
    send(span(1, 0, "POST /chat"), span(2, 1, "chat"));
    pass(Duration.ofMillis(1_900));
    assertThat(traces.isEmpty()).isTrue();

    pass(Duration.ofMillis(200));

    var trace = read();
    assertThat(trace.spans()).extracting(Span::name).containsExactly("POST /chat", "chat");
    assertThat(trace.header().closeReason()).isEqualTo(CloseReason.ROOT_ENDED);
    assertThat(trace.header().app()).isEqualTo("shop");
    assertThat(trace.header().revision()).isEqualTo(1);
    assertThat(trace.header().closedNanos()).isEqualTo(now.toEpochMilli() * 1_000_000);
    assertThat(traces.isEmpty()).isTrue();
    assertThat(counted()).containsOnly(entry("read", 2L), entry("assembled", 2L));
    assertThat(TestCounters.by(metrics, Meter.TRACE_CLOSE, "reason"))
        .containsOnly(entry("root_ended", 1L));
    assertThat(TestCounters.by(metrics, Meter.TRACES, "outcome"))
        .containsOnly(entry("assembled", 1L));
  }

  @Test
  void gathersSpansOverManyMessagesWithTheRootLast() {
    for (long child = 10; child < 20; child++) {
      send(span(child, 1, "step " + child));
      pass(Duration.ofSeconds(3));
    }
    send(span(1, 0, "root"));
    pass(Duration.ofMillis(2_100));

    var trace = read();
    assertThat(trace.spans()).hasSize(11);
    assertThat(trace.spans().getFirst().name()).isEqualTo("root");
    assertThat(trace.header().status()).isEqualTo(TraceStatus.OK);
  }

  @Test
  void aRootThatComesFirstWaitsForItsChildren() {
    send(span(1, 0, "root"));
    pass(Duration.ofSeconds(1));
    send(span(2, 1, "child"));
    pass(Duration.ofMillis(1_100));

    assertThat(read().spans()).hasSize(2);
  }

  @Test
  void withoutARootItClosesWhenIdleAndIsInProgress() {
    send(span(2, 1, "orphan"));
    pass(Duration.ofMillis(9_900));
    assertThat(traces.isEmpty()).isTrue();
    pass(Duration.ofMillis(200));

    var trace = read();
    assertThat(trace.header().closeReason()).isEqualTo(CloseReason.IDLE);
    assertThat(trace.header().status()).isEqualTo(TraceStatus.IN_PROGRESS);
  }

  @Test
  void aTraceThatNeverRestsClosesAtItsMaximumAge() {
    for (long id = 2; id < 20; id++) {
      send(span(id, 1, "step"));
      pass(Duration.ofSeconds(5));
    }

    assertThat(read().header().closeReason()).isEqualTo(CloseReason.MAX_AGE);
  }

  @Test
  void aLateSpanIsCountedAndMakesNoSecondTrace() {
    send(span(1, 0, "root"));
    pass(Duration.ofSeconds(3));
    read();

    send(span(2, 1, "late"), span(3, 1, "late too"));
    pass(Duration.ofMinutes(2));

    assertThat(traces.isEmpty()).isTrue();
    assertThat(counted())
        .containsOnly(entry("read", 3L), entry("assembled", 1L), entry("late", 2L));
    assertThat(TestCounters.by(metrics, Meter.LATE_SPANS, "age")).containsOnly(entry("1s", 2L));
    assertThat(TestCounters.by(metrics, Meter.TRACES, "outcome"))
        .containsOnly(entry("assembled", 1L), entry("unchanged", 1L));
  }

  @Test
  void aLateRootMakesTheNextRevision() {
    send(span(2, 1, "orphan"));
    pass(Duration.ofSeconds(11));
    assertThat(read().header().status()).isEqualTo(TraceStatus.IN_PROGRESS);
    pass(Duration.ofSeconds(30));

    send(span(1, 0, "root"));
    assertThat(traces.isEmpty()).isTrue();
    pass(Duration.ofSeconds(3));

    var revised = read();
    assertThat(revised.header().revision()).isEqualTo(2);
    assertThat(revised.header().status()).isEqualTo(TraceStatus.OK);
    assertThat(revised.header().closeReason()).isEqualTo(CloseReason.ROOT_ENDED);
    assertThat(revised.spans()).extracting(Span::name).containsExactly("root", "orphan");
    assertThat(counted()).containsOnly(entry("read", 2L), entry("assembled", 2L));
    assertThat(TestCounters.by(metrics, Meter.TRACES, "outcome"))
        .containsOnly(entry("assembled", 1L), entry("revised", 1L));
    assertThat(TestCounters.by(metrics, Meter.LATE_SPANS, "age")).containsOnly(entry("1m", 1L));
    assertThat(TestCounters.by(metrics, Meter.LATE_SPANS, "outcome"))
        .containsOnly(entry("reopened", 1L));
  }

  @Test
  void aLateSpanThatFailedOrAnsweredMakesTheNextRevision() {
    send(span(1, 0, "root"));
    pass(Duration.ofSeconds(3));
    read();

    send(span(2, 1, "tool").failed("timed out"));
    pass(Duration.ofSeconds(3));
    assertThat(read().header().revision()).isEqualTo(2);

    send(span(3, 1, "chat").with("output.value", "Hello."));
    pass(Duration.ofSeconds(3));
    var third = read();
    assertThat(third.header().revision()).isEqualTo(3);
    assertThat(third.spans()).hasSize(3);
  }

  @Test
  void whatOnlyComesAgainAfterTheCloseChangesNothing() {
    send(span(1, 0, "root").with("output.value", "Hello."));
    pass(Duration.ofSeconds(3));
    read();

    send(span(1, 0, "root").with("output.value", "Hello."));
    pass(Duration.ofSeconds(30));

    assertThat(traces.isEmpty()).isTrue();
    assertThat(counted())
        .containsOnly(entry("read", 2L), entry("assembled", 1L), entry("duplicate", 1L));
  }

  @Test
  void afterTheReopenWindowALateSpanIsOnlyCounted() {
    start(
        new AssemblyConfig(
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            100,
            100_000,
            Duration.ofSeconds(20)));
    send(span(2, 1, "orphan"));
    pass(Duration.ofSeconds(11));
    read();
    pass(Duration.ofSeconds(21));
    assertThat(size(AssembleTraces.OPEN_SPANS)).isZero();

    send(span(1, 0, "root"));
    pass(Duration.ofSeconds(30));

    assertThat(traces.isEmpty()).isTrue();
    assertThat(TestCounters.by(metrics, Meter.LATE_SPANS, "outcome"))
        .containsOnly(entry("dropped", 1L));
    assertThat(counted())
        .containsOnly(entry("read", 2L), entry("assembled", 1L), entry("late", 1L));
  }

  @Test
  void overTheirBoundTheOldestClosedTracesAreNotKept() {
    start(
        new AssemblyConfig(Completion.DEFAULT, 100, 100_000, 10_000, Map.of(), RootSelector.NONE));
    for (int i = 1; i <= 20; i++) {
      var id = "%032x".formatted(i);
      send(id, message(span(2, 1, "orphan").trace(id)));
      pass(Duration.ofMillis(100));
    }
    for (int tick = 0; tick < 110; tick++) {
      pass(Duration.ofMillis(100));
    }
    assertThat(traces.readValuesToList()).hasSize(20);
    assertThat(size(AssembleTraces.OPEN_SPANS)).isBetween(5, 9);

    for (int i : new int[] {1, 20}) {
      var id = "%032x".formatted(i);
      send(id, message(span(1, 0, "root").trace(id)));
    }
    pass(Duration.ofSeconds(3));

    assertThat(traces.readValuesToList())
        .extracting(trace -> trace.header().traceId())
        .containsExactly("%032x".formatted(20));
  }

  @Test
  void anAgentIsGivenTheTimeItsApplicationTakes() {
    start(
        new AssemblyConfig(
            Completion.DEFAULT,
            10_000,
            100_000,
            0,
            Map.of(
                "shop",
                new Completion(
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(30),
                    Duration.ZERO)),
            RootSelector.NONE));
    for (long id = 2; id < 20; id++) {
      send(span(id, 1, "step"));
      pass(Duration.ofSeconds(90));
    }
    assertThat(traces.isEmpty()).isTrue();
    send(span(1, 0, "root"));
    pass(Duration.ofMillis(5_100));

    assertThat(read().spans()).hasSize(19);
  }

  @Test
  void afterTheWindowTheStoneIsGone() {
    send(span(1, 0, "root"));
    pass(Duration.ofSeconds(3));
    read();
    assertThat(size(AssembleTraces.OPEN_TRACES)).isEqualTo(1);

    pass(Duration.ofMinutes(11));

    assertThat(size(AssembleTraces.OPEN_TRACES)).isZero();
    assertThat(size(AssembleTraces.OPEN_SPANS)).isZero();
  }

  @Test
  void duplicatesAreDroppedAndCounted() {
    send(span(1, 0, "root"), span(2, 1, "chat"));
    send(span(1, 0, "root"), span(2, 1, "chat"));
    send(span(2, 1, "chat"));
    pass(Duration.ofSeconds(3));

    assertThat(read().spans()).hasSize(2);
    assertThat(counted())
        .containsOnly(entry("read", 5L), entry("assembled", 2L), entry("duplicate", 3L));
  }

  @Test
  void aTraceWithTooManySpansClosesAtOnce() {
    for (int i = 0; i < 4; i++) {
      long first = 1 + i * 2_600L;
      send(
          LongStream.range(first, first + 2_600)
              .mapToObj(id -> span(id, 999_999, "s"))
              .toArray(SpanSpec[]::new));
    }

    var trace = read();
    assertThat(trace.spans()).hasSize(10_000);
    assertThat(trace.header().spanCount()).isEqualTo(10_400);
    assertThat(trace.header().closeReason()).isEqualTo(CloseReason.SIZE);
    send(span(999_999, 0, "root"));
    pass(Duration.ofSeconds(20));
    assertThat(traces.isEmpty()).isTrue();
    assertThat(counted())
        .containsOnly(
            entry("read", 10_401L),
            entry("assembled", 10_000L),
            entry("over_limit", 400L),
            entry("late", 1L));
  }

  @Test
  void aTraceWithTooManyBytesClosesAtOnce() {
    var big = "x".repeat(3 * 1024 * 1024);
    send(span(1, 0, "root").with("input.value", big));
    send(span(2, 1, "chat").with("input.value", big));

    var trace = read();
    assertThat(trace.header().closeReason()).isEqualTo(CloseReason.SIZE);
    assertThat(trace.inputs()).hasSizeLessThan(600_000).contains("[truncated: 3145728 characters]");
    assertThat(trace.header().metadata()).containsKey("assay.truncated");
    assertThat(EncodedTrace.of(trace).bytes()).hasSizeLessThan(Topics.MAX_RECORD_BYTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not OTLP", "\u0001\u0002\u0003"})
  void whatIsNotOtlpGoesToTheDeadLetters(String garbage) {
    var bytes = garbage.getBytes(StandardCharsets.UTF_8);
    send(TRACE, bytes);
    send(span(1, 0, "root"));
    pass(Duration.ofSeconds(3));

    var letter = deadLetters.readRecord();
    assertThat(letter.value()).isEqualTo(bytes);
    assertThat(new String(letter.key(), StandardCharsets.UTF_8)).isEqualTo(TRACE);
    assertThat(header(letter, DeadLetter.STAGE)).isEqualTo("assembly");
    assertThat(header(letter, DeadLetter.CAUSE)).isEqualTo("undecodable");
    assertThat(header(letter, DeadLetter.TOPIC)).isEqualTo("assay.spans");
    assertThat(header(letter, DeadLetter.OFFSET)).isEqualTo("0");
    assertThat(read().spans()).hasSize(1);
    assertThat(counted())
        .containsOnly(entry("read", 2L), entry("assembled", 1L), entry("undecodable", 1L));
    assertThat(TestCounters.by(metrics, Meter.DEAD_LETTERS, "cause"))
        .containsOnly(entry("undecodable", 1L));
  }

  @Test
  void aMessageWhoseSpansBreakLaterIsRefusedAloneWhenTheTraceCloses() {
    // A name that is not UTF-8: a peek does not read names.
    var broken = message(span(2, 1, "chat"));
    int name = new String(broken, StandardCharsets.ISO_8859_1).indexOf("chat");
    broken[name] = (byte) 0xFF;
    send(TRACE, broken);
    send(span(1, 0, "root"));
    pass(Duration.ofSeconds(3));

    assertThat(read().spans()).extracting(Span::name).containsExactly("root");
    assertThat(deadLetters.readRecord().value()).isEqualTo(broken);
    assertThat(counted())
        .containsOnly(entry("read", 2L), entry("assembled", 1L), entry("undecodable", 1L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4BF92F3577B34DA6A3CE929D0E0E4736",
        "4bf92f3577b34da6a3ce929d0e0e473",
        "00000000000000000000000000000000",
        "trace/1"
      })
  void aKeyThatIsNoTraceIdIsRefused(String key) {
    send(key, message(span(1, 0, "root")));
    pass(Duration.ofSeconds(20));

    assertThat(header(deadLetters.readRecord(), DeadLetter.CAUSE)).isEqualTo("invalid_key");
    assertThat(traces.isEmpty()).isTrue();
  }

  @Test
  void recordsWithoutKeyOrValueAreRefused() {
    spans.pipeInput(new TestRecord<>(null, message(span(1, 0, "r")), new RecordHeaders(), now));
    spans.pipeInput(new TestRecord<>(TRACE, null, new RecordHeaders(), now));

    assertThat(deadLetters.readRecordsToList()).hasSize(2);
    assertThat(counted()).containsOnly(entry("read", 2L), entry("undecodable", 2L));
  }

  @Test
  void spansOfAnotherTraceOrWithoutAnIdAreLeftOut() {
    send(
        span(1, 0, "root"),
        span(2, 1, "foreign").trace("00000000000000000000000000000001"),
        span(3, 1, "short").rawId((byte) 1),
        span(4, 1, "zero").rawId(new byte[8]));
    pass(Duration.ofSeconds(3));

    assertThat(read().spans()).hasSize(1);
    assertThat(counted())
        .containsOnly(entry("read", 4L), entry("assembled", 1L), entry("undecodable", 3L));
  }

  @Test
  void aMessageOverTheLargestRecordIsRefusedWithoutItsValue() {
    send(span(1, 0, "root").with("x", "y".repeat(AssembleTraces.MAX_MESSAGE_BYTES)));

    var letter = deadLetters.readRecord();
    assertThat(header(letter, DeadLetter.CAUSE)).isEqualTo("too_large");
    assertThat(letter.value()).isNull();
    assertThat(counted()).containsOnly(entry("read", 1L), entry("over_limit", 1L));
  }

  @Test
  void clocksOfHostsDoNotMatter() {
    send(
        span(1, 0, "root").times(1L, 2L),
        span(2, 1, "child").times(Long.MAX_VALUE, Long.MAX_VALUE));
    pass(Duration.ofMillis(1_900));
    assertThat(traces.isEmpty()).isTrue();
    pass(Duration.ofMillis(200));

    assertThat(read().spans()).hasSize(2);
  }

  @Test
  void aBacklogIsAssembledAsItWouldHaveBeenThen() {
    // The stage was down; the records are an hour old, four seconds apart, and read at once.
    var then = now.minus(Duration.ofHours(1));
    for (long id = 2; id < 10; id++) {
      spans.pipeInput(TRACE, message(span(id, 1, "step")), then.plusSeconds(4 * (id - 2)));
      driver.advanceWallClockTime(Duration.ofMillis(100));
    }
    assertThat(traces.isEmpty()).isTrue();
    spans.pipeInput(TRACE, message(span(1, 0, "root")), then.plusSeconds(32));
    driver.advanceWallClockTime(Duration.ofMillis(2_100));

    assertThat(read().spans()).hasSize(9);
  }

  @Test
  void aTickClosesSoManyAndTheNextTheRest() {
    for (int i = 1; i <= 5_500; i++) {
      var id = "%032x".formatted(i);
      send(id, message(span(1, 0, "root").trace(id)));
    }
    pass(Duration.ofMillis(2_100));
    assertThat(traces.readValuesToList().size()).isEqualTo(5_000);

    pass(Duration.ofMillis(100));

    assertThat(traces.readValuesToList().size()).isEqualTo(500);
    assertThat(counted()).containsOnly(entry("read", 5_500L), entry("assembled", 5_500L));
  }

  private int size(String store) {
    int size = 0;
    try (var all = driver.getKeyValueStore(store).all()) {
      for (; all.hasNext(); all.next()) {
        size++;
      }
    }
    return size;
  }

  private static String header(TestRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
