package dev.assay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.terminal.Columns;
import dev.assay.wire.Json;
import dev.assay.wire.TestOtlp;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code assay explain} with files. With a running instance: {@link ExplainIT}. */
class ExplainCommandTest {
  private static final Path CAPTURES = Path.of("src/test/resources/captures");
  private static final String LINE = "\\R";

  record Outcome(int exitCode, String out, String err) {}

  @TempDir Path folder;

  @Test
  void aCapturedFolderIsExplainedWithoutAnythingRunning() {
    var shown = run(CAPTURES.resolve("openinference/openai/agent").toString(), "--width", "120");

    assertThat(shown.exitCode()).isZero();
    assertThat(shown.err()).contains("skipped", "expected.json");
    assertThat(shown.out())
        .contains("Read as OpenInference (4 spans) · OpenTelemetry (4 spans)")
        .containsPattern("session +session-1 +")
        .contains("← OpenTelemetry: session.id of \"assistant\"")
        .contains("← OpenInference: metadata of \"assistant\"")
        .containsPattern("cost +\\(empty\\)")
        .contains("looked for OpenInference: llm.cost.total")
        .contains("llm.input_messages.* (4)")
        .contains("kept as they are: llm.system, llm.finish_reason");
    assertThat(shown.out().split(LINE)).allMatch(line -> Columns.of(line) <= 120);
  }

  @Test
  void theSameAsAJsonDocument() throws Exception {
    var shown = run("--json", CAPTURES.resolve("langfuse/openai/rag").toString());

    assertThat(shown.exitCode()).isZero();
    var trace = Json.mapper().readTree(shown.out()).get("traces").get(0);
    assertThat(trace.get("sources").booleanValue()).isTrue();
    assertThat(trace.get("conventions").get("Langfuse").intValue()).isEqualTo(4);
    var question = field(trace.get("fields"), "question");
    assertThat(question.get("value").textValue())
        .isEqualTo("How long is the warranty of the kettle?");
    var source = question.get("sources").get(0);
    assertThat(source.get("convention").textValue()).isEqualTo("Langfuse");
    assertThat(source.get("kind").textValue()).isEqualTo("attribute");
    assertThat(source.get("name").textValue()).isEqualTo("langfuse.observation.input");
    assertThat(source.get("span_name").textValue()).isEqualTo("assistant");
    var cost = field(trace.get("fields"), "cost");
    assertThat(cost.has("value")).isFalse();
    assertThat(cost.get("looked_for").get("Langfuse").get(0).textValue())
        .isEqualTo("langfuse.observation.cost_details");
    assertThat(trace.get("spans")).hasSize(4);
  }

  @Test
  void gzipJsonLinesAndProtobufAreToldApartByTheirContent() throws Exception {
    var json = Files.readString(CAPTURES.resolve("langfuse/openai-js/chat/0.json"));
    var line = Json.write(Json.parse(json).orElseThrow());
    var lines = Files.writeString(folder.resolve("lines"), line + "\n" + line + "\n");
    var zipped = folder.resolve("zipped");
    try (var out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      out.write(line.getBytes(StandardCharsets.UTF_8));
    }
    var plain = run(CAPTURES.resolve("langfuse/openai-js/chat/0.json").toString());

    assertThat(plain.exitCode()).isZero();
    assertThat(run(zipped.toString()).out()).isEqualTo(plain.out());
    // the second line repeats the first: the same spans, which came more than once
    assertThat(run(lines.toString()).out())
        .containsPattern("left out: \\d+ spans? came more than once");
  }

  @Test
  void protobufThatBeginsLikeJsonIsNotTakenForIt() throws Exception {
    // the tag of the first field is a line break, and a length of 123 a brace
    var request = new byte[0];
    for (int padding = 0; request.length == 0 || request[1] != '{'; padding++) {
      assertThat(padding).isLessThan(123);
      var export =
          TracesData.parseFrom(TestOtlp.message(TestOtlp.span(1, 0, "n" + "a".repeat(padding))))
              .toBuilder();
      export.getResourceSpansBuilder(0).clearResource();
      request = export.build().toByteArray();
    }
    var protobuf = run(Files.write(folder.resolve("export"), request).toString());
    assertThat(protobuf.exitCode()).as(protobuf.err()).isZero();
    assertThat(protobuf.out()).contains("Trace " + TestOtlp.TRACE);

    var json = "\n  " + Files.readString(CAPTURES.resolve("langfuse/openai-js/chat/0.json"));
    assertThat(run(Files.writeString(folder.resolve("json"), json).toString()).exitCode()).isZero();
  }

  @Test
  void whatLogRecordsTellIsReadFromTheirExports() {
    var shown =
        run(CAPTURES.resolve("opentelemetry/openai-v2-default/agent").toString(), "--width", "160");

    assertThat(shown.exitCode()).isZero();
    assertThat(shown.err()).doesNotContain("logs.otlp");
    assertThat(shown.out())
        .containsPattern("question +How is the weather in Paris\\?")
        .contains("event gen_ai.user.message");
  }

  @Test
  void oneTraceOfSeveralCanBePicked() throws Exception {
    var file = Files.write(folder.resolve("export.otlp"), hostile());

    assertThat(
            run(file.toString(), "--trace", TestOtlp.TRACE.toUpperCase(java.util.Locale.ROOT))
                .out())
        .contains("Trace " + TestOtlp.TRACE);
    var other = run(file.toString(), "--trace", "00000000000000000000000000000001");
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err()).contains("--trace", TestOtlp.TRACE);
  }

  @Test
  void theConfiguredRootIsTheAssemblers() throws Exception {
    var file =
        Files.write(
            folder.resolve("export.otlp"),
            TestOtlp.message(
                TestOtlp.span(1, 0, "outer").with("input.value", "a?"),
                TestOtlp.span(2, 1, "inner").with("input.value", "b?")));
    var config = Files.writeString(folder.resolve("assay.yaml"), "assembly.root: name=inner\n");

    assertThat(run(file.toString()).out()).containsPattern("question +a\\?");
    assertThat(run(file.toString(), "--config", config.toString(), "--width", "200").out())
        .containsPattern("question +b\\?")
        .contains("the span that assembly.root names");
  }

  @Test
  void whatStrangersWriteHasNoPowerOverTheTerminal() throws Exception {
    var file = Files.write(folder.resolve("export.otlp"), hostile());

    for (var arguments : new String[][] {{file.toString()}, {file.toString(), "--all"}}) {
      var shown = run(arguments);
      assertThat(shown.exitCode()).isZero();
      assertThat(shown.out().chars())
          .allMatch(c -> c == '\n' || (c >= ' ' && c != 0x7f && c != 0x9b && c != 0x202e));
      assertThat(shown.out().split(LINE))
          .hasSizeLessThan(5_000)
          .allMatch(line -> Columns.of(line) <= 100);
    }
    assertThat(run(file.toString(), "--json").out())
        .doesNotContain("\u001b", "\u009b", "\u202e")
        .hasSizeLessThan(4_000_000);
  }

  @Test
  void mistakesNameTheArgumentAndWhatIsAllowed() throws IOException {
    var text = Files.writeString(folder.resolve("notes.txt"), "no export at all\n");

    assertRefused(run("no/such/file"), "FILE|TRACE: 'no/such/file'", "32 hexadecimal digits");
    assertRefused(run(text.toString()), "notes.txt", "allowed: an OTLP trace export");
    assertRefused(run(text.toString(), "--trace", "12"), "--trace: '12'", "32 hexadecimal digits");
    assertRefused(run(text.toString(), "--spans", "0"), "--spans: 0", "1 to 10,000");
    assertRefused(run(text.toString(), "--timeout", "soon"), "--timeout: 'soon'", "30s");
    assertRefused(run(TestOtlp.TRACE, "--url", "ftp://x"), "--url: 'ftp://x'", "http://");
    assertRefused(run(TestOtlp.TRACE, text.toString()), "one trace id stands alone");
    assertRefused(run(), "FILE|TRACE");
  }

  @Test
  void whoCannotBeReachedIsNamedWithTheOptionThatNamesAnother() {
    var shown =
        run(
            TestOtlp.TRACE,
            "--url",
            "http://127.0.0.1:9",
            "--bootstrap-servers",
            "127.0.0.1:9",
            "--timeout",
            "1s");

    assertThat(shown.exitCode()).isEqualTo(1);
    assertThat(shown.out()).isEmpty();
    assertThat(shown.err())
        .contains(
            TestOtlp.TRACE, "127.0.0.1:9; --bootstrap-servers", "http://127.0.0.1:9", "--url");
  }

  private static void assertRefused(Outcome outcome, String... words) {
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(2);
    assertThat(outcome.err()).contains(words);
    assertThat(outcome.out()).isEmpty();
  }

  /** Escapes, overrides of direction and much of everything, wherever a stranger may write. */
  private static byte[] hostile() {
    var evil = "\u001b[2J\u001b]0;owned\u0007 \u202E\u009b1m\r\n";
    var spans = new TestOtlp.SpanSpec[80];
    for (int i = 0; i < spans.length; i++) {
      spans[i] =
          TestOtlp.span(i + 1, i, evil.repeat(30) + i)
              .with("input.value", evil.repeat(500))
              .with("openinference.span.kind", evil)
              .with("session.id", evil + i)
              .with("session_id" + evil, evil)
              .with("metadata", "{\"" + evil.replace("\u001b", "\\u001b").strip() + "\": \"x\"}")
              .with("tag.tags", java.util.List.of(evil, "a".repeat(5_000)))
              .with("attribute" + evil + i, evil);
    }
    return TestOtlp.message(spans);
  }

  private static JsonNode field(JsonNode fields, String name) {
    for (var field : fields) {
      if (field.get("field").textValue().equals(name)) {
        return field;
      }
    }
    throw new AssertionError("no field " + name);
  }

  static Outcome run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    var all = new String[arguments.length + 1];
    all[0] = "explain";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    int exitCode = commandLine.execute(all);
    return new Outcome(exitCode, out.toString(), err.toString());
  }
}
