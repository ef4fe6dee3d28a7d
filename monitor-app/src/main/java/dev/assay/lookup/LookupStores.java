package dev.assay.lookup;

import dev.assay.model.Outcome;
import dev.assay.model.SourceType;
import dev.assay.model.TraceStatus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The stores of the index. The two by trace id are window stores over the time of indexing, so that
 * whole segments go when what they point at has left the topics; nothing has to be deleted one by
 * one. The two rings are small and held in memory. All have changelogs, and none is cached: pages
 * read them from outside.
 *
 * <p>Values are written as a version byte and then the fields in order; 13 to some tens of bytes in
 * the stores by trace id.
 */
final class LookupStores {
  /** Trace id → place of its newest revision. */
  static final String TRACES = "traces-by-id";

  /** Trace id → places of its assessments. */
  static final String ASSESSMENTS = "assessments-by-trace";

  /** Slot → a recent trace. */
  static final String RECENT_TRACES = "recent-traces";

  /** Outcome, name and slot → a recent assessment. */
  static final String RECENT_ASSESSMENTS = "recent-assessments";

  private static final byte VERSION = 1;

  // What a store does not need is not asked for: windows here are points in time.
  private static final Duration POINT = Duration.ofMillis(1);

  private LookupStores() {}

  static StoreBuilder<WindowStore<String, Place>> traces(Duration retention) {
    return Stores.windowStoreBuilder(
        Stores.persistentWindowStore(TRACES, retention, POINT, false), Serdes.String(), places());
  }

  static StoreBuilder<WindowStore<String, AssessmentPlace>> assessments(Duration retention) {
    return Stores.windowStoreBuilder(
        Stores.persistentWindowStore(ASSESSMENTS, retention, POINT, true),
        Serdes.String(),
        assessmentPlaces());
  }

  static StoreBuilder<KeyValueStore<Integer, TraceEntry>> recentTraces() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(RECENT_TRACES), Serdes.Integer(), traceEntries())
        .withLoggingEnabled(Map.of());
  }

  static StoreBuilder<KeyValueStore<String, AssessmentEntry>> recentAssessments() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(RECENT_ASSESSMENTS), Serdes.String(), assessmentEntries())
        .withLoggingEnabled(Map.of());
  }

  static Serde<Place> places() {
    return serde(LookupStores::write, LookupStores::readPlace);
  }

  static Serde<AssessmentPlace> assessmentPlaces() {
    return serde(
        (entry, out) -> {
          write(entry.place(), out);
          out.writeUTF(entry.outcome().name());
          out.writeUTF(entry.name());
        },
        in -> {
          var place = readPlace(in);
          var outcome = Outcome.valueOf(in.readUTF());
          return new AssessmentPlace(place, in.readUTF(), outcome);
        });
  }

  static Serde<TraceEntry> traceEntries() {
    return serde(
        (entry, out) -> {
          out.writeLong(entry.sequence());
          out.writeLong(entry.indexedMillis());
          out.writeUTF(entry.traceId());
          out.writeInt(entry.revision());
          out.writeUTF(entry.app());
          out.writeUTF(entry.environment());
          out.writeUTF(entry.appVersion());
          out.writeUTF(entry.name());
          out.writeLong(entry.startNanos());
          out.writeLong(entry.durationNanos());
          out.writeUTF(entry.status().name());
          out.writeInt(entry.spanCount());
        },
        in ->
            new TraceEntry(
                in.readLong(),
                in.readLong(),
                in.readUTF(),
                in.readInt(),
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                in.readLong(),
                in.readLong(),
                TraceStatus.valueOf(in.readUTF()),
                in.readInt()));
  }

  static Serde<AssessmentEntry> assessmentEntries() {
    return serde(
        (entry, out) -> {
          out.writeLong(entry.sequence());
          out.writeLong(entry.indexedMillis());
          write(entry.place(), out);
          var row = entry.row();
          out.writeUTF(row.traceId());
          out.writeUTF(row.app());
          out.writeUTF(row.environment());
          out.writeUTF(row.appVersion());
          out.writeUTF(row.scorer());
          out.writeUTF(row.name());
          out.writeUTF(row.outcome().name());
          out.writeUTF(row.source().name());
          out.writeUTF(row.sourceId());
          out.writeBoolean(row.simulated());
          out.writeBoolean(row.rationale() != null);
          out.writeUTF(row.rationale() == null ? "" : row.rationale());
          out.writeLong(row.traceEndNanos());
        },
        in -> new AssessmentEntry(in.readLong(), in.readLong(), readPlace(in), readRow(in)));
  }

  private static AssessmentRow readRow(DataInputStream in) throws IOException {
    var traceId = in.readUTF();
    var app = in.readUTF();
    var environment = in.readUTF();
    var appVersion = in.readUTF();
    var scorer = in.readUTF();
    var name = in.readUTF();
    var outcome = Outcome.valueOf(in.readUTF());
    var source = SourceType.valueOf(in.readUTF());
    var sourceId = in.readUTF();
    var simulated = in.readBoolean();
    var hasRationale = in.readBoolean();
    var rationale = in.readUTF();
    return new AssessmentRow(
        traceId,
        app,
        environment,
        appVersion,
        scorer,
        name,
        outcome,
        source,
        sourceId,
        simulated,
        hasRationale ? rationale : null,
        in.readLong());
  }

  private static void write(Place place, DataOutputStream out) throws IOException {
    out.writeInt(place.partition());
    out.writeLong(place.offset());
  }

  private static Place readPlace(DataInputStream in) throws IOException {
    return new Place(in.readInt(), in.readLong());
  }

  private interface Writer<T> {
    void write(T value, DataOutputStream out) throws IOException;
  }

  private interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  // Kafka hands null to both for an absent value, which stays null.
  @SuppressWarnings("NullAway")
  private static <T> Serde<T> serde(Writer<T> writer, Reader<T> reader) {
    return Serdes.serdeFrom(
        (_, value) -> value == null ? null : encode(writer, value),
        (_, bytes) -> bytes == null ? null : decode(reader, bytes));
  }

  private static <T> byte[] encode(Writer<T> writer, T value) {
    var bytes = new ByteArrayOutputStream(64);
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      writer.write(value, out);
    } catch (IOException e) {
      throw new SerializationException("index entry cannot be written", e);
    }
    return bytes.toByteArray();
  }

  private static <T> T decode(Reader<T> reader, byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readUnsignedByte();
      if (version != VERSION) {
        throw new IOException("version " + version + " of the index; known: " + VERSION);
      }
      return reader.read(in);
    } catch (IOException | IllegalArgumentException e) {
      throw new SerializationException("index entry cannot be read: " + e.getMessage(), e);
    }
  }
}
