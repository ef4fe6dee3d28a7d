package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.assay.model.SpanType;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * GenAI content in span events: one event with all of a call's messages ({@code
 * gen_ai.client.inference.operation.details}), or one a message ({@code gen_ai.user.message}, …,
 * {@code gen_ai.choice}), or the first drafts' {@code gen_ai.content.prompt} and {@code
 * gen_ai.content.completion}. Events that became inputs or outputs are taken out.
 */
final class GenAiEvents {
  private static final String PREFIX = "gen_ai.";
  private static final String DETAILS = "gen_ai.client.inference.operation.details";

  private GenAiEvents() {}

  static boolean in(SpanDraft span) {
    for (var event : span.events()) {
      if (event.getName().startsWith(PREFIX)) {
        return true;
      }
    }
    return false;
  }

  static void fill(SpanDraft span) {
    if (!in(span)) {
      return;
    }
    for (var event : span.takeEvents(DETAILS::equals)) {
      details(span, event);
    }
    if (span.kind() == SpanType.TOOL) {
      tool(span);
    }
    if (!span.hasInputs()) {
      span.inputs(Content.ofTree(messages(span, GenAiEvents::isInput)));
    }
    if (!span.hasOutputs()) {
      span.outputs(Content.ofTree(messages(span, "gen_ai.choice"::equals)));
    }
    for (var event : span.takeEvents("gen_ai.content.prompt"::equals)) {
      span.inputs(content(event, "gen_ai.prompt"));
    }
    for (var event : span.takeEvents("gen_ai.content.completion"::equals)) {
      span.outputs(content(event, "gen_ai.completion"));
    }
  }

  private static void details(SpanDraft span, Span.Event event) {
    span.trace().session(text(event, "gen_ai.conversation.id"));
    span.trace().user(text(event, "user.id"));
    var tools = content(event, "gen_ai.tool.definitions");
    span.offered(ToolDefinitions.names(tools == null ? null : tools.tree()));
    var input = content(event, "gen_ai.input.messages");
    if (input != null) {
      span.inputs(input);
      span.asked(
          OpenTelemetryGenAi.asked(content(event, "gen_ai.system_instructions"), input.tree()));
    }
    var output = content(event, "gen_ai.output.messages");
    if (output != null) {
      span.outputs(output);
      span.answered(Messages.read(output.tree(), "assistant"));
    }
  }

  /** Strands tells of a tool as if it were a model: a message with the arguments, and a choice. */
  private static void tool(SpanDraft span) {
    var said = span.events().stream().map(Span.Event::getName).toList();
    if (said.contains("gen_ai.tool.message") && said.contains("gen_ai.choice")) {
      for (var event : span.takeEvents("gen_ai.tool.message"::equals)) {
        span.arguments(content(event, "content"));
      }
      for (var event : span.takeEvents("gen_ai.choice"::equals)) {
        span.result(content(event, "message"));
      }
    }
  }

  private static boolean isInput(String name) {
    return switch (name) {
      case "gen_ai.system.message",
          "gen_ai.user.message",
          "gen_ai.assistant.message",
          "gen_ai.tool.message" ->
          true;
      default -> false;
    };
  }

  private static @Nullable ArrayNode messages(SpanDraft span, Predicate<String> name) {
    var events = span.takeEvents(name);
    if (events.isEmpty()) {
      return null;
    }
    var messages = JsonNodeFactory.instance.arrayNode(events.size());
    for (var event : events) {
      messages.add(message(event));
    }
    return messages;
  }

  /** {@code {role, content, …}} of one event, whose body may also be one attribute as JSON. */
  private static JsonNode message(Span.Event event) {
    var message = JsonNodeFactory.instance.objectNode();
    // gen_ai.user.message → user; a choice is the assistant's
    var parts = event.getName().split("\\.", -1);
    message.put("role", parts.length == 3 ? parts[1] : "assistant");
    for (var attribute : event.getAttributesList()) {
      var value = Content.of(attribute.getValue());
      if (value == null) {
        continue;
      }
      switch (attribute.getKey()) {
        case "gen_ai.event.content", "event.body", "body", "message" -> merge(message, value);
        case "gen_ai.system", "gen_ai.provider.name", "event.name" -> {}
        default -> message.set(attribute.getKey(), value.tree());
      }
    }
    return message;
  }

  private static void merge(ObjectNode message, Content body) {
    if (body.tree() instanceof ObjectNode fields) {
      message.setAll(fields.get("message") instanceof ObjectNode inner ? inner : fields);
    } else {
      message.set("content", body.tree());
    }
  }

  private static @Nullable String text(Span.Event event, String key) {
    for (KeyValue attribute : event.getAttributesList()) {
      if (attribute.getKey().equals(key)) {
        return Values.text(attribute.getValue());
      }
    }
    return null;
  }

  private static @Nullable Content content(Span.Event event, String key) {
    for (KeyValue attribute : event.getAttributesList()) {
      if (attribute.getKey().equals(key)) {
        return Content.of(attribute.getValue());
      }
    }
    return null;
  }
}
