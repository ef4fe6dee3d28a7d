package dev.assay.wire;

import dev.assay.model.Assessment;
import dev.assay.model.QualityEvent;
import dev.assay.model.QualityWindow;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScoringRequest;
import dev.assay.model.Session;
import dev.assay.model.TraceDecisions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/** Serdes between the model and Avro, as {@link Framing} has it on the topics. */
final class AvroSerde {
  private final @Nullable SchemaRegistry registry;
  private final List<Framing> framings = new ArrayList<>();

  /**
   * @param registry null: none
   */
  AvroSerde(@Nullable SchemaRegistry registry) {
    this.registry = registry;
  }

  /** Makes the registry know the schemas of all topics that were asked for. */
  void register() {
    framings.forEach(Framing::register);
  }

  Serde<EncodedTrace> traces(String topic) {
    return of(topic, TraceAvro.CODEC, EncodedTrace::bytes, EncodedTrace::ofBytes);
  }

  Serde<Session> sessions(String topic) {
    return of(topic, SessionAvro.CODEC, SessionAvro::encode, SessionAvro::decode);
  }

  Serde<ScorerSpec> scorers(String topic) {
    return of(topic, ScorerAvro.DEFINITIONS, ScorerAvro::encode, ScorerAvro::decode);
  }

  Serde<ScoringRequest> scoringRequests(String topic) {
    return of(topic, ScorerAvro.REQUESTS, ScorerAvro::encodeRequest, ScorerAvro::decodeRequest);
  }

  Serde<TraceDecisions> decisions(String topic) {
    return of(
        topic, ScorerAvro.DECISIONS, ScorerAvro::encodeDecisions, ScorerAvro::decodeDecisions);
  }

  Serde<Assessment> assessments(String topic) {
    return of(topic, AssessmentAvro.CODEC, AssessmentAvro::encode, AssessmentAvro::decode);
  }

  Serde<QualityWindow> quality(String topic) {
    return of(topic, QualityAvro.WINDOWS, QualityAvro::encode, QualityAvro::decode);
  }

  Serde<QualityEvent> events(String topic) {
    return of(topic, QualityAvro.EVENTS, QualityAvro::encodeEvent, QualityAvro::decodeEvent);
  }

  private <T> Serde<T> of(
      String topic, AvroCodec<?> codec, Function<T, byte[]> encode, Function<byte[], T> decode) {
    var framing = new Framing(topic, codec, registry);
    framings.add(framing);
    // Kafka hands null to both for a tombstone, which stays null.
    return Serdes.serdeFrom(
        (writtenTo, value) ->
            nullOr(record -> framing.write(writtenTo, encode.apply(record)), value),
        deserializer(bytes -> decode.apply(framing.read(bytes))));
  }

  private static <T> Deserializer<T> deserializer(Function<byte[], T> decode) {
    return (topic, bytes) -> {
      try {
        return nullOr(decode, bytes);
      } catch (KafkaException e) {
        throw e;
      } catch (RuntimeException e) {
        throw new SerializationException(topic + ": " + e.getMessage(), e);
      }
    };
  }

  @SuppressWarnings("NullAway") // the interfaces of Kafka are not annotated
  private static <A, B> B nullOr(Function<A, B> function, @Nullable A value) {
    return value == null ? null : function.apply(value);
  }
}
