package dev.assay.wire;

import dev.assay.model.Assessment;
import dev.assay.model.QualityEvent;
import dev.assay.model.QualityWindow;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScoringRequest;
import dev.assay.model.Session;
import dev.assay.model.TraceDecisions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * Every topic Assay reads or writes; there is no other list. Keys are trace ids but where said
 * otherwise.
 */
public final class Topics {
  /** The largest record on any topic: 8 MiB. */
  public static final int MAX_RECORD_BYTES = 8 * 1024 * 1024;

  private static final String WEEK = Long.toString(Duration.ofDays(7).toMillis());
  private static final Map<String, String> LOG =
      Map.of(
          "cleanup.policy",
          "delete",
          "retention.ms",
          WEEK,
          "max.message.bytes",
          Integer.toString(MAX_RECORD_BYTES));
  private static final Map<String, String> TABLE =
      Map.of("cleanup.policy", "compact", "max.message.bytes", Integer.toString(MAX_RECORD_BYTES));
  // Latest value per (series, minute), for as long as pages and alerts look back.
  private static final Map<String, String> ROLLING_TABLE =
      Map.of(
          "cleanup.policy",
          "compact,delete",
          "retention.ms",
          WEEK,
          "max.message.bytes",
          Integer.toString(MAX_RECORD_BYTES));

  private final Topic<byte[], byte[]> otlpSpans;
  private final Topic<byte[], byte[]> otlpLogs;
  private final Topic<String, byte[]> spans;
  private final Topic<String, EncodedTrace> traces;
  private final Topic<String, Session> sessions;
  private final Topic<String, ScorerSpec> scorers;
  private final Topic<String, ScoringRequest> scoringRequests;
  private final Topic<String, ScoringRequest> scoringRetries;
  private final Topic<String, Assessment> assessments;
  private final Topic<String, TraceDecisions> decisions;
  private final Topic<String, QualityWindow> quality;
  private final Topic<String, QualityEvent> events;
  private final Topic<byte[], byte[]> deadLetters;

  private final AvroSerde avro;

  /**
   * @param partitions of the topics that carry traffic, ≥ 1
   */
  public Topics(int partitions) {
    this(partitions, null);
  }

  /**
   * @param partitions of the topics that carry traffic, ≥ 1
   * @param registry where the schemas of records are; null: none, records say their schema's
   *     fingerprint
   */
  public Topics(int partitions, @Nullable SchemaRegistry registry) {
    avro = new AvroSerde(registry);
    var text = Serdes.String();
    var bytes = Serdes.ByteArray();
    otlpSpans = new Topic<>("otlp_spans", bytes, bytes, partitions, LOG);
    otlpLogs = new Topic<>("otlp_logs", bytes, bytes, partitions, LOG);
    spans = new Topic<>("assay.spans", text, bytes, partitions, LOG);
    traces = of("assay.traces", avro::traces, partitions, LOG);
    sessions = of("assay.sessions", avro::sessions, partitions, LOG);
    scorers = of("assay.scorers", avro::scorers, 1, TABLE);
    scoringRequests = of("assay.scoring-requests", avro::scoringRequests, partitions, LOG);
    scoringRetries = of("assay.scoring-retries", avro::scoringRequests, 1, LOG);
    assessments = of("assay.assessments", avro::assessments, partitions, LOG);
    decisions = of("assay.decisions", avro::decisions, partitions, LOG);
    quality = of("assay.quality", avro::quality, 1, ROLLING_TABLE);
    events = of("assay.events", avro::events, 1, LOG);
    deadLetters = new Topic<>("assay.dead-letters", bytes, bytes, 1, LOG);
  }

  private static <V> Topic<String, V> of(
      String name, Function<String, Serde<V>> values, int partitions, Map<String, String> config) {
    return new Topic<>(name, Serdes.String(), values.apply(name), partitions, config);
  }

  /**
   * Makes the schema registry know every schema; does nothing where there is none.
   *
   * @throws IllegalStateException if it refuses one
   * @throws SchemaRegistryException if it does not answer
   */
  public void registerSchemas() {
    avro.register();
  }

  /** What an OTel Collector's Kafka exporter writes of traces, keyed as it likes. */
  public Topic<byte[], byte[]> otlpSpans() {
    return otlpSpans;
  }

  /** What it writes of logs. */
  public Topic<byte[], byte[]> otlpLogs() {
    return otlpLogs;
  }

  /** Spans of one trace a message: OTLP protobuf with their resource and scope. */
  public Topic<String, byte[]> spans() {
    return spans;
  }

  /** Finished traces: assembled here, or published by an application. */
  public Topic<String, EncodedTrace> traces() {
    return traces;
  }

  /** Finished conversations, by session id; app and session id name one. */
  public Topic<String, Session> sessions() {
    return sessions;
  }

  /** Scorer definitions by scorer name; compacted. */
  public Topic<String, ScorerSpec> scorers() {
    return scorers;
  }

  /** Work for the worker lane. */
  public Topic<String, ScoringRequest> scoringRequests() {
    return scoringRequests;
  }

  /** Work to be put back on {@link #scoringRequests} at its not-before time. */
  public Topic<String, ScoringRequest> scoringRetries() {
    return scoringRetries;
  }

  /** The public output: one verdict a record. */
  public Topic<String, Assessment> assessments() {
    return assessments;
  }

  /** Why a trace was or was not scored. */
  public Topic<String, TraceDecisions> decisions() {
    return decisions;
  }

  /** Counts by {@link WindowKey}: series and minute; compacted. */
  public Topic<String, QualityWindow> quality() {
    return quality;
  }

  /** Events by scorer name. */
  public Topic<String, QualityEvent> events() {
    return events;
  }

  /**
   * Records that could not be processed, as they came, with the cause in {@link DeadLetter}
   * headers.
   */
  public Topic<byte[], byte[]> deadLetters() {
    return deadLetters;
  }

  public List<Topic<?, ?>> all() {
    return List.of(
        otlpSpans,
        otlpLogs,
        spans,
        traces,
        sessions,
        scorers,
        scoringRequests,
        scoringRetries,
        assessments,
        decisions,
        quality,
        events,
        deadLetters);
  }
}
