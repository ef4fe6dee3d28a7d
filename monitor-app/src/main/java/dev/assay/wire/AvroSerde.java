package dev.assay.wire;

import dev.assay.model.Assessment;
import dev.assay.model.QualityEvent;
import dev.assay.model.QualityWindow;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScoringRequest;
import dev.assay.model.Session;
import dev.assay.model.TraceDecisions;
import java.util.function.Function;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/** Serdes between the model and Avro single-object encoding. */
final class AvroSerde {
  private AvroSerde() {}

  static Serde<EncodedTrace> traces() {
    return of(EncodedTrace::bytes, EncodedTrace::ofBytes);
  }

  static Serde<Session> sessions() {
    return of(SessionAvro::encode, SessionAvro::decode);
  }

  static Serde<ScorerSpec> scorers() {
    return of(ScorerAvro::encode, ScorerAvro::decode);
  }

  static Serde<ScoringRequest> scoringRequests() {
    return of(ScorerAvro::encodeRequest, ScorerAvro::decodeRequest);
  }

  static Serde<TraceDecisions> decisions() {
    return of(ScorerAvro::encodeDecisions, ScorerAvro::decodeDecisions);
  }

  static Serde<Assessment> assessments() {
    return of(AssessmentAvro::encode, AssessmentAvro::decode);
  }

  static Serde<QualityWindow> quality() {
    return of(QualityAvro::encode, QualityAvro::decode);
  }

  static Serde<QualityEvent> events() {
    return of(QualityAvro::encodeEvent, QualityAvro::decodeEvent);
  }

  // Kafka hands null to both for a tombstone, which stays null.
  private static <T> Serde<T> of(Function<T, byte[]> encode, Function<byte[], T> decode) {
    return Serdes.serdeFrom((_, value) -> nullOr(encode, value), deserializer(decode));
  }

  private static <T> Deserializer<T> deserializer(Function<byte[], T> decode) {
    return (topic, bytes) -> {
      try {
        return nullOr(decode, bytes);
      } catch (SerializationException e) {
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
