package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.model.Document;
import dev.assay.model.Message;
import dev.assay.model.SpanEvent;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A span on its way from OTLP to the model: what is still unread of it, and what the conventions
 * have made of it so far. Setting a field that is set, or setting it to null, changes nothing. One
 * thread.
 */
public final class SpanDraft {
  private static final int MAX_ATTRIBUTES = 1_000;
  private static final int MAX_EVENTS = 1_000;
  private static final int MAX_ITEMS = 1_000;
  // No model call has so many; sums over 10,000 spans stay far from overflow.
  private static final double MAX_TOKENS = 1e12;

  private static final String TOOLS_OFFERED = "assay.tools_offered";
  private static final String PROMPT_NAME = "assay.prompt.name";
  private static final String PROMPT_VERSION = "assay.prompt.version";

  private final Span span;
  private final Resource resource;
  private final String scope;
  private final TraceFacts trace;
  private final Map<String, AnyValue> attributes;
  private final Lookups lookups;
  private List<Span.Event> events;

  private @Nullable SpanType type;
  private @Nullable Content inputs;
  private @Nullable Content outputs;
  private @Nullable List<Message> asked;
  private @Nullable List<Message> answered;
  private @Nullable List<Document> documents;
  private @Nullable String model;
  private @Nullable TokenUsage usage;
  private @Nullable Double costUsd;
  private @Nullable String tool;
  private @Nullable Content arguments;
  private @Nullable Content result;
  private @Nullable String error;
  private boolean failed;
  private boolean applicationRoot;
  private @Nullable List<String> offered;
  private @Nullable Map<String, String> notes;

  /**
   * @param scope name of the instrumentation scope, or empty
   * @param trace where facts about the whole trace go
   */
  public SpanDraft(Span span, Resource resource, String scope, TraceFacts trace) {
    this(span, resource, scope, trace, Lookups.UNWATCHED);
  }

  /**
   * @param lookups is told what conventions ask for
   */
  SpanDraft(Span span, Resource resource, String scope, TraceFacts trace, Lookups lookups) {
    this.lookups = lookups;
    this.span = span;
    this.resource = resource;
    this.scope = scope;
    this.trace = trace;
    this.events = span.getEventsList();
    // in the SDK's order: what is put together from flattened keys then reads the same every time
    this.attributes = LinkedHashMap.newLinkedHashMap(span.getAttributesCount());
    for (var attribute : span.getAttributesList()) {
      attributes.put(attribute.getKey(), attribute.getValue());
    }
  }

  // What conventions read

  /** The span as it came. */
  Span span() {
    return span;
  }

  TraceFacts trace() {
    return trace;
  }

  /** Name of the instrumentation scope, or empty. */
  String scope() {
    return scope;
  }

  /** What is left of the attributes. */
  Collection<Map.Entry<String, AnyValue>> attributes() {
    return attributes.entrySet();
  }

  boolean has(String key) {
    lookups.attribute(key);
    return attributes.containsKey(key);
  }

  boolean hasPrefix(String prefix) {
    lookups.prefix(prefix);
    for (var key : attributes.keySet()) {
      if (key.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /** The first of these attributes that has text that is not blank; they stay. */
  @Nullable String text(String... keys) {
    for (var key : keys) {
      lookups.attribute(key);
      var value = attributes.get(key);
      var text = value == null ? null : Values.text(value);
      if (text != null && !text.isBlank()) {
        return text;
      }
    }
    return null;
  }

  /** The first of these attributes that is a finite number; they stay. */
  @Nullable Double number(String... keys) {
    for (var key : keys) {
      lookups.attribute(key);
      var number = Values.number(attributes.get(key));
      if (number != null) {
        return number;
      }
    }
    return null;
  }

  /** The text of the attributes below a prefix, the prefix removed from their keys; they stay. */
  Map<String, String> below(String prefix) {
    lookups.below(prefix);
    Map<String, String> found = Map.of();
    for (var attribute : attributes.entrySet()) {
      if (attribute.getKey().startsWith(prefix)) {
        var text = Values.text(attribute.getValue());
        if (text != null) {
          found = found.isEmpty() ? new LinkedHashMap<>() : found;
          found.put(attribute.getKey().substring(prefix.length()), text);
        }
      }
    }
    return found;
  }

  /** Content of an attribute; it stays. */
  @Nullable Content content(String key) {
    lookups.attribute(key);
    return Content.of(attributes.get(key));
  }

  /** The attribute's value, taken out. */
  @Nullable AnyValue take(String key) {
    lookups.attribute(key);
    return attributes.remove(key);
  }

  /** The attribute's text, taken out. */
  @Nullable String takeText(String key) {
    var value = take(key);
    return value == null ? null : Values.text(value);
  }

  /** Content under the first of these keys that has any, taken out. */
  @Nullable Content takeContent(String... keys) {
    for (var key : keys) {
      lookups.attribute(key);
      var content = Content.of(attributes.get(key));
      if (content != null) {
        attributes.remove(key);
        return content;
      }
    }
    return null;
  }

  /** A list or map spread over the keys below a prefix (which ends in a dot), taken out. */
  @Nullable JsonNode takeFlattened(String prefix) {
    lookups.below(prefix);
    Flattened flattened = null;
    for (var entries = attributes.entrySet().iterator(); entries.hasNext(); ) {
      var entry = entries.next();
      if (entry.getKey().startsWith(prefix)) {
        flattened = flattened == null ? new Flattened() : flattened;
        flattened.put(entry.getKey().substring(prefix.length()), entry.getValue());
        entries.remove();
      }
    }
    return flattened == null ? null : flattened.tree();
  }

  List<Span.Event> events() {
    return events;
  }

  /** The events of these names, in order, taken out. */
  List<Span.Event> takeEvents(Predicate<String> name) {
    if (events.isEmpty()) {
      return List.of();
    }
    var taken = new ArrayList<Span.Event>();
    var left = new ArrayList<Span.Event>();
    for (var event : events) {
      (name.test(event.getName()) ? taken : left).add(event);
    }
    events = left;
    return taken;
  }

  /** An attribute of the resource as text. */
  @Nullable String resource(String key) {
    lookups.resource(key);
    return value(resource.getAttributesList(), key);
  }

  /** An attribute of a span, as text. */
  public static @Nullable String attribute(Span span, String key) {
    return value(span.getAttributesList(), key);
  }

  static @Nullable String value(List<KeyValue> attributes, String key) {
    for (var attribute : attributes) {
      if (attribute.getKey().equals(key)) {
        return Values.text(attribute.getValue());
      }
    }
    return null;
  }

  // What conventions set

  void type(@Nullable SpanType value) {
    type = type == null ? value : type;
  }

  /** Whether the span is of this type, or of none so far. */
  boolean isTypeOr(SpanType value) {
    return type == null || type == value;
  }

  void inputs(@Nullable Content value) {
    inputs = inputs == null ? value : inputs;
  }

  void outputs(@Nullable Content value) {
    outputs = outputs == null ? value : outputs;
  }

  boolean hasInputs() {
    return inputs != null;
  }

  boolean hasOutputs() {
    return outputs != null;
  }

  /** The documents that the outputs hold. */
  List<Document> returned() {
    return outputs == null ? List.of() : Documents.read(outputs.tree());
  }

  /** What a model was sent. */
  void asked(List<Message> messages) {
    asked = asked == null && !messages.isEmpty() ? messages : asked;
  }

  /** What a model answered. */
  void answered(List<Message> messages) {
    answered = answered == null && !messages.isEmpty() ? messages : answered;
  }

  void documents(List<Document> value) {
    documents = documents == null && !value.isEmpty() ? value : documents;
  }

  void model(@Nullable String value) {
    model = model == null ? value : model;
  }

  /**
   * Tokens of the call, whichever of the numbers are known. A cached part greater than the input
   * means that the SDK left it out of the input.
   */
  void usage(
      @Nullable Double input,
      @Nullable Double output,
      @Nullable Double total,
      @Nullable Double cacheRead) {
    if (usage != null || (input == null && output == null && total == null)) {
      return;
    }
    var cached = cacheRead == null ? null : Long.valueOf(tokens(cacheRead));
    long in = tokens(input);
    if (cached != null && cached > in) {
      in += cached;
    }
    long out = tokens(output);
    usage = new TokenUsage(in, out, total == null ? in + out : tokens(total), cached);
  }

  private static long tokens(@Nullable Double count) {
    return count == null ? 0 : (long) Math.clamp(count, 0, MAX_TOKENS);
  }

  void costUsd(@Nullable Double value) {
    boolean sound = value != null && value >= 0 && Double.isFinite(value);
    costUsd = costUsd == null && sound ? value : costUsd;
  }

  void tool(@Nullable String name) {
    tool = tool == null ? name : tool;
  }

  void arguments(@Nullable Content value) {
    arguments = arguments == null ? value : arguments;
  }

  void result(@Nullable Content value) {
    result = result == null ? value : result;
  }

  /** What went wrong. */
  void error(@Nullable String message) {
    error = error == null && message != null && !message.isBlank() ? message : error;
  }

  /** The operation failed, whatever OpenTelemetry's status says of it. */
  void fail(@Nullable String message) {
    failed = true;
    error(message);
  }

  /**
   * Names of the tools a model call might have used: kept as the attribute {@code
   * assay.tools_offered}, a JSON list.
   */
  void offered(List<String> tools) {
    offered = offered == null && !tools.isEmpty() ? tools : offered;
  }

  /**
   * The managed prompt this call was made with: kept as the attributes {@code assay.prompt.name}
   * and {@code assay.prompt.version}, and as the trace's metadata of the same names.
   */
  void prompt(@Nullable String name, @Nullable String version) {
    if (name == null || name.isBlank() || hasNote(PROMPT_NAME)) {
      return;
    }
    note(PROMPT_NAME, name);
    trace.metadata(PROMPT_NAME, name);
    if (version != null && !version.isBlank()) {
      note(PROMPT_VERSION, version);
      trace.metadata(PROMPT_VERSION, version);
    }
  }

  /** The SDK says that the application begins here, whatever stands above the span. */
  void applicationRoot() {
    applicationRoot = true;
  }

  /** Whether the application's SDK calls this span the application's own root. */
  public boolean isApplicationRoot() {
    return applicationRoot;
  }

  void failed(String convention, RuntimeException e) {
    note("assay.mapping_error", convention + ": " + e.getClass().getName());
  }

  /** An attribute of Assay's own, about what happened to the span on its way. */
  public void note(String key, String value) {
    notes = notes == null ? new HashMap<>() : notes;
    notes.put(key, value);
  }

  private boolean hasNote(String key) {
    return notes != null && notes.containsKey(key);
  }

  // What comes of it

  /**
   * The finished span.
   *
   * @param withResource whether the resource's attributes are kept too, as {@code resource.…}: on
   *     the root, for the whole trace
   */
  public dev.assay.model.Span finish(
      String spanId,
      @Nullable String parentId,
      long startNanos,
      long durationNanos,
      boolean withResource,
      Budget budget) {
    var status = status();
    var kind = kind();
    derive(kind);
    var call = kind == SpanType.TOOL ? toolCall(status, budget) : null;
    return new dev.assay.model.Span(
        spanId,
        parentId,
        orEmpty(budget.text(span.getName(), Budget.NAME)),
        kind,
        startNanos,
        durationNanos,
        status,
        budget.text(error, Budget.ATTRIBUTE),
        budget.json(inputs),
        budget.json(outputs),
        budget.text(model, Budget.NAME),
        usage,
        costUsd,
        call,
        documents(budget),
        messages(budget),
        attributes(withResource, budget),
        events(budget));
  }

  SpanType kind() {
    return type == null ? SpanType.UNKNOWN : type;
  }

  /**
   * What has been said so far, by field; fields of the trace are {@link TraceFacts#said}. For
   * comparing with what is said later, or of another span.
   */
  Map<String, Object> said() {
    var said = new LinkedHashMap<String, Object>();
    put(said, SpanField.TYPE, type);
    put(said, SpanField.INPUTS, inputs);
    put(said, SpanField.OUTPUTS, outputs);
    put(said, SpanField.ASKED, asked);
    put(said, SpanField.ANSWERED, answered);
    put(said, SpanField.MODEL, model);
    put(said, SpanField.TOKENS, usage);
    put(said, SpanField.COST, costUsd);
    put(said, SpanField.TOOL, tool);
    put(said, SpanField.ARGUMENTS, arguments);
    put(said, SpanField.RESULT, result);
    put(said, SpanField.DOCUMENTS, documents);
    put(said, SpanField.PROMPT, notes == null ? null : notes.get(PROMPT_NAME));
    put(said, SpanField.PROMPT_VERSION, notes == null ? null : notes.get(PROMPT_VERSION));
    put(said, SpanField.TOOLS_OFFERED, offered);
    put(said, SpanField.ERROR, error);
    put(said, SpanField.STATUS, status() == SpanStatus.UNSET ? null : status());
    put(said, SpanField.APPLICATION_ROOT, applicationRoot ? true : null);
    return said;
  }

  private static void put(Map<String, Object> said, SpanField field, @Nullable Object value) {
    if (value != null) {
      said.put(field.title(), value);
    }
  }

  private SpanStatus status() {
    return switch (span.getStatus().getCode()) {
      case STATUS_CODE_ERROR -> SpanStatus.ERROR;
      case STATUS_CODE_OK -> failed ? SpanStatus.ERROR : SpanStatus.OK;
      case STATUS_CODE_UNSET, UNRECOGNIZED -> failed ? SpanStatus.ERROR : SpanStatus.UNSET;
    };
  }

  /** Fields that no convention gave, from those it did. */
  void derive(SpanType kind) {
    if (kind == SpanType.TOOL) {
      tool(span.getName());
      inputs(arguments);
      outputs(result);
      arguments(inputs);
      result(outputs);
      arguments = ToolContent.arguments(arguments);
      result = ToolContent.result(result);
    }
    if (kind.isModelCall()) {
      model(modelOf(outputs));
      model(modelOf(inputs));
      var answering = outputs == null ? null : answering(outputs.tree());
      // the model that was asked for, and the version of it that answered
      model = answering != null && model != null && answering.startsWith(model) ? answering : model;
      if (offered == null && inputs != null) {
        offered(ToolDefinitions.names(inputs.tree().get("tools")));
      }
      if (asked == null && inputs != null) {
        asked(Messages.read(inputs.tree(), "user"));
      }
      if (answered == null && outputs != null) {
        answered(Messages.read(outputs.tree(), "assistant"));
      }
    }
    if (kind == SpanType.RETRIEVER && documents == null && outputs != null) {
      documents(Documents.read(outputs.tree()));
    }
  }

  /** A provider's request or response names its model. */
  private static @Nullable String modelOf(@Nullable Content content) {
    return content == null ? null : content.tree().path("model").textValue();
  }

  /**
   * A provider's response names it, LlamaIndex's within the raw answer, LangChain's results in one
   * of several places.
   */
  private static @Nullable String answering(JsonNode result) {
    for (var response : List.of(result, result.path("raw"))) {
      if (response.path("model").isTextual()) {
        return response.get("model").textValue();
      }
    }
    var generation = result.path("generations").path(0).path(0);
    for (var place :
        List.of(
            result.path("llm_output"),
            generation.path("generation_info"),
            Messages.body(generation).path("response_metadata"),
            Messages.body(result).path("response_metadata"))) {
      if (place.path("model_name").isTextual()) {
        return place.get("model_name").textValue();
      }
    }
    return null;
  }

  private ToolCall toolCall(SpanStatus status, Budget budget) {
    return new ToolCall(
        orEmpty(budget.text(tool, Budget.NAME)),
        budget.json(arguments),
        budget.json(result),
        ToolContent.isError(outputs) ? SpanStatus.ERROR : status);
  }

  private List<Document> documents(Budget budget) {
    if (documents == null) {
      return List.of();
    }
    var kept = new ArrayList<Document>();
    for (var document : documents) {
      var text = kept.size() < MAX_ITEMS ? budget.content(document.text()) : null;
      if (text == null || !budget.charge(16)) {
        budget.cut(documents.size() - kept.size());
        break;
      }
      kept.add(new Document(budget.text(document.id(), Budget.NAME), text, document.score()));
    }
    return kept;
  }

  private List<Message> messages(Budget budget) {
    if (asked == null && answered == null) {
      return List.of();
    }
    var all = new ArrayList<Message>(asked == null ? List.of() : asked);
    all.addAll(answered == null ? List.of() : answered);
    var kept = new ArrayList<Message>();
    for (var message : all) {
      var text = kept.size() < MAX_ITEMS ? budget.content(message.content()) : null;
      if (text == null || !budget.charge(16)) {
        budget.cut(all.size() - kept.size());
        break;
      }
      kept.add(new Message(orEmpty(budget.text(message.role(), Budget.NAME)), text));
    }
    return kept;
  }

  private Map<String, String> attributes(boolean withResource, Budget budget) {
    var kept = HashMap.<String, String>newHashMap(attributes.size() + 1);
    if (notes != null) {
      notes.forEach((key, value) -> put(kept, key, value, budget));
    }
    if (offered != null) {
      put(kept, TOOLS_OFFERED, Content.list(offered), budget);
    }
    if (!scope.isEmpty()) {
      put(kept, "otel.scope.name", scope, budget);
    }
    if (withResource) {
      for (var attribute : resource.getAttributesList()) {
        put(kept, "resource." + attribute.getKey(), Values.text(attribute.getValue()), budget);
      }
    }
    for (var attribute : attributes.entrySet()) {
      put(kept, attribute.getKey(), Values.text(attribute.getValue()), budget);
    }
    return kept;
  }

  private List<SpanEvent> events(Budget budget) {
    var kept = new ArrayList<SpanEvent>(Math.min(events.size(), MAX_EVENTS));
    for (var event : events) {
      var name = kept.size() < MAX_EVENTS ? budget.text(event.getName(), Budget.NAME) : null;
      if (name == null || !budget.charge(16)) {
        budget.cut(events.size() - kept.size());
        break;
      }
      var values = HashMap.<String, String>newHashMap(event.getAttributesCount());
      for (var attribute : event.getAttributesList()) {
        put(values, attribute.getKey(), Values.text(attribute.getValue()), budget);
      }
      kept.add(new SpanEvent(name, Math.max(0, event.getTimeUnixNano()), values));
    }
    return kept;
  }

  private static void put(
      Map<String, String> map, String key, @Nullable String value, Budget budget) {
    if (value == null) {
      return;
    }
    if (map.size() >= MAX_ATTRIBUTES) {
      budget.cut(1);
      return;
    }
    var name = budget.text(key, Budget.NAME);
    var text = name == null ? null : budget.text(value, Budget.ATTRIBUTE);
    if (name != null && text != null && budget.charge(4)) {
      map.put(name, text);
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
