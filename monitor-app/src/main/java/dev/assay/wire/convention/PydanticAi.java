package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.assay.model.Document;
import dev.assay.model.SpanType;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pydantic AI and Logfire, beyond OpenTelemetry's conventions: the run of an agent with all of its
 * messages, events of the first versions as one JSON attribute, tools, and Logfire's own
 * instrumentation of model clients.
 */
final class PydanticAi implements Convention {
  @Override
  public String title() {
    return "Pydantic AI, Logfire";
  }

  @Override
  public void fill(SpanDraft span) {
    if (!isPydantic(span)) {
      return;
    }
    run(span);
    events(span);
    client(span);
    function(span);
    if (span.has("gen_ai.tool.name")) {
      span.arguments(span.takeContent("tool_arguments"));
      span.result(span.takeContent("tool_response"));
    }
    if (span.has("model_request_parameters")) {
      var parameters = span.content("model_request_parameters");
      span.offered(ToolDefinitions.names(parameters == null ? null : parameters.tree()));
    }
    span.costUsd(span.number("operation.cost"));
    if (!span.has("request_data")) {
      span.trace().tags(span.content("logfire.tags")); // else the instrumentation's own: LLM
    }
    // says how Logfire's pages draw the other attributes
    span.take("logfire.json_schema");
  }

  private static boolean isPydantic(SpanDraft span) {
    return span.scope().equals("pydantic-ai")
        || span.scope().startsWith("logfire")
        || span.hasPrefix("logfire.")
        || span.hasPrefix("pydantic_ai.")
        || span.has("all_messages_events");
  }

  /** The run of an agent: all messages of it, earlier turns included, and what came of it. */
  private static void run(SpanDraft span) {
    var all = span.takeContent("pydantic_ai.all_messages", "all_messages_events");
    var result = span.takeContent("final_result");
    boolean isRun = span.has("agent_name") && !span.has("gen_ai.tool.name");
    if (all == null && result == null && !isRun) {
      return;
    }
    span.type(SpanType.AGENT);
    span.model(span.text("model_name"));
    span.outputs(result);
    if (all != null && all.tree() instanceof ArrayNode messages && !messages.isEmpty()) {
      int last = messages.size() - 1;
      boolean answered = Messages.role(messages.get(last), "").equals("assistant");
      span.inputs(answered ? Content.ofTree(first(messages, last)) : all);
      if (answered) {
        span.outputs(Content.ofTree(messages.get(last)));
      }
    }
  }

  private static ArrayNode first(ArrayNode messages, int count) {
    var first = JsonNodeFactory.instance.arrayNode(count);
    for (int i = 0; i < count; i++) {
      first.add(messages.get(i));
    }
    return first;
  }

  /** {@code events}: the messages of a call as OpenTelemetry's events were, in one JSON list. */
  private static void events(SpanDraft span) {
    var content = span.content("events");
    if (content == null
        || !(content.tree() instanceof ArrayNode events)
        || !events.path(0).has("event.name")) {
      return;
    }
    span.take("events");
    var asked = JsonNodeFactory.instance.arrayNode();
    var answered = JsonNodeFactory.instance.arrayNode();
    for (var event : events) {
      boolean isChoice = event.path("event.name").asText().equals("gen_ai.choice");
      (isChoice ? answered : asked).add(message(event));
    }
    span.asked(Messages.read(asked, "user"));
    span.answered(Messages.read(answered, "assistant"));
    span.inputs(asked.isEmpty() ? null : Content.ofTree(asked));
    span.outputs(answered.isEmpty() ? null : Content.ofTree(answered));
  }

  private static JsonNode message(JsonNode event) {
    var message = event.path("message").isObject() ? event.get("message") : event;
    if (message instanceof ObjectNode fields && !fields.has("role")) {
      // gen_ai.user.message → user
      var name = event.path("event.name").asText().split("\\.", -1);
      return fields.deepCopy().put("role", name.length == 3 ? name[1] : "assistant");
    }
    return message;
  }

  /**
   * Logfire's instrumentation of model clients: the request and the response, as they were, or by
   * OpenTelemetry's conventions beside what is left of the request. Of a streamed call there are
   * two spans, of which the second, when all has come, tells of the call.
   */
  private static void client(SpanDraft span) {
    var request = span.content("request_data");
    if (request == null) {
      return;
    }
    if (opensStream(span)) {
      span.type(SpanType.TASK);
      span.take("gen_ai.request.model");
      span.take("gen_ai.response.model");
    }
    if (!span.has("gen_ai.operation.name")) {
      span.type(SpanType.CHAT_MODEL);
    }
    if (!span.has("gen_ai.input.messages") && request.tree().size() > 1) {
      span.inputs(span.takeContent("request_data"));
    }
    var response = span.takeContent("response_data");
    if (response != null) {
      span.outputs(response);
      usage(span, response.tree().path("usage"));
    }
  }

  private static boolean opensStream(SpanDraft span) {
    return !span.has("response_data")
        && !span.has("gen_ai.output.messages")
        && !span.has("gen_ai.usage.input_tokens")
        && span.span().getStatus().getCode() != StatusCode.STATUS_CODE_ERROR;
  }

  /** A function under {@code logfire.instrument}: an attribute for each argument. */
  private static void function(SpanDraft span) {
    var template = span.text("logfire.msg_template");
    var schema = span.content("logfire.json_schema");
    if (template == null || !template.startsWith("Calling ") || schema == null) {
      return;
    }
    var arguments = JsonNodeFactory.instance.objectNode();
    for (var name : schema.tree().path("properties").properties()) {
      var argument = name.getKey().equals("return") ? null : span.takeContent(name.getKey());
      if (argument != null) {
        arguments.set(name.getKey(), argument.tree());
      }
    }
    var result = span.takeContent("return");
    span.inputs(arguments.isEmpty() ? null : Content.ofTree(arguments));
    span.outputs(result);
    var documents = result == null ? List.<Document>of() : Documents.scored(result.tree());
    if (!documents.isEmpty()) {
      span.type(SpanType.RETRIEVER);
      span.documents(documents);
    }
    span.type(SpanType.TASK);
  }

  private static void usage(SpanDraft span, @Nullable JsonNode usage) {
    if (usage == null || !usage.isObject()) {
      return;
    }
    span.usage(
        either(usage, "prompt_tokens", "input_tokens"),
        either(usage, "completion_tokens", "output_tokens"),
        Values.number(usage.get("total_tokens")),
        Values.number(usage.path("prompt_tokens_details").get("cached_tokens")));
  }

  private static @Nullable Double either(JsonNode object, String key, String otherwise) {
    var number = Values.number(object.get(key));
    return number == null ? Values.number(object.get(otherwise)) : number;
  }
}
