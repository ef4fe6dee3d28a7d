package dev.assay.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.lookup.AssessmentRow;
import dev.assay.model.Assessment;
import dev.assay.model.Document;
import dev.assay.model.Message;
import dev.assay.model.Outcome;
import dev.assay.model.Span;
import dev.assay.model.SpanStatus;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import dev.assay.model.Trace;
import dev.assay.wire.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts a trace's page together. Strangers wrote every text in it, so there is a bound on each list,
 * each text and all of them together; what is left out is counted.
 */
final class TraceDetail {
  static final int MAX_SPANS = 400;
  private static final int MAX_ITEMS = 40;
  private static final int MAX_ATTRIBUTES = 80;
  private static final int MAIN_TEXT = 20_000;
  private static final int SPAN_TEXT = 6_000;
  private static final int SMALL_TEXT = 1_000;
  private static final int ALL_TEXT = 1_500_000;
  private static final int ALL_NAMES = 500_000;
  // Longer JSON is shown as it came: making it pretty would cost more than it helps.
  private static final int PRETTY = 200_000;

  private static final PrettyPrinter LINES =
      new DefaultPrettyPrinter(
          DefaultPrettyPrinter.DEFAULT_SEPARATORS.withObjectFieldValueSpacing(
              Separators.Spacing.AFTER));

  private final Excerpt.Budget budget = new Excerpt.Budget(ALL_TEXT);
  // Apart, so that names are still there when texts have used theirs up.
  private final Excerpt.Budget names = new Excerpt.Budget(ALL_NAMES);

  // Spans whose error is one of a child's: that one says more.
  private final Set<String> failedBelow = new HashSet<>();

  private TraceDetail() {}

  static TracePage page(
      Trace trace, List<Assessment> assessments, @Nullable String verdictsUnavailable) {
    return new TraceDetail().build(trace, assessments, verdictsUnavailable);
  }

  private TracePage build(
      Trace trace, List<Assessment> assessments, @Nullable String verdictsUnavailable) {
    var header = trace.header();
    var current = current(assessments);
    var verdicts = current.stream().map(this::verdict).toList();
    var question = excerpt(trace.question(), MAIN_TEXT);
    var answer = excerpt(trace.answer(), MAIN_TEXT);
    var inputs = rawUnlessSame(trace.inputs(), trace.question());
    var outputs = rawUnlessSame(trace.outputs(), trace.answer());
    var expectations = json(trace.expectations(), MAIN_TEXT);
    var messages = messages(trace.messages());
    var tools = trace.toolCalls().stream().limit(MAX_ITEMS).map(this::tool).toList();
    var documents = documents(trace.documents());
    var extent = Extent.of(trace);
    var nodes = SpanTree.of(trace.spans());
    trace.spans().stream()
        .filter(span -> span.status() == SpanStatus.ERROR && span.parentId() != null)
        .forEach(span -> failedBelow.add(span.parentId()));
    var spans = nodes.stream().limit(MAX_SPANS).map(node -> span(node, extent)).toList();
    return new TracePage(
        header.traceId(),
        header.name().isEmpty() ? "(no name)" : small(header.name()),
        small(header.app()),
        small(header.environment()),
        small(header.appVersion()),
        Words.of(header.status()),
        Pages.css(header.status()),
        facts(trace),
        labels(header.tags(), header.metadata()),
        verdicts,
        assessments.size() - current.size(),
        verdictsUnavailable,
        question,
        answer,
        inputs,
        outputs,
        expectations,
        messages,
        tools,
        documents,
        Formats.duration((long) extent.lengthNanos()),
        spans,
        Math.max(nodes.size() - MAX_SPANS, header.spanCount() - spans.size()));
  }

  private List<ScorerPage.Fact> facts(Trace trace) {
    var header = trace.header();
    var facts = new ArrayList<ScorerPage.Fact>();
    facts.add(new ScorerPage.Fact("Started", Formats.utc(header.startNanos())));
    facts.add(new ScorerPage.Fact("Took", Formats.duration(header.durationNanos())));
    facts.add(new ScorerPage.Fact("Spans", Formats.count(header.spanCount())));
    var models = trace.models();
    if (!models.isEmpty()) {
      facts.add(
          new ScorerPage.Fact(
              models.size() == 1 ? "Model" : "Models",
              String.join(", ", models.stream().limit(8).map(this::small).toList())));
    }
    var tokens = header.tokenUsage();
    if (tokens != null) {
      facts.add(new ScorerPage.Fact("Tokens", tokens(tokens)));
    }
    if (trace.costUsd() != null) {
      facts.add(new ScorerPage.Fact("Cost", Formats.usd(trace.costUsd())));
    }
    if (header.sessionId() != null) {
      facts.add(new ScorerPage.Fact("Session", small(header.sessionId())));
    }
    if (header.userId() != null) {
      facts.add(new ScorerPage.Fact("User", small(header.userId())));
    }
    facts.add(new ScorerPage.Fact("Closed because", Words.of(header.closeReason())));
    if (header.revision() > 1) {
      facts.add(new ScorerPage.Fact("Revision", Integer.toString(header.revision())));
    }
    if (header.samplingProbability() < 1) {
      facts.add(
          new ScorerPage.Fact("Sampled upstream", Formats.percent(header.samplingProbability())));
    }
    return facts;
  }

  private static String tokens(TokenUsage usage) {
    var text =
        Formats.count(usage.inputTokens()) + " in, " + Formats.count(usage.outputTokens()) + " out";
    var cached = usage.cacheReadInputTokens();
    return cached == null || cached == 0 ? text : text + " (" + Formats.count(cached) + " cached)";
  }

  private List<ScorerPage.Fact> labels(Map<String, String> tags, Map<String, String> metadata) {
    var labels = new ArrayList<ScorerPage.Fact>();
    new TreeMap<>(tags).forEach((key, value) -> labels.add(label("tag ", key, value)));
    new TreeMap<>(metadata).forEach((key, value) -> labels.add(label("", key, value)));
    return labels.subList(0, Math.min(labels.size(), MAX_ATTRIBUTES));
  }

  private ScorerPage.Fact label(String kind, String key, String value) {
    return new ScorerPage.Fact(kind + small(key), budget.cut(value, SMALL_TEXT).text());
  }

  /** Verdicts on the newest revision each scorer has seen; failures first. */
  private static List<Assessment> current(List<Assessment> assessments) {
    var newest = new LinkedHashMap<List<String>, Assessment>();
    for (var assessment : assessments) {
      var spanId = assessment.spanId();
      newest.merge(
          List.of(
              assessment.scorer(),
              assessment.scorerVersion(),
              assessment.name(),
              spanId == null ? "" : spanId,
              assessment.source().name()),
          assessment,
          (a, b) -> b.revision() >= a.revision() ? b : a);
    }
    return newest.values().stream()
        .sorted(
            Comparator.<Assessment>comparingInt(assessment ->
                    switch (assessment.outcome()) {
                      case FAIL -> 0;
                      case ERROR -> 1;
                      case NONE -> 2;
                      case PASS -> 3;
                    })
                .thenComparing(Assessment::name))
        .toList();
  }

  private TracePage.Verdict verdict(Assessment assessment) {
    var error = assessment.error();
    var score = assessment.score();
    var spanId = assessment.spanId();
    var facts = new ArrayList<ScorerPage.Fact>();
    facts.add(new ScorerPage.Fact("version", small(assessment.scorerVersion())));
    facts.add(new ScorerPage.Fact("sampled at", Formats.target(assessment.samplingProbability())));
    if (assessment.createdNanos() > 0) {
      facts.add(new ScorerPage.Fact("assessed", Formats.utc(assessment.createdNanos())));
    }
    var usage = assessment.usage();
    if (usage != null) {
      facts.add(
          new ScorerPage.Fact(
              "judge tokens",
              Formats.count(usage.inputTokens())
                  + " in, "
                  + Formats.count(usage.outputTokens())
                  + " out"));
      if (usage.costUsd() != null) {
        facts.add(new ScorerPage.Fact("judge cost", Formats.usd(usage.costUsd())));
      }
    }
    if (assessment.backfill()) {
      facts.add(new ScorerPage.Fact("backfill", "yes"));
    }
    assessment.metadata().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .limit(10)
        .forEach(entry ->
            facts.add(new ScorerPage.Fact(small(entry.getKey()), small(entry.getValue()))));
    boolean showValue =
        score != null
            && !(assessment.outcome() != Outcome.NONE
                && score instanceof dev.assay.model.Score.Bool);
    return new TracePage.Verdict(
        small(assessment.name()),
        assessment.name().matches("[a-zA-Z0-9_./-]{1,128}"),
        Words.of(assessment.outcome()),
        Pages.css(assessment.outcome()),
        showValue && score != null ? excerpt(JsonViews.text(score), SMALL_TEXT) : null,
        excerpt(assessment.rationale(), SPAN_TEXT),
        error == null ? null : error.code(),
        error == null ? null : excerpt(error.message(), SPAN_TEXT),
        Source.of(
            assessment.source(),
            small(assessment.sourceId()),
            AssessmentRow.isSimulated(assessment)),
        small(assessment.scorer()),
        spanId == null ? null : small(spanId),
        facts);
  }

  private TracePage.SpanRow span(SpanTree.Node node, Extent extent) {
    var span = node.span();
    var call = span.toolCall();
    boolean error = span.status() == SpanStatus.ERROR;
    var facts = new ArrayList<ScorerPage.Fact>();
    if (span.model() != null) {
      facts.add(new ScorerPage.Fact("Model", small(span.model())));
    }
    if (span.tokenUsage() != null) {
      facts.add(new ScorerPage.Fact("Tokens", tokens(span.tokenUsage())));
    }
    if (span.costUsd() != null) {
      facts.add(new ScorerPage.Fact("Cost", Formats.usd(span.costUsd())));
    }
    facts.add(new ScorerPage.Fact("Span id", small(span.spanId())));
    var attributes =
        span.attributes().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .limit(MAX_ATTRIBUTES)
            .map(this::attribute)
            .toList();
    var events =
        span.events().stream()
            .limit(MAX_ITEMS)
            .map(event ->
                new TracePage.Event(
                    small(event.name()),
                    "+" + Formats.duration(Math.max(0, event.timeNanos() - span.startNanos())),
                    event.attributes().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .limit(MAX_ITEMS)
                        .map(this::attribute)
                        .toList()))
            .toList();
    int omitted =
        over(span.attributes().size(), MAX_ATTRIBUTES)
            + over(span.events().size(), MAX_ITEMS)
            + over(span.documents().size(), MAX_ITEMS)
            + over(span.messages().size(), MAX_ITEMS);
    return new TracePage.SpanRow(
        node.depth(),
        span.name().isEmpty() ? "(no name)" : small(span.name()),
        Words.of(span.type()),
        span.type().name().toLowerCase(Locale.ROOT),
        error,
        Formats.duration(span.durationNanos()),
        "+" + Formats.duration((long) Math.max(0, span.startNanos() - extent.startNanos())),
        percent(extent.x(span)),
        percent(extent.width(span)),
        error && !failedBelow.contains(span.spanId()),
        facts,
        excerpt(span.statusMessage(), SPAN_TEXT),
        call != null && Objects.equals(span.inputs(), call.arguments())
            ? null
            : json(span.inputs(), SPAN_TEXT),
        call != null && Objects.equals(span.outputs(), call.result())
            ? null
            : json(span.outputs(), SPAN_TEXT),
        call == null ? null : tool(call),
        messages(span.messages()),
        documents(span.documents()),
        attributes,
        events,
        omitted);
  }

  private static int over(int size, int most) {
    return Math.max(0, size - most);
  }

  private TracePage.Attribute attribute(Map.Entry<String, String> entry) {
    return new TracePage.Attribute(small(entry.getKey()), budget.cut(entry.getValue(), SMALL_TEXT));
  }

  private TracePage.Tool tool(ToolCall call) {
    boolean error = call.status() == SpanStatus.ERROR;
    return new TracePage.Tool(
        small(call.name()),
        error ? "error" : "ok",
        error ? "bad" : "ok",
        json(call.arguments(), SPAN_TEXT),
        json(call.result(), SPAN_TEXT));
  }

  private List<TracePage.Message> messages(List<Message> messages) {
    return messages.stream()
        .limit(MAX_ITEMS)
        .map(message ->
            new TracePage.Message(
                small(message.role()),
                switch (message.role()) {
                  case "user" -> "user";
                  case "assistant" -> "assistant";
                  case "system" -> "system";
                  case "tool" -> "tool";
                  case String _ -> "other";
                },
                budget.cut(message.content(), SPAN_TEXT)))
        .toList();
  }

  private List<TracePage.Doc> documents(List<Document> documents) {
    return documents.stream()
        .limit(MAX_ITEMS)
        .map(document ->
            new TracePage.Doc(
                document.id() == null ? null : small(document.id()),
                document.score() == null ? null : Formats.number(document.score()),
                budget.cut(document.text(), SPAN_TEXT)))
        .toList();
  }

  private @Nullable Excerpt rawUnlessSame(@Nullable String raw, @Nullable String plain) {
    return raw == null || raw.equals(plain) || raw.equals("\"" + plain + "\"")
        ? null
        : json(raw, MAIN_TEXT);
  }

  /** Of a text that is short unless somebody means harm. */
  private String small(String text) {
    var cut = names.cut(text, 300);
    return cut.isCut() ? cut.text() + "…" : cut.text();
  }

  private @Nullable Excerpt excerpt(@Nullable String text, int most) {
    return text == null ? null : budget.cut(text, most);
  }

  private @Nullable Excerpt json(@Nullable String text, int most) {
    if (text == null) {
      return null;
    }
    boolean structured = text.startsWith("{") || text.startsWith("[");
    return budget.cut(
        structured && text.length() <= PRETTY
            ? Json.parse(text).map(TraceDetail::pretty).orElse(text)
            : text,
        most);
  }

  /** JSON over several lines. */
  static String pretty(JsonNode tree) {
    try {
      return Json.mapper().writer(LINES).writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.3f%%", value);
  }

  /** The time all spans together take; in floating point, since a stranger's times may overflow. */
  private record Extent(double startNanos, double lengthNanos) {
    static Extent of(Trace trace) {
      double start = trace.header().startNanos();
      double end = start + trace.header().durationNanos();
      for (var span : trace.spans()) {
        start = Math.min(start, (double) span.startNanos());
        end = Math.max(end, (double) span.startNanos() + span.durationNanos());
      }
      return new Extent(start, Math.max(1, end - start));
    }

    double x(Span span) {
      return 100 * (span.startNanos() - startNanos) / lengthNanos;
    }

    double width(Span span) {
      return Math.min(
          Math.max(0.4, 100 * (span.durationNanos() / lengthNanos)), Math.max(0.4, 100 - x(span)));
    }
  }
}
