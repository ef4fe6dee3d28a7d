package dev.assay.wire.convention;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"Are you open?\"",
        "Are you open?",
        "{\"question\": \"Are you open?\"}",
        "{\"query\": \"Are you open?\", \"k\": 3}",
        "{\"input\": \"Are you open?\", \"chat_history\": [{\"role\": \"user\", \"content\":"
            + " \"Hi\"}]}",
        "{\"customer_text\": \"Are you open?\"}",
        "{\"inputs\": {\"question\": \"Are you open?\"}}",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"Are you open?\"}], \"model\": \"m\"}",
        "{\"messages\": [[{\"type\": \"human\", \"content\": \"Are you open?\"}]]}",
        "{\"messages\": [[\"user\", \"Are you open?\"]]}",
        "[{\"role\": \"system\", \"content\": \"Be kind\"}, {\"role\": \"user\", \"content\":"
            + " \"Hi\"}, {\"role\": \"assistant\", \"content\": \"Hello\"}, {\"role\": \"user\","
            + " \"content\": \"Are you open?\"}]",
        "[{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \"Are you open?\"},"
            + " {\"type\": \"image_url\", \"image_url\": {\"url\": \"http://x\"}}]}]",
        "[{\"role\": \"user\", \"parts\": [{\"type\": \"text\", \"content\": \"Are you open?\"}]}]",
        "{\"contents\": [{\"role\": \"user\", \"parts\": [{\"text\": \"Are you open?\"}]}]}",
        "{\"contents\": \"Are you open?\"}",
        "[{\"role\": \"user\", \"content\": \"Are you open?\"}, {\"role\": \"assistant\","
            + " \"content\": [{\"type\": \"tool_use\", \"name\": \"t\"}]}, {\"role\": \"user\","
            + " \"content\": [{\"type\": \"tool_result\", \"content\": \"nine\"}]}]",
        "{\"messages\": [{\"lc\": 1, \"type\": \"constructor\", \"id\": [\"HumanMessage\"],"
            + " \"kwargs\": {\"content\": \"Are you open?\", \"type\": \"human\"}}]}",
        "{\"state\": {\"messages\": [{\"type\": \"human\", \"content\": \"Are you open?\"}]}}",
        "{\"input\": [{\"role\": \"user\", \"content\": [{\"type\": \"input_text\", \"text\":"
            + " \"Are you open?\"}]}], \"model\": \"m\"}",
        "{\"prompts\": [\"Are you open?\"]}",
      })
  void questions(String inputs) {
    assertThat(PlainText.question(inputs)).isEqualTo("Are you open?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"We open at nine.\"",
        "{\"answer\": \"We open at nine.\", \"sources\": [\"faq\"]}",
        "{\"output\": \"We open at nine.\"}",
        "{\"output\": {\"content\": \"We open at nine.\"}}",
        "{\"messages\": [{\"type\": \"human\", \"content\": \"Are you open?\"}, {\"type\": \"ai\","
            + " \"content\": \"We open at nine.\"}]}",
        "{\"id\": \"c\", \"model\": \"m\", \"choices\": [{\"index\": 0, \"message\": {\"role\":"
            + " \"assistant\", \"content\": \"We open at nine.\"}}]}",
        "{\"choices\": [{\"text\": \"We open at nine.\"}, {\"text\": \"No.\"}]}",
        "{\"id\": \"r\", \"output\": [{\"type\": \"reasoning\", \"summary\": []}, {\"type\":"
            + " \"message\", \"role\": \"assistant\", \"content\": [{\"type\": \"output_text\","
            + " \"text\": \"We open at nine.\"}]}]}",
        "{\"id\": \"m\", \"type\": \"message\", \"role\": \"assistant\", \"content\": [{\"type\":"
            + " \"thinking\", \"thinking\": \"hm\"}, {\"type\": \"text\", \"text\": \"We open at"
            + " nine.\"}]}",
        "{\"candidates\": [{\"content\": {\"role\": \"model\", \"parts\": [{\"text\": \"We open at"
            + " nine.\"}]}}]}",
        "{\"generations\": [[{\"text\": \"We open at nine.\", \"message\": {}}]]}",
        "[{\"choices\": [{\"delta\": {\"role\": \"assistant\", \"content\": \"We open \"}}]},"
            + " {\"choices\": [{\"delta\": {\"content\": \"at nine.\"}}]}]",
        "[{\"type\": \"text\", \"text\": \"We open at nine.\"}]",
        "[{\"role\": \"assistant\", \"parts\": [{\"type\": \"reasoning\", \"content\": \"hm\"},"
            + " {\"type\": \"text\", \"content\": \"We open at nine.\"}]}]",
        "{\"output\": {\"message\": {\"role\": \"assistant\", \"content\": [{\"text\": \"We open at"
            + " nine.\"}]}}, \"stopReason\": \"end_turn\"}",
      })
  void answers(String outputs) {
    assertThat(PlainText.answer(outputs)).isEqualTo("We open at nine.");
  }

  @Test
  void aQuestionIsNoAnswer() {
    assertThat(PlainText.answer("[{\"role\": \"user\", \"content\": \"Are you open?\"}]")).isNull();
    assertThat(PlainText.question("[{\"role\": \"assistant\", \"content\": \"Hi\"}]")).isNull();
  }

  @Test
  void anAnswerThatIsJsonStaysJson() {
    assertThat(PlainText.answer("\"{\\\"answer\\\": 42}\"")).isEqualTo("{\"answer\": 42}");
    assertThat(PlainText.answer("[{\"role\":\"assistant\",\"content\":\"{\\\"a\\\": 1}\"}]"))
        .isEqualTo("{\"a\": 1}");
  }

  @Test
  void structureWithoutAKnownEnvelopeStandsAsItCame() {
    assertThat(PlainText.answer("{\"city\": \"Paris\", \"degrees\": 14}"))
        .isEqualTo("{\"city\": \"Paris\", \"degrees\": 14}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "null", "{}", "[]", "\"\"", "{\"answer\": \"\"}"})
  void nothingIsNothing(String json) {
    assertThat(PlainText.answer(json)).isNull();
  }

  @Test
  void depthIsBounded() {
    var deep = "{\"output\":".repeat(150) + "1" + "}".repeat(150);
    assertThat(PlainText.answer(deep)).isEqualTo(deep);
    var tooDeep = "[".repeat(100_000);
    assertThat(PlainText.answer(tooDeep)).isEqualTo(tooDeep);
  }
}
