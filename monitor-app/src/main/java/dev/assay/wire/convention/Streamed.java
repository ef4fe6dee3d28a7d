package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Answers that arrived in chunks, put together again: OpenAI's completions and responses,
 * Anthropic's events, Gemini's partial responses, LangChain's message chunks.
 */
final class Streamed {
  private static final int MAX_DEPTH = 8;

  private Streamed() {}

  /**
   * The text of a list of chunks, empty where they carry none; null where the list is no stream.
   */
  static @Nullable String text(JsonNode array) {
    var first = array.path(0);
    if (first.path("choices").path(0).has("delta")
        || first.path("object").asText().endsWith("chunk")) {
      return joined(array, chunk -> chunk.path("choices").path(0).path("delta").get("content"));
    }
    var type = first.path("type").asText();
    if (type.startsWith("response.")) {
      return ofResponse(array);
    }
    if (type.equals("message_start")) {
      return joined(array, chunk -> chunk.path("delta").get("text"));
    }
    if (first.has("candidates") && array.size() > 1) {
      return joined(array, chunk -> chunk.path("candidates").path(0).path("content").get("parts"));
    }
    if (isChunk(first)) {
      return joined(array, chunk -> isChunk(chunk) ? Messages.body(chunk).get("content") : null);
    }
    return null;
  }

  /** OpenAI's responses: the whole of it where it was completed, else its deltas. */
  private static @Nullable String ofResponse(JsonNode events) {
    for (var event : events) {
      if (event.path("type").asText().equals("response.completed")) {
        return PlainText.answer(event.path("response").toString());
      }
    }
    var deltas =
        joined(
            events,
            event ->
                event.path("type").asText().equals("response.output_text.delta")
                    ? event.get("delta")
                    : null);
    return deltas.isEmpty()
        ? joined(
            events,
            event ->
                event.path("type").asText().equals("response.output_item.done")
                    ? event.path("item").get("content")
                    : null)
        : deltas;
  }

  private static boolean isChunk(JsonNode node) {
    return Messages.body(node).path("type").asText().equals("AIMessageChunk");
  }

  private interface Part {
    @Nullable JsonNode of(JsonNode chunk);
  }

  private static String joined(JsonNode chunks, Part part) {
    var joined = new StringBuilder();
    for (var chunk : chunks) {
      var text = Messages.plain(part.of(chunk), false, MAX_DEPTH - 4);
      if (text != null) {
        joined.append(text);
      }
    }
    return joined.toString();
  }
}
