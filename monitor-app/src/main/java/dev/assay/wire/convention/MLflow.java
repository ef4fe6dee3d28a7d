package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.model.SpanType;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** MLflow's SDKs over OTLP: attribute values are JSON texts, strings in their quotes included. */
final class MLflow implements Convention {
  private static final String EXPERIMENT = "mlflow.experiment_id";
  private static final String TAG = "mlflow.traceTag.";
  private static final List<String> METADATA =
      List.of(
          "mlflow.sourceRun", "mlflow.trace.sourceScorer", "mlflow.experimentId", "mlflow.modelId");

  @Override
  public void fill(SpanDraft span) {
    // from the header of the request, whoever made the span
    span.trace().metadata(EXPERIMENT, span.resource(EXPERIMENT));
    if (!span.hasPrefix("mlflow.")) {
      return;
    }
    span.type(LlamaIndex.isPlumbing(span) ? SpanType.TASK : type(string(span, "mlflow.spanType")));
    if (span.kind() == SpanType.TOOL) {
      span.tool(string(span, "name"));
    }
    span.inputs(Content.ofJson(span.takeText("mlflow.spanInputs")));
    span.outputs(outputs(span.takeText("mlflow.spanOutputs")));
    span.model(string(span, "mlflow.llm.model"));
    usage(span);
    var cost = tree(span, "mlflow.llm.cost");
    span.costUsd(cost == null ? null : Values.number(cost.get("total_cost")));
    span.offered(ToolDefinitions.names(tree(span, "mlflow.chat.tools")));
    var prompts = tree(span, "mlflow.linkedPrompts");
    var prompt = prompts == null ? null : prompts.path(0);
    if (prompt != null) {
      span.prompt(prompt.path("name").textValue(), prompt.path("version").asText(null));
    }
    trace(span);
  }

  /**
   * An object that MLflow did not know how to write, such as a stream it does not follow, is none.
   */
  private static @Nullable Content outputs(@Nullable String json) {
    var outputs = Content.ofJson(json);
    var text = outputs == null ? null : outputs.tree().textValue();
    return text != null && PlainText.isObjectOfPython(text) ? null : outputs;
  }

  /** A type by its name in MLflow. */
  static @Nullable SpanType type(@Nullable String type) {
    if (type == null) {
      return null;
    }
    var name = type.toUpperCase(Locale.ROOT);
    for (var known : SpanType.values()) {
      if (known.name().equals(name)) {
        return known == SpanType.UNKNOWN ? null : known;
      }
    }
    return null;
  }

  private static void usage(SpanDraft span) {
    var usage = tree(span, "mlflow.chat.tokenUsage");
    if (usage != null) {
      span.usage(
          Values.number(usage.get("input_tokens")),
          Values.number(usage.get("output_tokens")),
          Values.number(usage.get("total_tokens")),
          Values.number(usage.get("cache_read_input_tokens")));
    }
  }

  private static void trace(SpanDraft span) {
    var trace = span.trace();
    trace.session(string(span, "mlflow.trace.session"));
    trace.user(string(span, "mlflow.trace.user"));
    for (var key : METADATA) {
      trace.metadata(key, string(span, key));
    }
    span.below(TAG).forEach((key, value) -> trace.tag(key, unquoted(value)));
  }

  private static @Nullable JsonNode tree(SpanDraft span, String key) {
    var text = span.text(key);
    return text == null ? null : Content.parse(text);
  }

  private static @Nullable String string(SpanDraft span, String key) {
    return unquoted(span.text(key));
  }

  private static @Nullable String unquoted(@Nullable String text) {
    return text == null ? null : Content.unquoted(text);
  }
}
