package dev.assay.pipeline;

import dev.assay.model.Assessment;
import dev.assay.model.Lane;
import dev.assay.model.Outcome;
import dev.assay.model.SourceType;
import dev.assay.model.TraceHeader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * What the scorers made of one revision of a trace, kept so that the next can take it back.
 *
 * @param endNanos of the trace, nanoseconds since 1970-01-01T00:00:00Z
 */
record ScoredRevision(
    String traceId,
    int revision,
    String app,
    String environment,
    String appVersion,
    @Nullable String sessionId,
    long endNanos,
    List<Said> said) {
  private static final byte LAYOUT = 1;

  ScoredRevision {
    said = List.copyOf(said);
  }

  static ScoredRevision of(TraceHeader header, List<Said> said) {
    return new ScoredRevision(
        header.traceId(),
        header.revision(),
        header.app(),
        header.environment(),
        header.appVersion(),
        header.sessionId(),
        header.endNanos(),
        said);
  }

  /** What it said of the same thing, in the same series; null where it said nothing. */
  @Nullable Said sameAs(Assessment assessment) {
    if (!app.equals(assessment.app())
        || !environment.equals(assessment.environment())
        || !appVersion.equals(assessment.appVersion())) {
      return null;
    }
    var wanted = Said.inline(assessment);
    return said.stream().filter(each -> each.isAbout(wanted)).findFirst().orElse(null);
  }

  /** What has no successor in a later revision. */
  List<Said> without(ScoredRevision later) {
    boolean sameSeries =
        app.equals(later.app)
            && environment.equals(later.environment)
            && appVersion.equals(later.appVersion);
    return said.stream()
        .filter(each ->
            later.said.stream()
                .noneMatch(other ->
                    each.lane() == Lane.INLINE
                        ? sameSeries && other.isAbout(each)
                        // quality takes back by scorer, whatever its version
                        : other.lane() == Lane.WORKER && other.scorer().equals(each.scorer())))
        .toList();
  }

  /** In a store and its changelog; the trace id is the key. */
  static Serde<ScoredRevision> serde() {
    return Serdes.serdeFrom((_, value) -> write(value), (_, bytes) -> read(bytes));
  }

  @SuppressWarnings("NullAway") // Kafka hands null on for a deletion
  private static byte[] write(ScoredRevision revision) {
    if (revision == null) {
      return null;
    }
    var bytes = new ByteArrayOutputStream(256);
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(LAYOUT);
      text(out, revision.traceId);
      out.writeInt(revision.revision);
      text(out, revision.app);
      text(out, revision.environment);
      text(out, revision.appVersion);
      text(out, revision.sessionId);
      out.writeLong(revision.endNanos);
      out.writeInt(revision.said.size());
      for (var said : revision.said) {
        text(out, said.scorer());
        text(out, said.scorerVersion());
        text(out, said.lane().name());
        text(out, said.name().equals(said.scorer()) ? null : said.name());
        text(out, said.spanId());
        text(out, said.outcome().name());
        out.writeDouble(said.number() == null ? Double.NaN : said.number());
        out.writeDouble(said.samplingProbability());
        text(out, said.source().name());
        text(out, said.sourceId());
      }
    } catch (IOException e) {
      throw new SerializationException(e);
    }
    return bytes.toByteArray();
  }

  @SuppressWarnings("NullAway") // Kafka hands null on for a deletion
  private static ScoredRevision read(byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != LAYOUT) {
        throw new SerializationException("scored-traces: layout 1 expected, was " + bytes[0]);
      }
      var traceId = required(in);
      int revision = in.readInt();
      var app = required(in);
      var environment = required(in);
      var appVersion = required(in);
      var sessionId = text(in);
      long endNanos = in.readLong();
      var said = new ArrayList<Said>();
      for (int left = in.readInt(); left > 0; left--) {
        said.add(said(in));
      }
      return new ScoredRevision(
          traceId, revision, app, environment, appVersion, sessionId, endNanos, said);
    } catch (IOException e) {
      throw new SerializationException(e);
    }
  }

  private static Said said(DataInputStream in) throws IOException {
    var scorer = required(in);
    var version = required(in);
    var lane = Lane.valueOf(required(in));
    var name = text(in);
    var spanId = text(in);
    var outcome = Outcome.valueOf(required(in));
    double number = in.readDouble();
    double probability = in.readDouble();
    var source = SourceType.valueOf(required(in));
    return new Said(
        scorer,
        version,
        lane,
        name == null ? scorer : name,
        spanId,
        outcome,
        Double.isNaN(number) ? null : number,
        probability,
        source,
        required(in));
  }

  private static void text(DataOutputStream out, @Nullable String text) throws IOException {
    if (text == null) {
      out.writeInt(-1);
    } else {
      var bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  private static @Nullable String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    return length < 0
        ? null
        : new String(in.readNBytes(length), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static String required(DataInputStream in) throws IOException {
    return Objects.requireNonNull(text(in));
  }
}
