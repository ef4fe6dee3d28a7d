package dev.assay.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.assay.metrics.Metrics;
import dev.assay.wire.OtlpEncoding;
import dev.assay.wire.OtlpRequests;
import dev.assay.wire.OtlpSignal;
import dev.assay.wire.Topics;
import dev.assay.wire.TraceSpans;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The messages of a real Collector, which {@link CollectorIT} recorded. */
class CollectorMessagesTest {
  private final Topics topics = new Topics(1);
  private final Metrics metrics = Metrics.standalone();

  @ParameterizedTest
  @EnumSource
  void becomeTheTracesOfTheSameRequestOverHttpToTheByte(CollectorMessages.Way way) {
    var rekeyed = rekeyed(CollectorMessages.read(way));

    assertThat(rekeyed).hasSize(8).isEqualTo(overHttp(OtlpEncoding.PROTOBUF));
    assertThat(rekeyed).isEqualTo(overHttp(OtlpEncoding.JSON));
  }

  @ParameterizedTest
  @EnumSource
  void haveTheKeysOfTheirSetting(CollectorMessages.Way way) {
    var messages = CollectorMessages.read(way);

    if (way.byTrace()) {
      assertThat(messages)
          .extracting(message -> new String(message.key(), StandardCharsets.US_ASCII))
          .hasSize(10)
          .hasSameElementsAs(overHttp(OtlpEncoding.PROTOBUF).keySet());
    } else {
      assertThat(messages).hasSize(1).allMatch(message -> message.key() == null);
    }
  }

  @Test
  void aKeysPartitionIsNotTheOneKafkasProducersWouldChoose() {
    assertThat(CollectorMessages.read(CollectorMessages.Way.PROTOBUF_BY_TRACE))
        .anyMatch(message ->
            message.partition()
                != Utils.toPositive(Utils.murmur2(message.key())) % CollectorMessages.PARTITIONS);
  }

  private Map<String, ByteString> rekeyed(List<CollectorMessages.Recorded> messages) {
    var builder = new StreamsBuilder();
    new RekeySpans(topics, metrics).addTo(builder);
    var settings = new Properties();
    settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    try (var driver = new TopologyTestDriver(builder.build(), settings)) {
      var in =
          driver.createInputTopic(
              topics.otlpSpans().name(),
              topics.otlpSpans().keys().serializer(),
              topics.otlpSpans().values().serializer());
      var out =
          driver.createOutputTopic(
              topics.spans().name(),
              topics.spans().keys().deserializer(),
              topics.spans().values().deserializer());
      messages.forEach(message -> in.pipeInput(message.key(), message.value()));
      return byTrace(
          out.readRecordsToList().stream()
              .map(record -> new TraceSpans(record.key(), 1, record.value()))
              .toList());
    }
  }

  private Map<String, ByteString> overHttp(OtlpEncoding encoding) {
    var stored = new ArrayList<TraceSpans>();
    var receive =
        new ReceiveSpans(
            OtlpSignal.TRACES,
            IngestLimits.DEFAULTS.traces(),
            records -> {
              stored.addAll(records);
              return CompletableFuture.completedFuture(null);
            },
            metrics);
    var body = OtlpRequests.encode(CollectorMessages.request(), encoding);
    var split =
        receive.receive(body, encoding, Map.of(), new InFlightBytes(Long.MAX_VALUE).open()).join();
    assertThat(Objects.requireNonNull(split).rejected()).isZero();
    return byTrace(stored);
  }

  private static Map<String, ByteString> byTrace(List<TraceSpans> records) {
    var byTrace = new TreeMap<String, List<byte[]>>();
    for (var record : records) {
      byTrace.computeIfAbsent(record.traceId(), _ -> new ArrayList<>()).add(record.bytes());
    }
    var traces = new TreeMap<String, ByteString>();
    // not the records: Go writes a value before its key, in protobuf
    byTrace.forEach((id, messages) -> traces.put(id, CollectorMessages.trace(id, messages)));
    return traces;
  }
}
