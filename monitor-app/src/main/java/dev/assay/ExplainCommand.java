package dev.assay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.explain.CapturedExports;
import dev.assay.explain.CapturedExports.UnreadableExportException;
import dev.assay.explain.ExplanationJson;
import dev.assay.explain.ExplanationText;
import dev.assay.explain.StoredTraceText;
import dev.assay.lookup.LookupUnavailableException;
import dev.assay.lookup.SpanScan;
import dev.assay.model.EpochNanos;
import dev.assay.terminal.Columns;
import dev.assay.wire.Explanation;
import dev.assay.wire.Json;
import dev.assay.wire.Topics;
import dev.assay.wire.TraceExplainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "explain",
    header = "Says where each field of a trace comes from, and why others are empty.",
    description = {
      "For every field of a trace and of its spans: its value, the telemetry convention that"
          + " supplied it, and the span and attribute, event or resource attribute it came from."
          + " For every empty one: what was looked for, what is there and cannot be used, and what"
          + " has a similar name. Attributes that no convention reads are listed.",
      "",
      "FILE is an OTLP export: protobuf or JSON, also one a line, also in gzip. Several are taken"
          + " in order of arrival; a folder stands for its files by name, - for standard input."
          + " Nothing needs to run.",
      "",
      "TRACE is a trace id, 32 hexadecimal digits, of a running instance. Its spans are read back"
          + " from assay.spans, where they wait as they came, before any redaction; nothing else"
          + " knows the sources. Where retention has taken them, the stored trace is shown as it"
          + " is, without sources.",
      "",
      "With --json: {\"traces\": [{trace_id, sources: true, span_count, left_out, conventions,"
          + " fields: [FIELD], spans: [{span_id, name, type, scope, depth, fields: [FIELD],"
          + " kept_attributes, no_convention_knows_it_by?}]}]}, where FIELD is {field, value?,"
          + " how?, sources?: [PLACE with convention], looked_for?: {convention: [name]},"
          + " unusable?: [PLACE], similar_names?: [PLACE]} and PLACE is {span_id, span_name, kind,"
          + " name, text?}. Texts end after 2,000 characters. A trace without sources is {trace_id,"
          + " sources: false, why, trace}, the trace as the API gives it."
    },
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:explained, or shown without sources",
      "1:no such trace, or what knows it cannot be reached",
      "2:the command line or the configuration is wrong, or a file is no OTLP export"
    },
    footer = {
      "",
      "Examples:",
      "  assay explain request.otlp",
      "  assay explain captures/ --trace 5b8aa5a2d2c872e8321cf37308d69df2",
      "  curl -s http://collector/export.json.gz | assay explain -",
      "  assay explain 5b8aa5a2d2c872e8321cf37308d69df2",
      "  assay explain 5b8aa5a2d2c872e8321cf37308d69df2 --json --bootstrap-servers kafka:9092"
    })
final class ExplainCommand implements Callable<Integer> {
  private static final String INPUTS =
      "files, folders or - for standard input; or the id of one trace, 32 hexadecimal digits";

  /** Control and format characters that JSON does not escape by itself. */
  private static final Pattern POWERFUL =
      Pattern.compile("[\\x7f-\\x9f\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]");

  /** Around a trace, for clocks that disagree and spans that come late. */
  private static final Duration MARGIN = Duration.ofMinutes(15);

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "FILE|TRACE",
      arity = "1..*",
      description = "What to explain: files, folders, -; or one trace id.")
  List<String> inputs;

  @Option(
      names = "--trace",
      paramLabel = "ID",
      description = "Of all traces in the files, this one.")
  @Nullable String only;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Settings, YAML: assembly.root and assembly.max-spans, as the instance has them, and how"
              + " to reach Kafka.")
  @Nullable Path config;

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://localhost:8080",
      description = "A running instance, for TRACE (default: ${DEFAULT-VALUE}).")
  URI url;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description =
          "The Kafka cluster, for TRACE (bootstrap.servers); default: the embedded broker's"
              + " address, 127.0.0.1 and broker.port.")
  @Nullable String bootstrapServers;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "60s",
      description = "For reading assay.spans, such as 30s or 5m (default: ${DEFAULT-VALUE}).")
  String timeout;

  @Option(
      names = "--all",
      description =
          "Say of every empty field of a span why it is, whatever the span's type, and leave out no"
              + " name that was looked for.")
  boolean all;

  @Option(
      names = "--spans",
      paramLabel = "N",
      defaultValue = "50",
      description = "Spans shown of a trace (default: ${DEFAULT-VALUE}); --json has all.")
  int maxSpans;

  @Option(
      names = "--width",
      paramLabel = "COLUMNS",
      description = "Of the text (default: $$COLUMNS, or 100).")
  @Nullable Integer width;

  @Option(names = "--json", description = "A JSON document, for programs.")
  boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets its fields
  ExplainCommand() {}

  @Override
  public Integer call() throws Exception {
    var limit = checked();
    var options = new LinkedHashMap<String, String>();
    if (bootstrapServers != null) {
      options.put(Settings.BOOTSTRAP_SERVERS.name(), bootstrapServers);
    }
    var settings = Settings.load(config, System.getenv(), options);
    var explainer =
        new TraceExplainer(settings.get(Settings.MAX_SPANS), settings.get(Settings.ROOT_SELECTOR));
    var id = traceId(inputs.getFirst());
    if (id != null && !Files.exists(Path.of(inputs.getFirst()))) {
      if (inputs.size() > 1 || only != null) {
        throw wrong("FILE|TRACE: one trace id stands alone, without files and without --trace");
      }
      return stored(id, explainer, settings, limit);
    }
    return captured(explainer);
  }

  /** What picocli cannot check; the time-out. */
  private Duration checked() {
    if (maxSpans < 1 || maxSpans > 10_000) {
      throw wrong("--spans: %d is not allowed; allowed: 1 to 10,000".formatted(maxSpans));
    }
    if (width != null && (width < 60 || width > 1_000)) {
      throw wrong("--width: %d is not allowed; allowed: 60 to 1,000".formatted(width));
    }
    if (only != null && traceId(only) == null) {
      throw wrong("--trace: '%s' is not allowed; allowed: 32 hexadecimal digits".formatted(only));
    }
    if (!List.of("http", "https").contains(String.valueOf(url.getScheme()))
        || url.getHost() == null) {
      throw wrong(
          "--url: '%s' is not allowed; allowed: an http:// or https:// address".formatted(url));
    }
    try {
      return Settings.duration(timeout);
    } catch (RuntimeException e) {
      throw wrong(
          "--timeout: '%s' is not allowed; allowed: such as 500ms, 30s, 5m".formatted(timeout));
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  private static @Nullable String traceId(String text) {
    return text.matches("[0-9a-fA-F]{32}") ? text.toLowerCase(Locale.ROOT) : null;
  }

  // Files

  private int captured(TraceExplainer explainer) throws IOException {
    var files = new ArrayList<Path>();
    for (var input : inputs) {
      if (!input.equals("-") && !Files.isReadable(Path.of(input))) {
        throw wrong(
            "FILE|TRACE: '%s' cannot be read, and is no trace id; allowed: %s"
                .formatted(input, INPUTS));
      }
      files.add(Path.of(input));
    }
    CapturedExports exports;
    try {
      exports = CapturedExports.read(files, System.in);
    } catch (UnreadableExportException e) {
      err().println("assay: " + inert(e.getMessage()));
      return 2;
    }
    exports.notes().forEach(note -> err().println(inert(note)));
    long now = EpochNanos.of(Instant.now());
    var wanted = only == null ? null : only.toLowerCase(Locale.ROOT);
    var explanations = new ArrayList<Explanation>();
    exports
        .messages()
        .forEach((id, messages) -> {
          if (wanted == null || wanted.equals(id)) {
            explainer.explain(id, messages, now).ifPresent(explanations::add);
          }
        });
    if (explanations.isEmpty()) {
      err()
          .println(
              wanted == null
                  ? "assay: no span in the files can be used"
                  : "assay: --trace: no trace %s in the files; there are %s"
                      .formatted(wanted, some(exports.messages().keySet())));
      return 1;
    }
    print(explanations);
    return 0;
  }

  private static String some(Iterable<String> ids) {
    var some = new ArrayList<String>();
    ids.forEach(some::add);
    return some.size() <= 5
        ? String.join(", ", some)
        : String.join(", ", some.subList(0, 5)) + " and %d more".formatted(some.size() - 5);
  }

  // A running instance

  private int stored(String id, TraceExplainer explainer, Settings settings, Duration limit)
      throws Settings.InvalidSettingsException, InterruptedException {
    var asked = ask(id);
    var trace = asked.trace();
    var monitor = MonitorConfig.of(settings, System.getenv());
    var given = monitor.bootstrapServers();
    var bootstrap = given == null ? "127.0.0.1:" + monitor.brokerPort() : given;
    String why;
    try {
      var topic = new Topics(monitor.partitions()).spans();
      var client = monitor.client(bootstrap);
      var found =
          SpanScan.scan(client, topic, id, since(trace), millis(trace, "closed", MARGIN), limit);
      if (found.messages().isEmpty() && trace != null && found.left() == 0) {
        // clocks may disagree by more than was thought
        found = SpanScan.scan(client, topic, id, null, null, limit);
      }
      if (!found.messages().isEmpty()) {
        if (found.left() > 0) {
          err()
              .println(
                  "not all was read in %s: %d records of assay.spans are left, so spans may be"
                          .formatted(timeout, found.left())
                      + " missing; --timeout takes longer");
        }
        var closed = millis(trace, "closed", Duration.ZERO);
        long nanos = closed == null ? EpochNanos.of(Instant.now()) : closed * 1_000_000;
        var explanation = explainer.explain(id, found.messages(), nanos);
        if (explanation.isPresent()) {
          print(List.of(explanation.get()));
          return 0;
        }
      }
      why =
          found.left() > 0
              ? "its spans were not found in %s, with %d records of assay.spans left; --timeout takes longer"
                  .formatted(timeout, found.left())
              : "partition %d of assay.spans has no span of it: retention has taken them, or it was published whole"
                  .formatted(found.partition());
    } catch (LookupUnavailableException e) {
      why = "%s (at %s; --bootstrap-servers names another)".formatted(e.getMessage(), bootstrap);
    }
    if (trace == null) {
      err().println("assay: trace %s: %s; and %s".formatted(id, inert(why), inert(asked.why())));
      return 1;
    }
    print(id, trace, why);
    return 0;
  }

  /** The trace as the API has it; null, and why, where it has not. */
  private record Asked(@Nullable JsonNode trace, String why) {}

  private Asked ask(String id) throws InterruptedException {
    var base = url.toString();
    var address =
        URI.create(
            (base.endsWith("/") ? base.substring(0, base.length() - 1) : base)
                + "/api/v1/traces/"
                + id);
    try (var client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build()) {
      var request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build();
      var response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() == 200) {
        return new Asked(Json.mapper().readTree(response.body()), "");
      }
      var detail =
          Json.parse(response.body()).map(problem -> problem.path("detail").asText("")).orElse("");
      return new Asked(
          null, "%s answers %d %s".formatted(url, response.statusCode(), detail).strip());
    } catch (IOException e) {
      return new Asked(
          null,
          "%s does not answer: %s (--url names another)"
              .formatted(url, e.getMessage() == null ? e : e.getMessage()));
    }
  }

  /** Before the first of its spans arrived, by the application's clock and by Assay's. */
  private static @Nullable Long since(@Nullable JsonNode trace) {
    var started = millis(trace, "start", MARGIN.negated());
    var closed = millis(trace, "closed", MARGIN.negated());
    return started == null || closed == null ? null : Long.valueOf(Math.min(started, closed));
  }

  private static @Nullable Long millis(@Nullable JsonNode trace, String field, Duration plus) {
    var text = trace == null ? null : trace.path(field).textValue();
    try {
      return text == null ? null : Long.valueOf(Instant.parse(text).plus(plus).toEpochMilli());
    } catch (DateTimeParseException | ArithmeticException e) {
      return null;
    }
  }

  // What is said of it

  private void print(List<Explanation> explanations) {
    if (json) {
      document(explanations.stream().map(ExplanationJson::of).toList());
    } else {
      for (int i = 0; i < explanations.size(); i++) {
        out().print(i == 0 ? "" : "\n\n");
        ExplanationText.render(explanations.get(i), columns(), maxSpans, all)
            .forEach(line -> out().print(line + "\n"));
      }
    }
    out().flush();
  }

  private void print(String id, JsonNode trace, String why) {
    if (json) {
      var stored = new LinkedHashMap<String, Object>();
      stored.put("trace_id", id);
      stored.put("sources", false);
      stored.put("why", why);
      stored.put("trace", trace);
      document(List.of(stored));
    } else {
      err().println("Only what was stored can be shown, without sources: " + inert(why));
      StoredTraceText.render(trace, columns(), maxSpans).forEach(line -> out().print(line + "\n"));
    }
    out().flush();
  }

  private void document(List<?> traces) {
    // a document may be looked at on a terminal too
    var inert =
        POWERFUL
            .matcher(Json.write(Map.of("traces", traces)))
            .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
    out().println(inert);
  }

  private int columns() {
    if (width != null) {
      return width;
    }
    var columns = System.getenv().getOrDefault("COLUMNS", "");
    return columns.matches("[1-9]\\d{1,2}") ? Integer.parseInt(columns) : 100;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  private static String inert(@Nullable String text) {
    return Columns.inert(String.valueOf(text));
  }
}
