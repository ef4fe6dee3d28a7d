package dev.assay.wire;

import dev.assay.model.CloseReason;
import dev.assay.model.Message;
import dev.assay.model.Span;
import dev.assay.model.SpanType;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import dev.assay.model.Trace;
import dev.assay.wire.Explanation.ExplainedSpan;
import dev.assay.wire.Explanation.Field;
import dev.assay.wire.Explanation.Holding;
import dev.assay.wire.Explanation.Origin;
import dev.assay.wire.convention.CallsInMessages;
import dev.assay.wire.convention.Place;
import dev.assay.wire.convention.PlainText;
import dev.assay.wire.convention.SpanField;
import dev.assay.wire.convention.SpanSources;
import dev.assay.wire.convention.TraceFacts;
import dev.assay.wire.convention.TraceField;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * OTLP messages of one trace → the trace as {@link TraceMapper} makes it, and where each of its
 * fields comes from. Slow: it maps each span some tens of times over. Not for pipelines.
 */
public final class TraceExplainer {
  private static final int MAX_UNUSABLE = 5;
  private static final int MAX_ORIGINS = 10;
  private static final Set<SpanField> OF_CALL =
      EnumSet.of(SpanField.MODEL, SpanField.TOKENS, SpanField.COST);
  private static final Set<SpanField> OF_TOOL =
      EnumSet.of(SpanField.TYPE, SpanField.TOOL, SpanField.ARGUMENTS, SpanField.RESULT);

  private final int maxSpans;
  private final RootSelector rootSelector;

  /**
   * @param maxSpans of a trace, 1 to 10,000
   * @param rootSelector as the assembler has it
   */
  public TraceExplainer(int maxSpans, RootSelector rootSelector) {
    this.maxSpans = maxSpans;
    this.rootSelector = rootSelector;
  }

  /**
   * Explains; empty where no span can be used.
   *
   * @param traceId 32 lower-case hex digits
   * @param messages as {@link TraceMapper#map} takes them
   * @param closedNanos when the trace was closed, or now
   */
  public Optional<Explanation> explain(String traceId, List<byte[]> messages, long closedNanos) {
    var mapped =
        new TraceMapper(maxSpans, rootSelector)
            .map(traceId, messages, 1, CloseReason.ROOT_ENDED, closedNanos);
    var trace = mapped.trace();
    return trace == null
        ? Optional.empty()
        : Optional.of(
            new OneTrace(
                    mapped,
                    trace,
                    SpanTree.of(ReceivedSpans.of(traceId, messages, maxSpans).spans()))
                .explained());
  }

  /** One trace, its spans by their positions in the tree. */
  private final class OneTrace {
    private final MappedTrace mapped;
    private final Trace trace;
    private final SpanTree tree;
    private final SpanSources.Memory memory = new SpanSources.Memory();

    /** Each with what those before it said of the trace. */
    private final List<SpanSources> inTrace = new ArrayList<>();

    /** Each by itself. */
    private final List<SpanSources> alone = new ArrayList<>();

    /** Who was the first to say something of the trace. */
    private final Map<String, Integer> first = new LinkedHashMap<>();

    OneTrace(MappedTrace mapped, Trace trace, SpanTree tree) {
      this.mapped = mapped;
      this.trace = trace;
      this.tree = tree;
      var facts = SpanSources.noFacts();
      for (int i = 0; i < tree.size(); i++) {
        inTrace.add(sources(i, facts));
        alone.add(sources(i, SpanSources.noFacts()));
        for (var field : inTrace.get(i).fields()) {
          first.putIfAbsent(field, i);
        }
      }
    }

    private SpanSources sources(int i, TraceFacts facts) {
      var received = tree.span(i);
      return SpanSources.of(received.span(), received.resource(), received.scope(), facts, memory);
    }

    Explanation explained() {
      var conventions = new TreeMap<String, Integer>();
      alone.forEach(
          span -> span.conventions().forEach(name -> conventions.merge(name, 1, Integer::sum)));
      var spans = new ArrayList<ExplainedSpan>();
      for (int i = 0; i < tree.size(); i++) {
        spans.add(span(i));
      }
      return new Explanation(mapped, trace, conventions, fields(), spans);
    }

    // The trace

    private List<Field> fields() {
      var header = trace.header();
      var fields = new ArrayList<Field>();
      fields.add(said(TraceField.APP, header.app(), "what OpenTelemetry says where there is none"));
      fields.add(said(TraceField.APP_VERSION, header.appVersion(), null));
      fields.add(
          said(TraceField.ENVIRONMENT, header.environment(), "the default where nobody says"));
      fields.add(name());
      fields.add(said(TraceField.SESSION, header.sessionId(), null));
      fields.add(said(TraceField.USER, header.userId(), null));
      entries(TraceField.TAG, header.tags(), fields);
      entries(TraceField.METADATA, header.metadata(), fields);
      content(fields);
      trace.toldToolCalls().forEach(call -> fields.add(told(call)));
      fields.add(tokens());
      fields.add(cost());
      fields.add(status());
      fields.add(sampling());
      return fields;
    }

    private Field said(TraceField field, @Nullable String value, @Nullable String byDefault) {
      var span = first.get(field.key());
      if (span != null && value != null && !value.isEmpty()) {
        return Field.known(
            field.title(), value, origins(inTrace.get(span), span, field.key()), null);
      }
      return absent(
          field.title(), byDefault == null ? null : value, byDefault, field.key(), allSpans());
    }

    private Field name() {
      var name = trace.header().name();
      var span = first.get(TraceField.NAME.key());
      return span == null
          ? Field.known(
              TraceField.NAME.title(),
              name,
              List.of(ofSpan(tree.top(), Place.Kind.SPAN, "name", name)),
              "the name of " + ApplicationRoot.Rule.TOP.title())
          : said(TraceField.NAME, name, null);
    }

    private void entries(TraceField field, Map<String, String> entries, List<Field> into) {
      new TreeMap<>(entries)
          .forEach((entry, value) -> {
            var key = field.key() + " " + entry;
            var span = first.get(key);
            into.add(
                Field.known(
                    field.title() + " " + entry,
                    value,
                    span == null ? List.of() : origins(inTrace.get(span), span, key),
                    span == null ? "Assay's own: values that were cut or left out" : null));
          });
      if (entries.isEmpty()) {
        into.add(absent(field.title(), null, null, field.key(), allSpans()));
      }
    }

    private void content(List<Field> fields) {
      int selected = -1;
      int marked = -1;
      for (int i = 0; i < tree.size(); i++) {
        selected = selected < 0 && rootSelector.matches(tree.span(i)) ? i : selected;
        boolean isMarked = alone.get(i).fields().contains(SpanField.APPLICATION_ROOT.title());
        marked = marked < 0 && isMarked ? i : marked;
      }
      var root = ApplicationRoot.of(selected, marked, tree.top());
      var content = new TopmostContent(tree, asSaid(), root.position());
      var inputs = contentOf(TraceField.INPUTS, trace.inputs(), content.hasInputs(), root, content);
      var outputs =
          contentOf(TraceField.OUTPUTS, trace.outputs(), content.hasOutputs(), root, content);
      fields.add(question(inputs, content));
      fields.add(answer(outputs));
      fields.add(inputs);
      fields.add(outputs);
    }

    /** With the types their conventions said, as when it is found out who speaks. */
    private Span[] asSaid() {
      var spans = trace.spans().toArray(new Span[0]);
      for (int i = 0; i < spans.length; i++) {
        if (isAccountOfACall(i)) {
          spans[i] = spans[i].withType(saidType(i));
        }
      }
      return spans;
    }

    /** Said to be a model call, and then taken for the account of one within it. */
    private boolean isAccountOfACall(int i) {
      var said = saidType(i);
      return said.isModelCall() && trace.spans().get(i).type() != said;
    }

    private SpanType saidType(int i) {
      var origin = alone.get(i).origin(SpanField.TYPE.title());
      return origin == null ? SpanType.UNKNOWN : (SpanType) origin.value();
    }

    private Field contentOf(
        TraceField field,
        @Nullable String value,
        int position,
        ApplicationRoot root,
        TopmostContent content) {
      boolean isSelected = root.rule() == ApplicationRoot.Rule.SELECTED;
      var stated = isSelected ? null : first.get(field.key());
      if (value != null && stated != null) {
        return Field.known(
            field.title(),
            value,
            origins(inTrace.get(stated), stated, field.key()),
            "stated for the trace as a whole");
      }
      var ofSpan = field == TraceField.INPUTS ? SpanField.INPUTS : SpanField.OUTPUTS;
      if (value != null && position != TopmostContent.NOBODY) {
        return Field.known(
            field.title(),
            value,
            origins(alone.get(position), position, ofSpan.title()),
            position == root.position()
                ? root.rule().title()
                : speaker(content.rank(position), field) + ", as " + whoSaysNothing(root, field));
      }
      return absent(field.title(), null, whyNobody(field, content), ofSpan.title(), allSpans());
    }

    private String speaker(TopmostContent.Rank rank, TraceField field) {
      var which = field == TraceField.INPUTS ? "the first" : "the last";
      return switch (rank) {
        case APPLICATION ->
            which + " of the topmost agents, chains and functions with " + field.title();
        case MODEL -> which + " of the topmost model calls with " + field.title();
        case HELPER -> which + " of the topmost tools and retrievers with " + field.title();
      };
    }

    private String whoSaysNothing(ApplicationRoot root, TraceField field) {
      return "%s (%s) has no %s".formatted(root.rule().title(), id(root.position()), field.title());
    }

    private @Nullable String whyNobody(TraceField field, TopmostContent content) {
      int failed = content.failed();
      if (field == TraceField.OUTPUTS && failed != TopmostContent.NOBODY) {
        return "%s (%s) failed without any: what its calls had said until then is no answer"
            .formatted(name(failed), id(failed));
      }
      boolean anybody =
          trace.spans().stream()
              .anyMatch(
                  span -> (field == TraceField.INPUTS ? span.inputs() : span.outputs()) != null);
      return anybody
          ? "only tools, retrievers and the like have any, which do not speak for the application"
          : "no span has any";
    }

    private Field question(Field inputs, TopmostContent content) {
      var question = trace.question();
      if (question == null) {
        return derivedAbsence("question", inputs, "what a user asked");
      }
      int called = content.wasAsked();
      boolean isInInputs = PlainText.question(trace.inputs()) != null;
      return isInInputs || called == TopmostContent.NOBODY
          ? Field.known("question", question, inputs.origins(), "the plain text of the inputs")
          : Field.known(
              "question",
              question,
              origins(alone.get(called), called, SpanField.ASKED.title()),
              "what the user said last to the first model call, as the inputs hold no text");
    }

    private Field answer(Field outputs) {
      var answer = trace.answer();
      return answer == null
          ? derivedAbsence("answer", outputs, "an answer")
          : Field.known("answer", answer, outputs.origins(), "the plain text of the outputs");
    }

    private static Field derivedAbsence(String name, Field content, String what) {
      return new Field(
          name,
          null,
          List.of(),
          content.value() == null
              ? "it is the plain text of the " + content.name() + ", which are empty"
              : "the " + content.name() + " are there, but hold no text of " + what,
          Map.of(),
          List.of(),
          List.of());
    }

    private Field told(ToolCall call) {
      return Field.known(
          "tool call " + call.name(),
          call.arguments() + " returned " + call.result(),
          teller(List.of(SpanField.OUTPUTS), asks(call)),
          "no tool has a span: a model asked for it, and was told the result");
    }

    private Field tokens() {
      var usage = trace.header().tokenUsage();
      return sum(
          "tokens",
          usage == null ? null : text(usage),
          SpanField.TOKENS,
          positions(span -> span.tokenUsage() != null));
    }

    private Field cost() {
      var cost = trace.costUsd();
      return sum(
          "cost",
          cost == null ? null : text(cost),
          SpanField.COST,
          positions(span -> span.costUsd() != null));
    }

    private Field sum(String name, @Nullable String value, SpanField field, List<Integer> counted) {
      if (value == null) {
        return absent(name, null, null, field.title(), modelCalls());
      }
      var origins = new ArrayList<Origin>();
      for (int i : counted.subList(0, Math.min(MAX_ORIGINS, counted.size()))) {
        origins.addAll(spanField(i, trace.spans().get(i), field).origins());
      }
      return Field.known(
          name,
          value,
          origins,
          counted.size() == 1
              ? null
              : "the sum of %d spans, each call once".formatted(counted.size()));
    }

    private Field status() {
      int top = tree.top();
      var received = tree.span(top);
      var status = trace.header().status().name();
      boolean rootEnded = !received.hasParent() && received.hasEnded();
      var how =
          !rootEnded && !status.equals("ERROR")
              ? "the root has not come, or has not ended"
              : "of " + ApplicationRoot.Rule.TOP.title();
      var origins = origins(alone.get(top), top, SpanField.STATUS.title());
      return Field.known("status", status, origins.isEmpty() ? List.of(unset(top)) : origins, how);
    }

    private Origin unset(int i) {
      return ofSpan(i, Place.Kind.SPAN, "status code", "UNSET");
    }

    private Field sampling() {
      double probability = trace.header().samplingProbability();
      var value = text(probability);
      for (int i = 0; i < tree.size(); i++) {
        var state = tree.span(i).span().getTraceState();
        if (SamplingThreshold.probability(state) == probability && probability < 1) {
          return Field.known(
              "sampling probability",
              value,
              List.of(ofSpan(i, Place.Kind.SPAN, "tracestate", state)),
              null);
        }
      }
      return Field.known(
          "sampling probability",
          value,
          List.of(),
          "no span has a threshold in its tracestate (ot=th:…)");
    }

    // The spans

    private ExplainedSpan span(int i) {
      var span = trace.spans().get(i);
      var sources = alone.get(i);
      return new ExplainedSpan(
          span.spanId(),
          span.name(),
          span.type().name(),
          tree.span(i).scope(),
          tree.depth(i),
          spanFields(i),
          relevant(span.type()),
          holdings(i, sources.unread()),
          sources.isKnown() ? Map.of() : sources.marks());
    }

    private List<Field> spanFields(int i) {
      var fields = new ArrayList<Field>();
      var span = trace.spans().get(i);
      for (var field : SpanField.values()) {
        if (field != SpanField.APPLICATION_ROOT) {
          fields.add(spanField(i, span, field));
        }
      }
      for (var field : List.of(TraceField.SESSION, TraceField.USER)) {
        var origin = alone.get(i).origin(field.key());
        fields.add(
            origin == null
                ? absent(field.title(), null, null, field.key(), List.of(i))
                : Field.known(
                    field.title(),
                    String.valueOf(origin.value()),
                    origins(alone.get(i), i, field.key()),
                    null));
      }
      return fields;
    }

    private Field spanField(int i, Span span, SpanField field) {
      var sources = alone.get(i);
      var value = value(i, span, field);
      var origin = sources.origin(field.title());
      if (value == null) {
        var how = origin == null ? null : whyTakenAway(field);
        return origin == null
            ? absent(field.title(), null, null, field.title(), List.of(i))
            : new Field(
                field.title(),
                null,
                origins(sources, i, field.title()),
                how,
                Map.of(),
                List.of(),
                List.of());
      }
      if (OF_TOOL.contains(field) && span.type() == SpanType.TOOL && saidType(i) != SpanType.TOOL) {
        return toldTool(i, field, value);
      }
      if (origin == null && (field == SpanField.ARGUMENTS || field == SpanField.RESULT)) {
        return ofSameCall(i, field, value);
      }
      if (OF_CALL.contains(field) && (origin == null || !value.equals(text(origin.value())))) {
        return Field.known(
            field.title(),
            value,
            ofAccount(i, field, value),
            "of the same call, as another account of it tells");
      }
      var from = origin == null ? null : origin.from();
      return Field.known(
          field.title(),
          value,
          origin == null && field == SpanField.STATUS
              ? List.of(unset(i))
              : origins(sources, i, field.title()),
          field == SpanField.TYPE && isAccountOfACall(i)
              ? "said to be of type " + saidType(i) + ", but another span tells of the same call"
              : from == null ? null : "within its " + from.title());
    }

    /** What makes a function a tool: that a model asked for it. */
    private Field toldTool(int i, SpanField field, String value) {
      var own = origins(alone.get(i), i, SpanField.OUTPUTS.title());
      if (field == SpanField.RESULT) {
        return own.isEmpty()
            ? toldByModel(i, field, value)
            : Field.known(field.title(), value, own, "its outputs");
      }
      var call = trace.spans().get(i).toolCall();
      return Field.known(
          field.title(),
          value,
          call == null ? List.of() : teller(List.of(SpanField.OUTPUTS), asks(call)),
          "a model asked for a tool of this name");
    }

    /** The nearest account of a model call that says so. */
    private List<Origin> ofAccount(int i, SpanField field, String value) {
      for (int distance = 1; distance < tree.size(); distance++) {
        for (int j : List.of(i - distance, i + distance)) {
          if (j >= 0 && j < tree.size() && isAccountOfACall(j)) {
            var origin = alone.get(j).origin(field.title());
            if (origin != null && value.equals(text(origin.value()))) {
              return origins(alone.get(j), j, field.title());
            }
          }
        }
      }
      return List.of();
    }

    /** Of a tool call that a span within the span told more of. */
    private Field ofSameCall(int i, SpanField field, String value) {
      for (int j = i + 1; j < tree.size(); j++) {
        int above = tree.parent(j);
        while (above > i) {
          above = tree.parent(above);
        }
        var origins = above == i ? origins(alone.get(j), j, field.title()) : List.<Origin>of();
        if (!origins.isEmpty()) {
          return Field.known(
              field.title(), value, origins, "of the same call, as a span within it tells of it");
        }
      }
      return toldByModel(i, field, value);
    }

    /** Of a tool call that messages of a model call tell more of. */
    private Field toldByModel(int i, SpanField field, String value) {
      var call = trace.spans().get(i).toolCall();
      var origins =
          teller(
              List.of(SpanField.OUTPUTS, SpanField.INPUTS),
              (told, asked) ->
                  call != null
                      && asked.name().equals(call.name())
                      && value.equals(
                          field == SpanField.ARGUMENTS
                              ? asked.arguments().toString()
                              : told.result(asked)));
      return Field.known(
          field.title(),
          value,
          origins,
          origins.isEmpty() ? null : "as the messages of a model call tell");
    }

    private static BiPredicate<CallsInMessages, CallsInMessages.Call> asks(ToolCall call) {
      return (_, asked) ->
          asked.name().equals(call.name()) && asked.arguments().toString().equals(call.arguments());
    }

    /** The first content of a model call whose messages tell of such a call. */
    private List<Origin> teller(
        List<SpanField> contents, BiPredicate<CallsInMessages, CallsInMessages.Call> of) {
      for (int j : positions(span -> span.type().isModelCall())) {
        var span = trace.spans().get(j);
        for (var content : contents) {
          var told = new CallsInMessages();
          told.read(content == SpanField.OUTPUTS ? span.outputs() : span.inputs());
          if (told.calls().stream().anyMatch(asked -> of.test(told, asked))) {
            return origins(alone.get(j), j, content.title());
          }
        }
      }
      return List.of();
    }

    private static String whyTakenAway(SpanField field) {
      return switch (field) {
        case TOKENS, COST, MODEL -> "repeats what other spans say, and is left to them";
        case TOOL, ARGUMENTS, RESULT ->
            "no tool call of its own: the span is of another type, or a span above tells of the"
                + " same call";
        case DOCUMENTS -> "a retriever above it returned them";
        default -> "left out: the trace is as large as it may be";
      };
    }

    private List<String> relevant(SpanType type) {
      var all = new ArrayList<>(List.of(SpanField.TYPE, SpanField.INPUTS, SpanField.OUTPUTS));
      if (type.isModelCall()) {
        all.addAll(List.of(SpanField.ASKED, SpanField.ANSWERED, SpanField.MODEL, SpanField.TOKENS));
      }
      if (type == SpanType.EMBEDDING) {
        all.addAll(List.of(SpanField.MODEL, SpanField.TOKENS));
      }
      if (type == SpanType.TOOL) {
        all.addAll(List.of(SpanField.TOOL, SpanField.ARGUMENTS, SpanField.RESULT));
      }
      if (type == SpanType.RETRIEVER || type == SpanType.RERANKER) {
        all.add(SpanField.DOCUMENTS);
      }
      return all.stream().map(SpanField::title).distinct().toList();
    }

    private @Nullable String value(int i, Span span, SpanField field) {
      var call = span.toolCall();
      var usage = span.tokenUsage();
      var cost = span.costUsd();
      return switch (field) {
        case TYPE -> span.type() == SpanType.UNKNOWN ? null : span.type().name();
        case INPUTS -> span.inputs();
        case OUTPUTS -> span.outputs();
        case ASKED -> messages(i, span, false);
        case ANSWERED -> messages(i, span, true);
        case MODEL -> span.model();
        case TOKENS -> usage == null ? null : text(usage);
        case COST -> cost == null ? null : text(cost);
        case TOOL -> call == null ? null : call.name();
        case ARGUMENTS -> call == null ? null : call.arguments();
        case RESULT -> call == null ? null : call.result();
        case DOCUMENTS ->
            span.documents().isEmpty()
                ? null
                : span.documents().stream()
                    .map(document ->
                        (document.id() == null ? "" : document.id() + ": ") + document.text())
                    .collect(Collectors.joining(" | "));
        case PROMPT -> span.attributes().get("assay.prompt.name");
        case PROMPT_VERSION -> span.attributes().get("assay.prompt.version");
        case TOOLS_OFFERED -> span.attributes().get("assay.tools_offered");
        case STATUS -> span.status().name();
        case ERROR -> span.statusMessage();
        case APPLICATION_ROOT -> null;
      };
    }

    /** Those the model was sent, or those it answered: the draft kept them apart. */
    private @Nullable String messages(int i, Span span, boolean answered) {
      var said = alone.get(i).origin(SpanField.ASKED.title());
      int asked = said == null ? 0 : ((List<?>) said.value()).size();
      var all = span.messages();
      var part =
          answered
              ? all.subList(Math.min(asked, all.size()), all.size())
              : all.subList(0, Math.min(asked, all.size()));
      return part.isEmpty()
          ? null
          : part.stream()
              .map((Message message) -> message.role() + ": " + message.content())
              .collect(Collectors.joining(" | "));
    }

    // What they have in common

    private Field absent(
        String name,
        @Nullable String value,
        @Nullable String how,
        String field,
        List<Integer> positions) {
      var lookedFor = new LinkedHashMap<String, Set<String>>();
      var unusable = new LinkedHashSet<Holding>();
      var lookalikes = new LinkedHashSet<Holding>();
      for (int i : positions) {
        var absence = alone.get(i).absence(field);
        absence
            .lookedFor()
            .forEach((convention, keys) ->
                lookedFor.computeIfAbsent(convention, _ -> new LinkedHashSet<>()).addAll(keys));
        unusable.addAll(holdings(i, absence.unusable()));
        lookalikes.addAll(holdings(i, absence.lookalikes()));
      }
      var lists = new LinkedHashMap<String, List<String>>();
      // first those that know the spans
      for (int i : positions) {
        for (var convention : alone.get(i).conventions()) {
          var names = lookedFor.get(convention);
          if (names != null) {
            lists.put(convention, attributesFirst(names));
          }
        }
      }
      lookedFor.forEach(
          (convention, names) -> lists.putIfAbsent(convention, attributesFirst(names)));
      return new Field(
          name,
          value,
          List.of(),
          how,
          lists,
          unusable.stream().limit(MAX_UNUSABLE).toList(),
          lookalikes.stream().limit(MAX_UNUSABLE).toList());
    }

    private static List<String> attributesFirst(Set<String> names) {
      return names.stream()
          .sorted(Comparator.comparing((String name) -> name.startsWith("event ")))
          .toList();
    }

    private List<Origin> origins(SpanSources sources, int i, String field) {
      var origin = sources.origin(field);
      return origin == null
          ? List.of()
          : List.of(new Origin(origin.convention(), holdings(i, origin.places())));
    }

    private Origin ofSpan(int i, Place.Kind kind, String part, String text) {
      return new Origin("OpenTelemetry", List.of(new Holding(id(i), name(i), kind, part, text)));
    }

    private List<Holding> holdings(int i, List<Place> places) {
      return places.stream()
          .map(place -> new Holding(id(i), name(i), place.kind(), place.name(), place.text()))
          .toList();
    }

    private List<Integer> allSpans() {
      return positions(_ -> true);
    }

    /** Those that would say how many tokens; the root where there are none. */
    private List<Integer> modelCalls() {
      var calls = positions(span -> span.type().isModelCall());
      return calls.isEmpty() ? List.of(tree.top()) : calls;
    }

    private List<Integer> positions(Predicate<Span> which) {
      var positions = new ArrayList<Integer>();
      for (int i = 0; i < tree.size(); i++) {
        if (which.test(trace.spans().get(i))) {
          positions.add(i);
        }
      }
      return positions;
    }

    private String id(int i) {
      return trace.spans().get(i).spanId();
    }

    private String name(int i) {
      return trace.spans().get(i).name();
    }

    /** As {@link #value} writes it. */
    private static String text(Object said) {
      return switch (said) {
        case TokenUsage usage -> text(usage);
        case Double cost -> text(cost.doubleValue());
        default -> said.toString();
      };
    }

    private static String text(TokenUsage usage) {
      return "%d in, %d out, %d in all%s"
          .formatted(
              usage.inputTokens(),
              usage.outputTokens(),
              usage.totalTokens(),
              usage.cacheReadInputTokens() == null
                  ? ""
                  : ", %d from the cache".formatted(usage.cacheReadInputTokens()));
    }

    private static String text(double number) {
      return Double.isFinite(number)
          ? BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()
          : Double.toString(number);
    }
  }
}
