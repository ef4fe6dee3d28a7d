package dev.assay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.assay.ExplainCommandTest.Outcome;
import dev.assay.wire.Json;
import dev.assay.wire.TestOtlp;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code assay explain TRACE} against a whole instance. */
class ExplainIT {
  private static final String SCORERS =
      """
      scorers:
        - {name: answered, kind: not_empty}
      """;

  @Test
  void aTraceOfARunningInstanceIsExplainedFromItsSpansAndWithoutThemShownAsItIsStored(
      @TempDir Path data) throws Exception {
    try (var monitor =
        TestMonitor.start(data, SCORERS, URI.create("http://127.0.0.1:9"), Map.of()).ready()) {
      // neighbours in the same partitions, and the trace in two messages
      for (int i = 1; i <= 50; i++) {
        monitor.write(
            "assay.spans",
            "%032x".formatted(i).getBytes(java.nio.charset.StandardCharsets.UTF_8),
            new byte[] {1});
      }
      export(
          monitor,
          TestOtlp.message(
              TestOtlp.span(2, 1, "chat")
                  .with("gen_ai.operation.name", "chat")
                  .with("gen_ai.prompt", "Which colour?")
                  .with("gen_ai.completion", "Blue.")));
      export(monitor, TestOtlp.message(TestOtlp.span(1, 0, "POST /ask").with("session.id", "s-1")));
      await()
          .atMost(TestMonitor.PATIENCE)
          .ignoreExceptions()
          .until(() -> monitor.api("/api/v1/traces/" + TestOtlp.TRACE).has("trace_id"));

      var explained = explain(monitor, TestOtlp.TRACE);

      assertThat(explained.err()).isEmpty();
      assertThat(explained.exitCode()).isZero();
      assertThat(explained.out())
          .containsPattern("question +Which colour\\?")
          .contains("← OpenTelemetry GenAI: gen_ai.prompt of \"chat\" 0000000000000002")
          .contains("← OpenTelemetry: session.id of \"POST /ask\" 0000000000000001");

      // an instance that is away is not needed
      var alone =
          ExplainCommandTest.run(
              TestOtlp.TRACE,
              "--bootstrap-servers",
              monitor.bootstrapServers(),
              "--url",
              "http://127.0.0.1:9");
      assertThat(alone.exitCode()).isZero();
      assertThat(alone.out()).isEqualTo(explained.out());

      var unknown = explain(monitor, "0123456789abcdef0123456789abcdef");
      assertThat(unknown.exitCode()).isEqualTo(1);
      assertThat(unknown.err()).contains("has no span of it", "404", "no trace");

      forgetSpans(monitor);
      var stored = explain(monitor, TestOtlp.TRACE);
      assertThat(stored.exitCode()).isZero();
      assertThat(stored.err())
          .contains("Only what was stored can be shown, without sources", "retention");
      assertThat(stored.out())
          .contains("as it is stored")
          .containsPattern("question +Which colour\\?")
          .containsPattern("session id +s-1")
          .doesNotContain("←");
      var json = Json.parse(explain(monitor, TestOtlp.TRACE, "--json").out()).orElseThrow();
      var trace = json.get("traces").get(0);
      assertThat(trace.get("sources").booleanValue()).isFalse();
      assertThat(trace.get("trace").get("answer").textValue()).isEqualTo("Blue.");
    }
  }

  private static Outcome explain(TestMonitor monitor, String... more) {
    var arguments = new String[more.length + 4];
    System.arraycopy(more, 0, arguments, 0, more.length);
    arguments[more.length] = "--url";
    arguments[more.length + 1] = "http://127.0.0.1:" + monitor.httpPort() + "/";
    arguments[more.length + 2] = "--bootstrap-servers";
    arguments[more.length + 3] = monitor.bootstrapServers();
    return ExplainCommandTest.run(arguments);
  }

  private static void export(TestMonitor monitor, byte[] request) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var response =
          client.send(
              HttpRequest.newBuilder(monitor.otlp().resolve("/v1/traces"))
                  .header("content-type", "application/x-protobuf")
                  .POST(BodyPublishers.ofByteArray(request))
                  .build(),
              BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
    }
  }

  /** As retention does. */
  private static void forgetSpans(TestMonitor monitor) throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", monitor.bootstrapServers()))) {
      var all = new HashMap<TopicPartition, RecordsToDelete>();
      for (int partition = 0; partition < 4; partition++) {
        all.put(new TopicPartition("assay.spans", partition), RecordsToDelete.beforeOffset(-1));
      }
      admin.deleteRecords(all).all().get();
    }
  }
}
