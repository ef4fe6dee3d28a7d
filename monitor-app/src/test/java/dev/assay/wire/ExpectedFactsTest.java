package dev.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The comparison behind {@code CapturesTest}: a fact that is wrong in the log must show. */
class ExpectedFactsTest {
  @ParameterizedTest
  @ValueSource(strings = {"session", "user", "question", "answer", "status"})
  void aWrongTextIsADifference(String field) throws Exception {
    var capture = capture("chat");
    var expected = capture.expected();
    turn(expected).put(field, "other");

    assertThat(differences(capture, expected)).containsOnlyKeys(field);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llm_calls", "input_tokens", "output_tokens"})
  void aNumberOneTooHighIsADifference(String field) throws Exception {
    var capture = capture("chat");
    var expected = capture.expected();
    turn(expected).put(field, turn(expected).get(field).asLong() + 1);

    assertThat(differences(capture, expected)).containsOnlyKeys(field);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tags", "models"})
  void aMissingElementIsADifference(String field) throws Exception {
    var capture = capture("chat");
    var expected = capture.expected();
    ((ArrayNode) turn(expected).get(field)).add("other");

    assertThat(differences(capture, expected)).containsOnlyKeys(field);
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "text", "score"})
  void aWrongDocumentIsADifference(String field) throws Exception {
    var capture = capture("rag");
    var expected = capture.expected();
    wrong((ObjectNode) turn(expected).get("documents").get(1), field);

    assertThat(differences(capture, expected)).containsOnlyKeys("documents." + field);
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "arguments", "result"})
  void aWrongToolCallIsADifference(String field) throws Exception {
    var capture = capture("agent");
    var expected = capture.expected();
    wrong((ObjectNode) turn(expected).get("tool_calls").get(0), field);

    assertThat(differences(capture, expected)).containsOnlyKeys("tool_calls." + field);
  }

  @Test
  void aWrongErrorOfAToolIsADifference() throws Exception {
    var capture = capture("tool-failure");
    var expected = capture.expected();
    wrong((ObjectNode) turn(expected).get("tool_calls").get(0), "error");

    assertThat(differences(capture, expected)).containsOnlyKeys("tool_calls.error");
  }

  @Test
  void aTurnWithoutATraceIsADifference() throws Exception {
    var capture = capture("chat");
    var expected = capture.expected();
    ((ArrayNode) expected.get("traces")).add(turn(expected).deepCopy());

    assertThat(differences(capture, expected)).containsOnlyKeys("traces");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"session", "user", "answer", "models", "input_tokens", "app_version", "tags"})
  void aFactCalledAbsentMustNotBeThere(String field) throws Exception {
    var capture = capture("chat");
    var expected = capture.expected();
    absent(expected, field);
    if (field.equals("models")) {
      absent(expected, "requested_models");
    }

    assertThat(differences(capture, expected)).containsOnlyKeys(field);
  }

  @Test
  void anErrorCalledAbsentMustNotBeThere() throws Exception {
    var capture = capture("tool-failure");
    var expected = capture.expected();
    absent(expected, "tool_calls.error");

    assertThat(differences(capture, expected)).containsOnlyKeys("tool_calls.error");
  }

  private static Map<String, String> differences(Capture capture, JsonNode expected)
      throws Exception {
    assertThat(ExpectedFacts.differences(capture.expected(), capture.traces())).isEmpty();
    return ExpectedFacts.differences(expected, capture.traces());
  }

  /** Of an SDK that puts everything on the wire. */
  private static Capture capture(String application) throws Exception {
    return Capture.all().stream()
        .filter(capture -> capture.name().equals("openinference/openai/" + application))
        .findFirst()
        .orElseThrow();
  }

  private static ObjectNode turn(JsonNode expected) {
    return (ObjectNode) expected.get("traces").get(0);
  }

  private static void wrong(ObjectNode node, String field) {
    if (node.get(field).isNumber()) {
      node.put(field, node.get(field).asDouble() + 0.01);
    } else {
      node.put(field, "other");
    }
  }

  private static void absent(JsonNode expected, String field) {
    ((ObjectNode) expected.get("absent_on_wire")).put(field, "a claim that is wrong");
  }
}
