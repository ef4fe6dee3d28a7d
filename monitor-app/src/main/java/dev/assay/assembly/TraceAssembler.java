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

  private static final MappedTrace NOTHING = MappedTrace.nothing(List.of());

  private static final String STAGE = "assembly";
  private static final String UNDECODABLE = "undecodable";
  private static final String UNKNOWN_APP = "unknown_service";

  private final AssemblyConfig config;
  private final Topics topics;
  private final Metrics metrics;
  private final TraceMapper mapper;
  private ClosingTimes closing = new ClosingTimes();
  private ClosingTimes kept = new ClosingTimes();
  private long keptBytes;
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
    // again on the same object when the task is revived
    closing = new ClosingTimes();
    kept = new ClosingTimes();
    keptBytes = 0;
    open = 0;
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
          case ClosedTrace trace -> {
            latest = Math.max(latest, trace.closedAt());
            keep(entry.key, trace);
          }
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
    events("read", message.app(), message.remarks());
    var id = record.key();
    var before = traces.get(id);
    OpenTrace trace;
    boolean known = false;
    switch (before) {
      case OpenTrace still -> {
        trace = still;
        known = true;
        late(still.before(), message, arrival, true);
      }
      case ClosedTrace closed when closed.reopens(arrival, config) -> {
        late(closed, message, arrival, true);
        keptBytes -= closed.cost();
        trace = OpenTrace.reopen(closed, arrival);
        open++;
      }
      case ClosedTrace closed when closed.remembers(arrival, config) -> {
        late(closed, message, arrival, false);
        count("late", message.app(), message.spans());
        events("late", message.app(), message.remarks());
        return;
      }
      case null, default -> {
        if (before instanceof ClosedTrace forgotten) {
          forget(id, forgotten);
        }
        trace = OpenTrace.begin(message.app(), 1, arrival);
        open++;
      }
    }
    spans.put(spanKey(id, trace.messages()), record.value());
    var now = trace.with(message, arrival);
    if (now.isFull(config)) {
      close(id, now, CloseReason.SIZE);
      return;
    }
    traces.put(id, now);
    if (!known || now.closesAt(config) < trace.closesAt(config)) {
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
    dropKept(wall);
    metrics.set(Meter.OPEN_TRACES, open, task);
  }

  private void close(String id, OpenTrace trace, CloseReason reason) {
    long wall = context.currentSystemTimeMs();
    var messages = messages(id, trace.messages());
    var mapped = map(id, messages, trace.revision(), reason, wall);
    var before = trace.before();
    int old = before == null ? 0 : before.messages();
    var earlier =
        before == null
            ? NOTHING
            : map(id, messages.subList(0, old), before.revision(), reason, wall);
    open--;
    for (int undecodable : mapped.undecodable()) {
      if (undecodable >= old) {
        refuse(id, messages.get(undecodable), "OTLP whose spans cannot be decoded");
      }
    }
    boolean says = LateSpans.matter(earlier.trace(), mapped.trace());
    account(trace, earlier, mapped, says);
    if (before != null && !says) {
      drop(id, old, trace.messages());
      traces.put(id, before);
      keep(id, before);
      return;
    }
    metrics.count(Meter.TRACE_CLOSE, trace.app(), reason.name().toLowerCase(Locale.ROOT));
    boolean isWaiting = trace.spans() == 0; // log records alone, whose spans may still run
    boolean reopens = reason != CloseReason.SIZE && (mapped.trace() != null || isWaiting);
    var closed = trace.closed(clock.now(wall), reopens);
    if (!closed.reopens(clock.now(wall), config)) {
      drop(id, 0, trace.messages());
      closed = closed.withoutMessages();
    }
    traces.put(id, closed);
    keep(id, closed);
    if (mapped.trace() != null) {
      context.forward(
          new Record<>(id, new Assembled.Finished(EncodedTrace.of(mapped.trace())), wall));
    }
  }

  private List<byte[]> messages(String id, int count) {
    var messages = new ArrayList<byte[]>(count);
    for (int i = 0; i < count; i++) {
      messages.add(spans.get(spanKey(id, i)));
    }
    return messages;
  }

  private void drop(String id, int from, int to) {
    for (int i = from; i < to; i++) {
      spans.delete(spanKey(id, i));
    }
  }

  /** Takes a closed trace's messages into the account of what is kept. */
  private void keep(String id, ClosedTrace closed) {
    if (closed.messages() > 0) {
      keptBytes += closed.cost();
      kept.add(id, closed.keptUntil(config));
    }
  }

  /** Drops the messages of closed traces that cannot be reopened any more, or cost too much. */
  private void dropKept(long wall) {
    long now = clock.now(wall);
    for (int looks = 0; looks < LOOKS_A_TICK; looks++) {
      var id = keptBytes > config.keptBytes() ? kept.takeFirst() : kept.take(now);
      if (id == null) {
        return;
      }
      // an open one is entered again when it closes
      if (traces.get(id) instanceof ClosedTrace closed && closed.messages() > 0) {
        traces.put(id, closed.withoutMessages());
        forget(id, closed);
      }
    }
  }

  private void forget(String id, ClosedTrace closed) {
    keptBytes -= closed.cost();
    drop(id, 0, closed.messages());
  }

  private void late(@Nullable ClosedTrace closed, SpanPeek message, long arrival, boolean reopens) {
    if (closed != null) {
      metrics.add(
          Meter.LATE_SPANS,
          message.spans(),
          message.app(),
          LateSpans.age(arrival - closed.firstClosedAt()),
          reopens ? "reopened" : "dropped");
    }
  }

  /** Maps; a trace on which the mapper fails is a defect, but no reason to stop all others. */
  private MappedTrace map(
      String id, List<byte[]> messages, int revision, CloseReason reason, long wall) {
    try {
      return mapper.map(id, messages, revision, reason, wall * 1_000_000);
    } catch (RuntimeException e) {
      return MappedTrace.nothing(IntStream.range(0, messages.size()).boxed().toList());
    }
  }

  /** Accounts for the spans that came since the revision before. */
  private void account(OpenTrace trace, MappedTrace earlier, MappedTrace mapped, boolean says) {
    var app = trace.app();
    var before = trace.before();
    int came = trace.spans() - (before == null ? 0 : before.spans());
    int kept = mapped.kept() - earlier.kept();
    int duplicates = mapped.duplicates() - earlier.duplicates();
    int overLimit = mapped.overLimit() - earlier.overLimit();
    count(before == null || says ? "assembled" : "late", app, kept);
    count("duplicate", app, duplicates);
    count("over_limit", app, overLimit);
    count(UNDECODABLE, app, came - kept - duplicates - overLimit);
    events(before == null || says ? "joined" : "late", app, mapped.joined() - earlier.joined());
    // those of before may have joined a span that came late
    events("orphaned", app, Math.max(0, mapped.orphaned() - earlier.orphaned()));
    if (before == null) {
      var otherwise = trace.spans() == 0 ? "without_spans" : UNDECODABLE;
      metrics.count(Meter.TRACES, app, mapped.trace() == null ? otherwise : "assembled");
    } else {
      metrics.count(Meter.TRACES, app, says ? "revised" : "unchanged");
    }
  }

  private void count(String outcome, String app, int spanCount) {
    if (spanCount > 0) {
      metrics.add(Meter.SPANS, spanCount, app, outcome);
    }
  }

  private void events(String outcome, String app, int count) {
    if (count > 0) {
      metrics.add(Meter.LOG_EVENTS, count, app, outcome);
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
        if (entry.value instanceof ClosedTrace closed
            && closed.messages() == 0
            && !closed.remembers(now, config)) {
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
