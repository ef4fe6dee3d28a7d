package dev.assay.ingest;

import static dev.assay.wire.OtlpRequests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.wire.OtlpEncoding;
import dev.assay.wire.OtlpRequests;
import dev.assay.wire.OtlpSignal;
import dev.assay.wire.TestLogs;
import dev.assay.wire.TestOtlp;
import dev.assay.wire.Topics;
import dev.assay.wire.TraceSpans;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RekeySpansTest {
  private final Topics topics = new Topics(1);
  private final Metrics metrics = Metrics.standalone();
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> otlpSpans;
  private TestOutputTopic<String, byte[]> spans;

  @BeforeEach
  void start() {
    var builder = new StreamsBuilder();
    new RekeySpans(topics, metrics).addTo(builder);
    var settings = new Properties();
    settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    driver = new TopologyTestDriver(builder.build(), settings);
    otlpSpans =
        driver.createInputTopic(
            topics.otlpSpans().name(),
            topics.otlpSpans().keys().serializer(),
            topics.otlpSpans().values().serializer());
    spans =
        driver.createOutputTopic(
            topics.spans().name(),
            topics.spans().keys().deserializer(),
            topics.spans().values().deserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @ParameterizedTest
  @EnumSource
  void givesTheRecordsOfTheSameRequestOverHttpToTheByte(OtlpEncoding encoding) {
    var message = OtlpRequests.encode(request("shop", 7, 100), encoding);
    var overHttp = new ArrayList<TraceSpans>();
    var receive =
        new ReceiveSpans(
            OtlpSignal.TRACES,
            IngestLimits.DEFAULTS.traces(),
            records -> {
              overHttp.addAll(records);
              return CompletableFuture.completedFuture(null);
            },
            metrics);
    receive.receive(message, encoding, Map.of(), new InFlightBytes(Long.MAX_VALUE).open()).join();

    otlpSpans.pipeInput(null, message);
    otlpSpans.pipeInput("0123".getBytes(StandardCharsets.UTF_8), message);

    var expected =
        overHttp.stream().map(record -> List.of(record.traceId(), latin1(record.bytes()))).toList();
    assertThat(overHttp).hasSize(7);
    assertThat(read()).isEqualTo(expected).hasSize(7);
    assertThat(read()).isEqualTo(expected);
  }

  @Test
  void ofLogsEventsOfCallsAreTaken() {
    var otlpLogs =
        driver.createInputTopic(
            topics.otlpLogs().name(),
            topics.otlpLogs().keys().serializer(),
            topics.otlpLogs().values().serializer());
    var event = TestLogs.event(1, "gen_ai.user.message", Map.of("content", "Who?"));

    for (var encoding : OtlpEncoding.values()) {
      var export = TestLogs.export(event, TestLogs.record(1));
      otlpLogs.pipeInput(null, OtlpRequests.encode(export, encoding));

      var record = spans.readKeyValue();
      assertThat(record.key).isEqualTo(TestOtlp.TRACE);
      assertThat(record.value).isEqualTo(TestLogs.message(event));
    }
    assertThat(spans.isEmpty()).isTrue();
  }

  @Test
  void rejectsABadSpanAndCountsIt() {
    var message = request("shop", 1, 10).toBuilder();
    message
        .getResourceSpansBuilder(0)
        .getScopeSpansBuilder(0)
        .getSpansBuilder(3)
        .setTraceId(ByteString.EMPTY);

    otlpSpans.pipeInput(null, message.build().toByteArray());

    assertThat(spansIn(spans.readKeyValuesToList())).isEqualTo(9);
    assertThat(counted("received")).isEqualTo(9);
    assertThat(counted("rejected")).isEqualTo(1);
  }

  @Test
  void whatCannotBeReadIsLeftToTheTopologysHandler() {
    assertThatThrownBy(() -> otlpSpans.pipeInput(null, "garbage".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(StreamsException.class)
        .hasRootCauseInstanceOf(com.google.protobuf.InvalidProtocolBufferException.class)
        .cause()
        .isInstanceOf(SerializationException.class);
  }

  @Test
  void messagesWithoutSpansGiveNothing() {
    otlpSpans.pipeInput(null, (byte[]) null);
    otlpSpans.pipeInput(null, new byte[0]);
    otlpSpans.pipeInput(null, TracesData.getDefaultInstance().toByteArray());
    otlpSpans.pipeInput(null, "{}".getBytes(StandardCharsets.UTF_8));

    assertThat(spans.isEmpty()).isTrue();
  }

  /** The next seven records, comparable. */
  private List<List<String>> read() {
    var records = new ArrayList<List<String>>();
    for (int i = 0; i < 7; i++) {
      var record = spans.readKeyValue();
      records.add(List.of(record.key, latin1(record.value)));
    }
    return records;
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static int spansIn(List<KeyValue<String, byte[]>> records) {
    return records.stream()
        .mapToInt(record -> OtlpRequests.spansOf(OtlpRequests.decode(record.value)).size())
        .sum();
  }

  private double counted(String outcome) {
    return metrics.registry().scrape().stream()
        .filter(snapshot -> snapshot.getMetadata().getName().equals(Meter.SPANS.baseName()))
        .flatMap(snapshot -> ((CounterSnapshot) snapshot).getDataPoints().stream())
        .filter(point -> point.getLabels().equals(Labels.of("app", "shop", "outcome", outcome)))
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }
}
