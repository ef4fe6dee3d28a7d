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
        // traced functions of Python, Traceloop's and Langfuse's way
        "{\"args\": [\"Are you open?\"], \"kwargs\": {}}",
        "{\"args\": [\"Are you open?\", 3, [\"faq\"]], \"kwargs\": {\"session\": null}}",
        "{\"args\": [\"<app.Bot object at 0x7f3a>\", \"Are you open?\"], \"kwargs\": {}}",
        "{\"args\": [], \"kwargs\": {\"question\": \"Are you open?\", \"k\": 3}}",
        // LangChain: messages by class name, as dictionaries, without the constructor's frame
        "{\"messages\": [[{\"lc\": 1, \"type\": \"constructor\", \"id\": [\"langchain\","
            + " \"schema\", \"messages\", \"HumanMessage\"], \"kwargs\": {\"content\": \"Are you"
            + " open?\"}}]]}",
        "{\"messages\": [{\"type\": \"human\", \"data\": {\"content\": \"Are you open?\"}}]}",
        "[{\"id\": [\"HumanMessage\"], \"kwargs\": {\"content\": \"Are you open?\"}}]",
        "{\"inputs\": {\"messages\": [[\"human\", \"Are you open?\"]]}, \"tags\": [], \"metadata\":"
            + " {}}",
        // MLflow's ResponsesAgent, LlamaIndex, smolagents, ADK, Vercel
        "{\"request\": {\"input\": [{\"role\": \"user\", \"content\": \"Are you open?\"}]}}",
        "{\"str_or_query_bundle\": \"Are you open?\"}",
        "{\"query_bundle\": {\"query_str\": \"Are you open?\", \"custom_embedding_strs\": null}}",
        "[{\"role\": \"user\", \"blocks\": [{\"block_type\": \"text\", \"text\": \"Are you"
            + " open?\"}]}]",
        "{\"task\": \"Are you open?\", \"stream\": false, \"images\": null}",
        "{\"new_message\": {\"parts\": [{\"text\": \"Are you open?\"}], \"role\": \"user\"}}",
        "{\"system\": \"Be kind\", \"prompt\": \"Are you open?\"}",
        "{\"input\": [{\"role\": \"user\", \"content\": \"Are you open?\"}, {\"type\":"
            + " \"function_call\", \"call_id\": \"c\", \"name\": \"t\", \"arguments\": \"{}\"},"
            + " {\"type\": \"function_call_output\", \"call_id\": \"c\", \"output\": \"nine\"}]}",
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
        // streams: OpenAI's responses, Anthropic, Gemini, LangChain
        "[{\"type\": \"response.created\"}, {\"type\": \"response.output_text.delta\", \"delta\":"
            + " \"We open \"}, {\"type\": \"response.output_text.delta\", \"delta\": \"at"
            + " nine.\"}]",
        "[{\"type\": \"response.created\"}, {\"type\": \"response.completed\", \"response\":"
            + " {\"output\": [{\"type\": \"message\", \"role\": \"assistant\", \"content\":"
            + " [{\"type\": \"output_text\", \"text\": \"We open at nine.\"}]}]}}]",
        "[{\"type\": \"response.output_item.done\", \"item\": {\"type\": \"message\", \"role\":"
            + " \"assistant\", \"content\": [{\"type\": \"output_text\", \"text\": \"We open at"
            + " nine.\"}]}}]",
        "[{\"type\": \"message_start\"}, {\"type\": \"content_block_delta\", \"delta\": {\"type\":"
            + " \"text_delta\", \"text\": \"We open \"}}, {\"type\": \"content_block_delta\","
            + " \"delta\": {\"type\": \"text_delta\", \"text\": \"at nine.\"}}]",
        "[{\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"We open \"}]}}]},"
            + " {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"at nine.\"}]}}]}]",
        "[{\"type\": \"AIMessageChunk\", \"content\": \"We open \"}, {\"type\": \"AIMessageChunk\","
            + " \"content\": \"at nine.\"}]",
        // Gemini's thoughts are no answer
        "{\"content\": {\"parts\": [{\"text\": \"hm\", \"thought\": true}, {\"text\": \"We open at"
            + " nine.\"}], \"role\": \"model\"}, \"usage_metadata\": {}}",
        // LangGraph's last state; one node's update; Haystack; CrewAI
        "{\"messages\": [{\"type\": \"human\", \"content\": \"Open?\"}, {\"type\": \"ai\","
            + " \"content\": \"\", \"tool_calls\": [{}]}, {\"type\": \"tool\", \"content\":"
            + " \"nine\"}, {\"type\": \"ai\", \"content\": \"We open at nine.\"}],"
            + " \"remaining_steps\": 24}",
        "{\"agent\": {\"messages\": [{\"type\": \"ai\", \"content\": \"We open at nine.\"}]}}",
        "{\"replies\": [\"We open at nine.\"], \"meta\": [{}]}",
        "{\"raw\": \"We open at nine.\", \"tasks_output\": [], \"token_usage\": {}}",
        "{\"generations\": [[{\"text\": \"We open at nine.\", \"message\": {\"lc\": 1, \"kwargs\":"
            + " {}}}]], \"llm_output\": {}}",
        "{\"object\": \"response\", \"output\": [{\"type\": \"function_call\", \"name\": \"t\"},"
            + " {\"type\": \"message\", \"role\": \"assistant\", \"content\": [{\"type\":"
            + " \"output_text\", \"text\": \"We open at nine.\"}]}]}",
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
