package dev.assay.assembly;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.CloseReason;
import dev.assay.wire.DeadLetter;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.MappedTrace;
import dev.assay.wire.SpanPeek;
import dev.assay.wire.Topics;
import dev.assay.wire.TraceMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The processor of {@link AssembleTraces}: loads state, asks it, stores and forwards. */
final class TraceAssembler implements Processor<String, byte[], String, Assembled> {
  /** How often open traces are looked at. */
  static final Duration TICK = Duration.ofMillis(100);

  private static final Duration SWEEP = Duration.ofSeconds(1);

  // What a tick may do, so that records are not kept waiting: the rest follows at the next.
  // 20,000 spans are some 100 ms of mapping.
  private static final int LOOKS_A_TICK = 5_000;
  private static final int SPANS_A_TICK = 20_000;
  private static final long BYTES_A_TICK = 16L << 20;
  private static final int STONES_A_SWEEP = 5_000;

  private static final String STAGE = "assembly";
  private static final String UNDECODABLE = "undecodable";
  private static final String UNKNOWN_APP = "unknown_service";

  private final AssemblyConfig config;
  private final Topics topics;
  private final Metrics metrics;
  private final TraceMapper mapper;
  private final ClosingTimes closing = new ClosingTimes();
  private ProcessorContext<String, Assembled> context;
  private KeyValueStore<String, TraceState> traces;
  private KeyValueStore<String, byte[]> spans;
  private ArrivalClock clock;
  private String task;
  private int open;
  private @Nullable String sweepFrom;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  TraceAssembler(AssemblyConfig config, Topics topics, Metrics metrics) {
    this.config = config;
    this.topics = topics;
    this.metrics = metrics;
    this.mapper = new TraceMapper(config.maxSpans(), config.rootSelector());
  }

  @Override
  public void init(ProcessorContext<String, Assembled> newContext) {
    context = newContext;
    traces = newContext.getStateStore(AssembleTraces.OPEN_TRACES);
    spans = newContext.getStateStore(AssembleTraces.OPEN_SPANS);
    task = newContext.taskId().toString();
    clock = new ArrivalClock(restore(), newContext.currentSystemTimeMs());
    newContext.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::closeDue);
    newContext.schedule(SWEEP, PunctuationType.WALL_CLOCK_TIME, this::sweep);
  }

  /** Fills the index from the store; the latest arrival in it. */
  private long restore() {
    long latest = 0;
    try (var all = traces.all()) {
      while (all.hasNext()) {
        var entry = all.next();
        switch (entry.value) {
          case OpenTrace trace -> {
            latest = Math.max(latest, trace.lastArrival());
            closing.add(entry.key, trace.closesAt(config));
            open++;
          }
          case ClosedTrace trace -> latest = Math.max(latest, trace.closedAt());
        }
      }
    }
    return latest;
  }

  @Override
  public void process(Record<String, byte[]> record) {
    long arrival = clock.read(record.timestamp(), context.currentSystemTimeMs());
    var message = peek(record);
    if (message == null) {
      return;
    }
    count("read", message.app(), message.spans());
    var id = record.key();
    var before = traces.get(id);
    if (before instanceof ClosedTrace closed && closed.remembers(arrival, config)) {
      count("late", message.app(), message.spans());
      metrics.add(Meter.LATE_SPANS, message.spans(), message.app());
      return;
    }
    OpenTrace trace;
    if (before instanceof OpenTrace known) {
      trace = known;
    } else {
      trace = OpenTrace.begin(message.app(), 1, arrival);
      open++;
    }
    spans.put(spanKey(id, trace.messages()), record.value());
    var now = trace.with(message, arrival);
    if (now.isFull(config)) {
      close(id, now, CloseReason.SIZE);
      return;
    }
    traces.put(id, now);
    if (trace.messages() == 0 || now.closesAt(config) < trace.closesAt(config)) {
      closing.add(id, now.closesAt(config));
    }
  }

  /** What the record holds; null where it was refused. */
  private @Nullable SpanPeek peek(Record<String, byte[]> record) {
    if (!isTraceId(record.key())) {
      refuse(
          record.key(),
          record.value(),
          "invalid_key",
          "a key of 32 lower-case hex digits, not all 0, is expected");
      return null;
    }
    if (record.value() == null) {
      refuse(record.key(), record.value(), UNDECODABLE, "no value");
      return null;
    }
    if (record.value().length > AssembleTraces.MAX_MESSAGE_BYTES) {
      // What is too large for a changelog is too large for a dead letter.
      refuse(
          record.key(),
          null,
          "too_large",
          "%,d bytes, of at most %,d"
              .formatted(record.value().length, AssembleTraces.MAX_MESSAGE_BYTES));
      return null;
    }
    try {
      return SpanPeek.of(record.value());
    } catch (IllegalArgumentException e) {
      refuse(record.key(), record.value(), UNDECODABLE, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private void closeDue(long wall) {
    long now = clock.now(wall);
    long spansClosed = 0;
    long bytesClosed = 0;
    for (int looks = 0;
        looks < LOOKS_A_TICK && spansClosed < SPANS_A_TICK && bytesClosed < BYTES_A_TICK;
        looks++) {
      var id = closing.take(now);
      if (id == null) {
        break;
      }
      if (traces.get(id) instanceof OpenTrace trace) {
        var reason = trace.closeReason(now, config);
        if (reason == null) {
          closing.add(id, trace.closesAt(config));
        } else {
          spansClosed += trace.spans();
          bytesClosed += trace.bytes();
          close(id, trace, reason);
        }
      }
    }
    metrics.set(Meter.OPEN_TRACES, open, task);
  }

  private void close(String id, OpenTrace trace, CloseReason reason) {
    long wall = context.currentSystemTimeMs();
    var messages = takeMessages(id, trace.messages());
    traces.put(id, new ClosedTrace(clock.now(wall), trace.revision()));
    open--;
    metrics.count(Meter.TRACE_CLOSE, trace.app(), reason.name().toLowerCase(Locale.ROOT));
    var mapped = map(id, messages, trace, reason, wall);
    for (int undecodable : mapped.undecodable()) {
      refuse(id, messages.get(undecodable), "OTLP whose spans cannot be decoded");
    }
    account(trace, mapped);
    if (mapped.trace() != null) {
      context.forward(
          new Record<>(id, new Assembled.Finished(EncodedTrace.of(mapped.trace())), wall));
    }
  }

  private List<byte[]> takeMessages(String id, int count) {
    var messages = new ArrayList<byte[]>(count);
    for (int i = 0; i < count; i++) {
      var message = spans.delete(spanKey(id, i));
      if (message != null) {
        messages.add(message);
      }
    }
    return messages;
  }

  /** Maps; a trace on which the mapper fails is a defect, but no reason to stop all others. */
  private MappedTrace map(
      String id, List<byte[]> messages, OpenTrace trace, CloseReason reason, long wall) {
    try {
      return mapper.map(id, messages, trace.revision(), reason, wall * 1_000_000);
    } catch (RuntimeException e) {
      return new MappedTrace(null, 0, 0, 0, IntStream.range(0, messages.size()).boxed().toList());
    }
  }

  private void account(OpenTrace trace, MappedTrace mapped) {
    var app = trace.app();
    int kept = mapped.kept();
    count("assembled", app, kept);
    count("duplicate", app, mapped.duplicates());
    count("over_limit", app, mapped.overLimit());
    count(UNDECODABLE, app, trace.spans() - kept - mapped.duplicates() - mapped.overLimit());
    metrics.count(Meter.TRACES, app, mapped.trace() == null ? UNDECODABLE : "assembled");
  }

  private void count(String outcome, String app, int spanCount) {
    if (spanCount > 0) {
      metrics.add(Meter.SPANS, spanCount, app, outcome);
    }
  }

  /** Removes stones of traces closed long ago, some at a time, round and round the store. */
  private void sweep(long wall) {
    long now = clock.now(wall);
    var old = new ArrayList<String>();
    int seen = 0;
    try (var from = sweepFrom == null ? traces.all() : traces.range(sweepFrom, null)) {
      for (; seen < STONES_A_SWEEP && from.hasNext(); seen++) {
        var entry = from.next();
        sweepFrom = entry.key;
        if (entry.value instanceof ClosedTrace closed && !closed.remembers(now, config)) {
          old.add(entry.key);
        }
      }
    }
    if (seen < STONES_A_SWEEP) {
      sweepFrom = null;
    }
    for (var id : old) {
      traces.put(id, null);
    }
  }

  /** A record that was not taken in: one span read, one refused, whatever it held. */
  private void refuse(@Nullable String key, byte @Nullable [] value, String cause, String message) {
    count("read", UNKNOWN_APP, 1);
    count(cause.equals("too_large") ? "over_limit" : UNDECODABLE, UNKNOWN_APP, 1);
    var at = context.recordMetadata();
    var letter =
        new DeadLetter(
            STAGE,
            cause,
            message,
            at.map(metadata -> metadata.topic()).orElse(topics.spans().name()),
            context.taskId().partition(),
            at.map(metadata -> metadata.offset()).orElse(-1L),
            key == null ? null : key.getBytes(StandardCharsets.UTF_8),
            value);
    forward(letter, cause);
  }

  /** A message found wanting when its trace closed: its own offset is no longer known. */
  private void refuse(String id, byte[] value, String message) {
    forward(
        new DeadLetter(
            STAGE,
            UNDECODABLE,
            message,
            topics.spans().name(),
            context.taskId().partition(),
            -1,
            id.getBytes(StandardCharsets.UTF_8),
            value),
        UNDECODABLE);
  }

  private void forward(DeadLetter letter, String cause) {
    metrics.count(Meter.DEAD_LETTERS, STAGE, cause);
    Headers headers = new RecordHeaders(letter.headers());
    context.forward(
        new Record<>(
            "",
            new Assembled.Refused(letter.key(), letter.value()),
            context.currentSystemTimeMs(),
            headers));
  }

  @Override
  public void close() {
    if (task != null) {
      metrics.remove(Meter.OPEN_TRACES, task);
    }
  }

  private static String spanKey(String id, int message) {
    return id + '/' + message;
  }

  private static boolean isTraceId(@Nullable String key) {
    if (key == null || key.length() != 32) {
      return false;
    }
    boolean zero = true;
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
      zero &= c == '0';
    }
    return !zero;
  }
}
