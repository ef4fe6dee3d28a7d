package dev.assay.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.assay.model.Assessment;
import dev.assay.model.Lane;
import dev.assay.model.Outcome;
import dev.assay.model.SourceType;
import dev.assay.model.TraceHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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
  // 2: constants of an enum are a byte, their place in these lists, which grow at the end only
  private static final byte LAYOUT = 2;
  private static final List<Lane> LANES = List.of(Lane.INLINE, Lane.WORKER);
  private static final List<Outcome> OUTCOMES =
      List.of(Outcome.PASS, Outcome.FAIL, Outcome.NONE, Outcome.ERROR);
  private static final List<SourceType> SOURCES =
      List.of(SourceType.CODE, SourceType.LLM_JUDGE, SourceType.HUMAN);

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
    var out = ByteBuffer.allocate(revision.atMost());
    out.put(LAYOUT);
    text(out, revision.traceId);
    out.putInt(revision.revision);
    text(out, revision.app);
    text(out, revision.environment);
    text(out, revision.appVersion);
    text(out, revision.sessionId);
    out.putLong(revision.endNanos);
    out.putInt(revision.said.size());
    for (var said : revision.said) {
      text(out, said.scorer());
      text(out, said.scorerVersion());
      out.put((byte) LANES.indexOf(said.lane()));
      text(out, said.name().equals(said.scorer()) ? null : said.name());
      text(out, said.spanId());
      out.put((byte) OUTCOMES.indexOf(said.outcome()));
      out.putDouble(said.number() == null ? Double.NaN : said.number());
      out.putDouble(said.samplingProbability());
      out.put((byte) SOURCES.indexOf(said.source()));
      text(out, said.sourceId());
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  /** Bytes it takes at most: three a character. */
  private int atMost() {
    int characters =
        length(traceId)
            + length(app)
            + length(environment)
            + length(appVersion)
            + length(sessionId);
    for (var each : said) {
      characters +=
          length(each.scorer())
              + length(each.scorerVersion())
              + length(each.name())
              + length(each.spanId())
              + length(each.sourceId());
    }
    return 3 * characters + 64 * (1 + said.size());
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  @SuppressWarnings("NullAway") // Kafka hands null on for a deletion
  private static ScoredRevision read(byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    var in = ByteBuffer.wrap(bytes);
    if (in.get() != LAYOUT) {
      return null; // of a version before this one, within the last minutes: not remembered
    }
    var traceId = required(in);
    int revision = in.getInt();
    var app = required(in);
    var environment = required(in);
    var appVersion = required(in);
    var sessionId = text(in);
    long endNanos = in.getLong();
    var said = new ArrayList<Said>();
    for (int left = in.getInt(); left > 0; left--) {
      said.add(said(in));
    }
    return new ScoredRevision(
        traceId, revision, app, environment, appVersion, sessionId, endNanos, said);
  }

  private static Said said(ByteBuffer in) {
    var scorer = required(in);
    var version = required(in);
    var lane = LANES.get(in.get());
    var name = text(in);
    var spanId = text(in);
    var outcome = OUTCOMES.get(in.get());
    double number = in.getDouble();
    double probability = in.getDouble();
    var source = SOURCES.get(in.get());
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

  private static void text(ByteBuffer out, @Nullable String text) {
    if (text == null) {
      out.putInt(-1);
    } else {
      var bytes = text.getBytes(UTF_8);
      out.putInt(bytes.length).put(bytes);
    }
  }

  private static @Nullable String text(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0) {
      return null;
    }
    var bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, UTF_8);
  }

  private static String required(ByteBuffer in) {
    return Objects.requireNonNull(text(in));
  }
}
