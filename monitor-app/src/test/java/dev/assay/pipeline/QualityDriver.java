package dev.assay.pipeline;

import dev.assay.metrics.Metrics;
import dev.assay.model.Assessment;
import dev.assay.model.QualitySeries;
import dev.assay.model.QualityWindow;
import dev.assay.model.QualityWindow.Counts;
import dev.assay.model.TestAssessments;
import dev.assay.model.TestTraces;
import dev.assay.quality.OwnedSeries;
import dev.assay.quality.QualityConfig;
import dev.assay.wire.Topics;
import dev.assay.wire.WindowKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;

/** The quality topology without a broker. Its clock starts a minute after {@code T0}. */
public final class QualityDriver implements AutoCloseable {
  public static final Instant START =
      Instant.ofEpochSecond(0, TestTraces.T0).plus(Duration.ofMinutes(1));

  public final Metrics metrics = Metrics.standalone();
  public final OwnedSeries owned = new OwnedSeries();
  public final TopologyTestDriver driver;
  private final TestInputTopic<String, Assessment> assessments;
  private final TestOutputTopic<String, QualityWindow> quality;
  private final Duration flushInterval;
  private final Map<String, QualityWindow> table = new HashMap<>();
  private Instant now = START;
  private boolean closed;

  public QualityDriver(Path stateDir) {
    this(stateDir, QualityConfig.DEFAULTS, 1 << 20);
  }

  public QualityDriver(Path stateDir, QualityConfig config, long cacheBytes) {
    var topics = new Topics(1);
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, QualityPipeline.APPLICATION_ID);
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, cacheBytes);
    driver =
        new TopologyTestDriver(
            new QualityPipeline(topics, metrics, config, owned).get(), properties, START);
    assessments =
        driver.createInputTopic(
            topics.assessments().name(),
            topics.assessments().keys().serializer(),
            topics.assessments().values().serializer());
    quality =
        driver.createOutputTopic(
            topics.quality().name(),
            topics.quality().keys().deserializer(),
            topics.quality().values().deserializer());
    flushInterval = config.flushInterval();
  }

  public Instant now() {
    return now;
  }

  public void pipe(TestAssessments... all) {
    for (var assessment : all) {
      assessments.pipeInput(assessment.traceId(), assessment.get());
    }
  }

  public void advance(Duration by) {
    driver.advanceWallClockTime(by);
    now = now.plus(by);
  }

  /** What came out since the last call, after one flush. */
  public List<QualityWindow> flush() {
    advance(flushInterval);
    return read();
  }

  /** What came out since the last call. */
  public List<QualityWindow> read() {
    var records = quality.readKeyValuesToList();
    records.forEach(record -> table.put(record.key, record.value));
    return records.stream().map(record -> record.value).toList();
  }

  /** What the compacted topic holds of a series' running total. */
  public Counts total(QualitySeries series) {
    return counts(WindowKey.of(series));
  }

  /** What the compacted topic holds of the minute that starts then. */
  public Counts minute(QualitySeries series, long startNanos) {
    return counts(WindowKey.of(series, startNanos));
  }

  public Map<String, QualityWindow> table() {
    return table;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      driver.close();
    }
  }

  private Counts counts(String key) {
    var window = table.get(key);
    return window == null ? Counts.ZERO : window.counts();
  }
}
