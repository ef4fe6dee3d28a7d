package dev.assay.scoring;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.assay.model.Document;
import dev.assay.model.EpochNanos;
import dev.assay.model.Message;
import dev.assay.model.Span;
import dev.assay.model.SpanEvent;
import dev.assay.model.SpanStatus;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import dev.assay.model.Trace;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.types.StructTypeReference;
import dev.cel.common.values.NullValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an expression sees of a trace: the fields of each record, by their snake_case names, with
 * their CEL types. A field that is absent reads as its type's empty value ({@code ""}, {@code 0},
 * {@code []}, {@code null} for JSON), and {@code has()} tells.
 */
final class TraceShapes implements CelTypeProvider {
  private static final CelType TEXTS = MapType.create(SimpleType.STRING, SimpleType.STRING);

  private static final Shape<Document> DOCUMENT =
      new Shape<Document>("assay.Document")
          .text("id", Document::id)
          .text("text", Document::text)
          .number("score", Document::score);

  private static final Shape<Message> MESSAGE =
      new Shape<Message>("assay.Message")
          .text("role", Message::role)
          .text("content", Message::content);

  private static final Shape<ToolCall> TOOL_CALL =
      new Shape<ToolCall>("assay.ToolCall")
          .text("name", ToolCall::name)
          .json("arguments", ToolCall::arguments)
          .json("result", ToolCall::result)
          .text("status", call -> call.status().name());

  private static final Shape<TokenUsage> TOKEN_USAGE =
      new Shape<TokenUsage>("assay.TokenUsage")
          .whole("input_tokens", TokenUsage::inputTokens)
          .whole("output_tokens", TokenUsage::outputTokens)
          .whole("total_tokens", TokenUsage::totalTokens)
          .whole("cache_read_input_tokens", TokenUsage::cacheReadInputTokens);

  private static final Shape<SpanEvent> EVENT =
      new Shape<SpanEvent>("assay.SpanEvent")
          .text("name", SpanEvent::name)
          .time("time", SpanEvent::timeNanos)
          .texts("attributes", SpanEvent::attributes);

  private static final Shape<Span> SPAN =
      new Shape<Span>("assay.Span")
          .text("span_id", Span::spanId)
          .text("parent_id", Span::parentId)
          .text("name", Span::name)
          .text("type", span -> span.type().name())
          .time("start", Span::startNanos)
          .duration("duration", Span::durationNanos)
          .text("status", span -> span.status().name())
          .text("status_message", Span::statusMessage)
          .json("inputs", Span::inputs)
          .json("outputs", Span::outputs)
          .text("model", Span::model)
          .one("token_usage", TOKEN_USAGE, Span::tokenUsage, TokenUsage.of(0, 0))
          .number("cost_usd", Span::costUsd)
          .one(
              "tool_call",
              TOOL_CALL,
              Span::toolCall,
              new ToolCall("", null, null, SpanStatus.UNSET))
          .many("documents", DOCUMENT, Span::documents)
          .many("messages", MESSAGE, Span::messages)
          .texts("attributes", Span::attributes)
          .many("events", EVENT, Span::events);

  static final Shape<Trace> TRACE =
      new Shape<Trace>("assay.Trace")
          .text("trace_id", Trace::traceId)
          .whole("revision", trace -> (long) trace.header().revision())
          .text("app", trace -> trace.header().app())
          .text("environment", trace -> trace.header().environment())
          .text("app_version", trace -> trace.header().appVersion())
          .text("session_id", trace -> trace.header().sessionId())
          .text("user_id", trace -> trace.header().userId())
          .text("name", trace -> trace.header().name())
          .time("start", trace -> trace.header().startNanos())
          .duration("duration", trace -> trace.header().durationNanos())
          .text("status", trace -> trace.header().status().name())
          .text("close_reason", trace -> trace.header().closeReason().name())
          .json("inputs", Trace::inputs)
          .json("outputs", Trace::outputs)
          .text("question", Trace::question)
          .text("answer", Trace::answer)
          .json("expectations", Trace::expectations)
          .texts("tags", trace -> trace.header().tags())
          .texts("metadata", trace -> trace.header().metadata())
          .one(
              "token_usage", TOKEN_USAGE, trace -> trace.header().tokenUsage(), TokenUsage.of(0, 0))
          .number("cost_usd", Trace::costUsd)
          .whole("span_count", trace -> (long) trace.header().spanCount())
          .add(
              "models",
              ListType.create(SimpleType.STRING),
              (trace, _) -> trace.models(),
              _ -> List.of())
          .many("llm_calls", SPAN, Trace::llmCalls)
          .many("tool_calls", TOOL_CALL, Trace::toolCalls)
          .many("documents", DOCUMENT, Trace::documents)
          .many("messages", MESSAGE, Trace::messages)
          .many("spans", SPAN, Trace::spans);

  private static final List<Shape<?>> ALL =
      List.of(TRACE, SPAN, TOKEN_USAGE, TOOL_CALL, DOCUMENT, MESSAGE, EVENT);

  @Override
  public ImmutableCollection<CelType> types() {
    return ALL.stream().map(Shape::type).collect(ImmutableList.toImmutableList());
  }

  @Override
  public Optional<CelType> findType(String name) {
    return ALL.stream()
        .filter(shape -> shape.typeName.equals(name))
        .<CelType>map(Shape::type)
        .findFirst();
  }

  /** The fields of one type of record. */
  static final class Shape<T> {
    /** A field: how it is read, and what stands for it where it is absent. */
    record Field<T>(
        int index,
        CelType type,
        BiFunction<T, ExpressionBudget, @Nullable Object> read,
        Function<ExpressionBudget, Object> absent) {}

    private final String typeName;
    private final Map<String, Field<T>> fields = new LinkedHashMap<>();

    private Shape(String typeName) {
      this.typeName = typeName;
    }

    @SuppressWarnings("Immutable") // no field is added once the constants are made
    StructType type() {
      return StructType.create(
          typeName,
          ImmutableSet.copyOf(fields.keySet()),
          name -> Optional.ofNullable(fields.get(name)).map(Field::type));
    }

    StructTypeReference reference() {
      return StructTypeReference.create(typeName);
    }

    int size() {
      return fields.size();
    }

    @Nullable Field<T> field(String name) {
      return fields.get(name);
    }

    TraceValue<T> of(T value, ExpressionBudget budget) {
      return new TraceValue<>(this, value, budget);
    }

    private Shape<T> text(String name, Function<T, @Nullable Object> read) {
      return add(name, SimpleType.STRING, (value, _) -> read.apply(value), _ -> "");
    }

    private Shape<T> texts(String name, Function<T, Map<String, String>> read) {
      return add(name, TEXTS, (value, _) -> read.apply(value), _ -> Map.of());
    }

    private Shape<T> whole(String name, Function<T, @Nullable Object> read) {
      return add(name, SimpleType.INT, (value, _) -> read.apply(value), _ -> 0L);
    }

    private Shape<T> number(String name, Function<T, @Nullable Object> read) {
      return add(name, SimpleType.DOUBLE, (value, _) -> read.apply(value), _ -> 0.0);
    }

    private Shape<T> time(String name, Function<T, Long> read) {
      return add(
          name,
          SimpleType.TIMESTAMP,
          (value, _) -> EpochNanos.instant(read.apply(value)),
          _ -> Instant.EPOCH);
    }

    private Shape<T> duration(String name, Function<T, Long> read) {
      return add(
          name,
          SimpleType.DURATION,
          (value, _) -> Duration.ofNanos(read.apply(value)),
          _ -> Duration.ZERO);
    }

    // parsed when an expression asks for it, and only then
    private Shape<T> json(String name, Function<T, @Nullable String> read) {
      return add(
          name,
          SimpleType.DYN,
          (value, budget) -> {
            var text = read.apply(value);
            if (text == null) {
              return null;
            }
            budget.chargeJson(text);
            return JsonValues.of(text);
          },
          _ -> NullValue.NULL_VALUE);
    }

    private <U> Shape<T> one(String name, Shape<U> shape, Function<T, @Nullable U> read, U absent) {
      return add(
          name,
          shape.reference(),
          (value, budget) -> {
            var one = read.apply(value);
            return one == null ? null : shape.of(one, budget);
          },
          budget -> shape.of(absent, budget));
    }

    private <U> Shape<T> many(String name, Shape<U> shape, Function<T, List<U>> read) {
      return add(
          name,
          ListType.create(shape.reference()),
          (value, budget) -> {
            var many = new ArrayList<TraceValue<U>>();
            for (var one : read.apply(value)) {
              many.add(shape.of(one, budget));
            }
            return many;
          },
          _ -> List.of());
    }

    private Shape<T> add(
        String name,
        CelType type,
        BiFunction<T, ExpressionBudget, @Nullable Object> read,
        Function<ExpressionBudget, Object> absent) {
      fields.put(name, new Field<>(fields.size(), type, read, absent));
      return this;
    }
  }
}
