package dev.assay.scoring;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * JSON as strangers wrote it: read within bounds, and never quoted in an error. The mapper of
 * {@code wire} is out of reach here: scoring needs the model alone.
 */
final class JsonText {
  static final int MAX_DEPTH = 200;
  private static final int MAX_TOKENS = 200_000;
  private static final int MAX_CHARS = 8 * 1024 * 1024;

  static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxTokenCount(MAX_TOKENS)
                          .maxDocumentLength(MAX_CHARS)
                          .maxStringLength(MAX_CHARS)
                          .maxNameLength(10_000)
                          .maxNumberLength(1_000)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonText() {}

  /** Not JSON, or beyond the bounds; the message tells where, without the text. */
  static final class NotJson extends Exception {
    private static final long serialVersionUID = 1L;

    NotJson(String message) {
      super(message);
    }
  }

  static JsonNode parse(String text) throws NotJson {
    try {
      var node = MAPPER.readTree(text);
      if (node.isMissingNode()) {
        throw new NotJson("empty");
      }
      return node;
    } catch (StreamConstraintsException e) {
      throw new NotJson(
          "deeper than %,d levels, of more than %,d values, or too long"
              .formatted(MAX_DEPTH, MAX_TOKENS));
    } catch (JsonProcessingException e) {
      throw new NotJson("a mistake at " + where(e.getLocation()));
    }
  }

  private static String where(JsonLocation at) {
    return at == null
        ? "an unknown place"
        : "line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
  }
}
