package dev.assay.demo;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import dev.assay.demo.PlannedSpan.Failure;
import dev.assay.wire.Json;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Spans in OpenTelemetry's semantic conventions for generative AI, content as JSON strings. */
final class GenAi {
  private GenAi() {}

  /** A model as its client names it. */
  record Model(String provider, String name, String answeredAs) {}

  /**
   * A message of a conversation.
   *
   * @param parts text, tool calls, tool results
   */
  record Message(String role, List<Map<String, Object>> parts) {
    static Message text(String role, String content) {
      return new Message(role, List.of(Map.of("type", "text", "content", content)));
    }

    static Message toolCall(String id, String tool, Object arguments) {
      return new Message(
          "assistant",
          List.of(Map.of("type", "tool_call", "id", id, "name", tool, "arguments", arguments)));
    }

    static Message toolResult(String id, Object result) {
      return new Message(
          "tool", List.of(Map.of("type", "tool_call_response", "id", id, "result", result)));
    }

    int characters() {
      return Json.write(parts).length();
    }
  }

  /**
   * A call of a chat model.
   *
   * @param output null if the call failed
   */
  static PlannedSpan chat(
      Model model,
      @Nullable String conversation,
      String system,
      List<Message> input,
      @Nullable Message output,
      Duration start,
      Duration length,
      @Nullable Failure failure) {
    var attributes =
        operation("chat", failure)
            .put(stringKey("gen_ai.provider.name"), model.provider())
            .put(stringKey("gen_ai.request.model"), model.name())
            .put(longKey("gen_ai.request.max_tokens"), 1_024L)
            .put(
                stringKey("gen_ai.system_instructions"),
                Json.write(List.of(Map.of("type", "text", "content", system))))
            .put(stringKey("gen_ai.input.messages"), Json.write(input));
    if (conversation != null) {
      attributes.put(stringKey("gen_ai.conversation.id"), conversation);
    }
    if (output != null) {
      boolean callsTool = output.parts().stream().anyMatch(p -> "tool_call".equals(p.get("type")));
      var finish = callsTool ? "tool_call" : "stop";
      int read = system.length() + input.stream().mapToInt(Message::characters).sum();
      attributes
          .put(stringKey("gen_ai.response.model"), model.answeredAs())
          .put(stringArrayKey("gen_ai.response.finish_reasons"), List.of(finish))
          .put(longKey("gen_ai.usage.input_tokens"), tokens(read))
          .put(longKey("gen_ai.usage.output_tokens"), tokens(output.characters()))
          .put(
              stringKey("gen_ai.output.messages"),
              Json.write(
                  List.of(
                      Map.of(
                          "role",
                          output.role(),
                          "parts",
                          output.parts(),
                          "finish_reason",
                          finish))));
    }
    return new PlannedSpan(
        "chat " + model.name(),
        SpanKind.CLIENT,
        start,
        length,
        attributes.build(),
        failure,
        List.of());
  }

  static PlannedSpan embeddings(Model model, String text, Duration start, Duration length) {
    return new PlannedSpan(
        "embeddings " + model.name(),
        SpanKind.CLIENT,
        start,
        length,
        operation("embeddings", null)
            .put(stringKey("gen_ai.provider.name"), model.provider())
            .put(stringKey("gen_ai.request.model"), model.name())
            .put(stringKey("gen_ai.response.model"), model.answeredAs())
            .put(longKey("gen_ai.usage.input_tokens"), tokens(text.length()))
            .build(),
        null,
        List.of());
  }

  /**
   * A query to a retriever.
   *
   * @param documents each with {@code id}, {@code score} and {@code content}
   */
  static PlannedSpan retrieval(
      String dataSource,
      String query,
      List<Map<String, Object>> documents,
      Duration start,
      Duration length) {
    return new PlannedSpan(
        "retrieval " + dataSource,
        SpanKind.CLIENT,
        start,
        length,
        operation("retrieval", null)
            .put(stringKey("gen_ai.data_source.id"), dataSource)
            .put(longKey("gen_ai.retrieval.top_k"), (long) documents.size())
            .put(stringKey("gen_ai.retrieval.query.text"), query)
            .put(stringKey("gen_ai.retrieval.documents"), Json.write(documents))
            .build(),
        null,
        List.of());
  }

  /**
   * A run of a tool.
   *
   * @param result null if the tool failed
   */
  static PlannedSpan tool(
      String name,
      String callId,
      String arguments,
      @Nullable String result,
      Duration start,
      Duration length,
      @Nullable Failure failure) {
    var attributes =
        operation("execute_tool", failure)
            .put(stringKey("gen_ai.tool.name"), name)
            .put(stringKey("gen_ai.tool.type"), "function")
            .put(stringKey("gen_ai.tool.call.id"), callId)
            .put(stringKey("gen_ai.tool.call.arguments"), arguments);
    if (result != null) {
      attributes.put(stringKey("gen_ai.tool.call.result"), result);
    }
    return new PlannedSpan(
        "execute_tool " + name,
        SpanKind.INTERNAL,
        start,
        length,
        attributes.build(),
        failure,
        List.of());
  }

  /** An agent's run around its model calls and tools. */
  static PlannedSpan agent(
      String name,
      String conversation,
      Duration start,
      Duration length,
      @Nullable Failure failure,
      List<PlannedSpan> children) {
    return new PlannedSpan(
        "invoke_agent " + name,
        SpanKind.INTERNAL,
        start,
        length,
        operation("invoke_agent", failure)
            .put(stringKey("gen_ai.agent.name"), name)
            .put(stringKey("gen_ai.conversation.id"), conversation)
            .build(),
        failure,
        children);
  }

  static AttributesBuilder operation(String name, @Nullable Failure failure) {
    var attributes = Attributes.builder().put(stringKey("gen_ai.operation.name"), name);
    return failure == null ? attributes : attributes.put(stringKey("error.type"), failure.type());
  }

  /** About as many as a tokenizer would find: four characters each. */
  static long tokens(int characters) {
    return (characters + 3L) / 4;
  }
}
