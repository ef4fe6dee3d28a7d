package dev.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What a capture calls absent is looked for in the bytes that were sent, so that nothing is called
 * absent because no mapping finds it. A value that is there, but not where it could be read as that
 * field, stands in {@code absent-but-elsewhere.txt} with the place.
 */
class AbsentOnWireTest {
  private static final String ELSEWHERE = "absent-but-elsewhere.txt";

  @TestFactory
  Stream<DynamicTest> whatIsCalledAbsentIsNotInTheBytesThatWereSent() throws IOException {
    var elsewhere = Capture.lines(ELSEWHERE);
    return Capture.all().stream()
        .map(capture -> DynamicTest.dynamicTest(capture.name(), () -> search(capture, elsewhere)));
  }

  @Test
  void everyListedPlaceHasACaptureAndAReason() throws IOException {
    var names = Capture.all().stream().map(Capture::name).toList();

    assertThat(Capture.lines(ELSEWHERE))
        .isNotEmpty()
        .allSatisfy(line -> {
          var words = line.split("\\s+", 3);
          assertThat(words).hasSize(3);
          assertThat(names).anyMatch(name -> name.startsWith(words[0] + "/"));
        });
  }

  /** The search itself: a capture's own session, user and answers are found in it. */
  @Test
  void whatIsThereIsFound() throws IOException {
    var openAi =
        Capture.all().stream()
            .filter(capture -> capture.name().equals("openinference/openai/rag"))
            .findFirst()
            .orElseThrow();

    for (var field : List.of("session", "user", "tags", "answer", "documents.id", "models")) {
      assertThat(values(openAi.expected(), field)).as(field).isNotEmpty();
      assertThat(found(openAi, field)).as(field).isEqualTo(values(openAi.expected(), field));
    }
  }

  private static void search(Capture capture, List<String> elsewhere) throws IOException {
    var absent = capture.expected().get("absent_on_wire");
    for (var claim : absent.properties()) {
      var field = claim.getKey();
      boolean listed =
          elsewhere.stream()
              .map(line -> line.split("\\s+", 3))
              .anyMatch(
                  words -> capture.name().startsWith(words[0] + "/") && words[1].equals(field));
      assertThat(claim.getValue().asText()).as("%s: why absent", field).isNotBlank();
      if (!listed) {
        assertThat(found(capture, field))
            .as("%s, called absent (%s), on the wire", field, claim.getValue().asText())
            .isEmpty();
      }
    }
  }

  private static List<String> found(Capture capture, String field) throws IOException {
    var sent = capture.sent();
    return values(capture.expected(), field).stream()
        .filter(value -> contains(sent, value))
        .toList();
  }

  /** A short text may also be part of an id. */
  private static boolean contains(String sent, String value) {
    return value.length() > 3
        ? sent.contains(value)
        : Pattern.compile("(?<![0-9A-Za-z-])" + Pattern.quote(value) + "(?![0-9A-Za-z-])")
            .matcher(sent)
            .find();
  }

  /**
   * The texts of a field; none for what has no text of its own (numbers of tokens, types), nor for
   * a claim about one turn, which the bytes of all turns cannot show.
   */
  private static List<String> values(JsonNode expected, String field) {
    var texts = new ArrayList<String>();
    switch (field) {
      case "app", "app_version", "environment" -> add(texts, expected.get(field));
      default -> {
        if (!field.endsWith("]")) {
          var path = field.split("\\.");
          expected.get("traces").forEach(turn -> texts.addAll(below(turn, path)));
        }
      }
    }
    return texts.stream().filter(text -> !text.isEmpty()).distinct().toList();
  }

  private static List<String> below(JsonNode turn, String[] path) {
    var texts = new ArrayList<String>();
    var node = turn.get(path[0]);
    if (node == null) {
      return texts;
    }
    if (path.length == 1) {
      add(texts, node);
      return texts;
    }
    for (var element : node) {
      add(texts, element.path(path[1]));
    }
    return texts;
  }

  private static void add(List<String> texts, JsonNode node) {
    if (node.isTextual()) {
      texts.add(node.asText());
    }
    if (node.isContainerNode()) {
      StreamSupport.stream(node.spliterator(), false).forEach(element -> add(texts, element));
    }
  }
}
