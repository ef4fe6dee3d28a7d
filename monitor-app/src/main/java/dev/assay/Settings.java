package dev.assay;

import dev.assay.judging.ModelConfig;
import dev.assay.redaction.PiiType;
import dev.assay.wire.RootSelector;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What can be set: one YAML file, and over it environment variables ({@code http.port} is {@code
 * ASSAY_HTTP_PORT}), and over those the command line. Whatever is unknown or invalid is refused,
 * all mistakes at once, each with its key, its value and what is allowed.
 */
final class Settings {
  /** A setting: the reference in the README is generated from these. */
  record Key<T>(
      String name, String allowed, String byDefault, Function<String, T> parse, String meaning) {}

  /** Mistakes in the configuration, a line each. */
  static final class InvalidSettingsException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidSettingsException(List<String> problems) {
      super(String.join("\n", problems));
    }
  }

  private static final String UP_TO_A_DAY = "such as 500ms, 2s, 10m, 1h; at most 1d";

  private static final List<Key<?>> KEYS = new ArrayList<>();

  static final Key<String> BOOTSTRAP_SERVERS =
      text(
          "bootstrap.servers",
          "host:port, several by comma",
          "",
          "The Kafka cluster. Empty: a broker in this process, with its data below data.dir.");
  static final Key<String> SCHEMA_REGISTRY =
      key(
          "schema.registry.url",
          "http:// or https:// address",
          "",
          Settings::httpAddress,
          "A registry with Confluent's API (Apicurio: …/apis/ccompat/v7). Records then carry its"
              + " ids; either form is read.");
  static final Key<String> SCHEMA_REGISTRY_USER_ENV =
      text(
          "schema.registry.user-info-env",
          "name of an environment variable",
          "SCHEMA_REGISTRY_USER_INFO",
          "Where `user:password` for the registry is, or an API key's `key:secret`; not set:"
              + " none.");
  static final Key<Path> DATA_DIR =
      key(
          "data.dir",
          "a folder",
          "data",
          Path::of,
          "State stores, and the embedded broker's data. Survives restarts.");
  static final Key<List<String>> ROLES =
      key(
          "roles",
          "some of " + String.join(", ", MonitorConfig.ROLES),
          String.join(",", MonitorConfig.ROLES),
          Settings::roles,
          "What this instance does.");
  static final Key<Integer> BROKER_PORT =
      integer(
          "broker.port", 0, 65_535, 9092, "Port of the embedded broker, on loopback; 0: any free.");
  static final Key<String> HTTP_HOST =
      text("http.host", "an address to listen on", "127.0.0.1", "0.0.0.0 in a container.");
  static final Key<Integer> HTTP_PORT =
      integer("http.port", 0, 65_535, 8080, "Pages, API, metrics and health; 0: any free.");
  static final Key<Integer> OTLP_PORT =
      integer("otlp.port", 0, 65_535, 4318, "OTLP over HTTP; 0: any free.");
  static final Key<Integer> OTLP_GRPC_PORT =
      integer("otlp.grpc-port", 0, 65_535, 4317, "OTLP over gRPC; 0: any free.");
  static final Key<Long> INGEST_MAX_BODY =
      bytes(
          "ingest.max-body-bytes",
          1_024,
          512L << 20,
          64L << 20,
          "Largest export request, as sent and again after decompression; over it: 413.");
  static final Key<Long> INGEST_MAX_IN_FLIGHT =
      bytes(
          "ingest.max-in-flight-bytes",
          1L << 20,
          8L << 30,
          256L << 20,
          "Request bytes held at one time, decompressed; over it: 503 with Retry-After.");
  static final Key<Integer> PARTITIONS =
      integer(
          "topics.partitions", 1, 1_000, 4, "Of the topics with traffic, when Assay makes them.");
  static final Key<Duration> ROOT_GRACE =
      upToADay("assembly.root-grace", "2s", "A trace closes this long after its root ended.");
  static final Key<Duration> IDLE =
      upToADay("assembly.idle", "10s", "A trace without a root closes when no span came so long.");
  static final Key<Duration> MAX_AGE =
      upToADay("assembly.max-age", "60s", "A trace closes at this age, whatever is open.");
  static final Key<Duration> REOPEN_WINDOW =
      upToADay(
          "assembly.reopen-window",
          "10m",
          "A late span that matters makes a new revision of its trace so long after the close.");
  static final Key<Long> KEPT_BYTES =
      bytes(
          "assembly.kept-bytes",
          0,
          64L << 30,
          256L << 20,
          "Spans of closed traces kept on disk a partition, for late spans to join; oldest go"
              + " first.");
  static final Key<Integer> MAX_SPANS =
      integer("assembly.max-spans", 1, 10_000, 10_000, "A trace closes with so many spans.");
  static final Key<Long> MAX_TRACE_BYTES =
      bytes("assembly.max-bytes", 1_024, 7L << 20, 5L << 20, "A trace closes with so many bytes.");
  static final Key<RootSelector> ROOT_SELECTOR =
      key(
          "assembly.root",
          RootSelector.ALLOWED,
          "",
          text -> text.isEmpty() ? RootSelector.NONE : RootSelector.parse(text),
          "The span whose inputs and outputs are the trace's; the topmost of several. Empty: found"
              + " by what the spans say.");

  /** What is put where something was taken out. */
  enum RedactionAction {
    REPLACE,
    MASK,
    HMAC
  }

  static final Key<List<PiiType>> REDACTION_TYPES =
      key(
          "redaction.types",
          "some of email, phone, card, iban, ssn, secret, random, by comma; all; empty",
          "",
          Settings::piiTypes,
          "Personal data and secrets taken out of traces before they are stored or sent to a"
              + " model.");
  static final Key<RedactionAction> REDACTION_ACTION =
      key(
          "redaction.action",
          "replace, mask, hmac",
          "replace",
          text -> RedactionAction.valueOf(text.toUpperCase(Locale.ROOT)),
          "What is put there: `[redacted:email]`; `*` for each letter and digit;"
              + " `[redacted:email:…]` with a digest by which equal values can be told.");
  static final Key<String> REDACTION_KEY_ENV =
      text(
          "redaction.hmac-key-env",
          "name of an environment variable",
          "REDACTION_HMAC_KEY",
          "Where the key of `hmac` is, at least 16 bytes.");
  static final Key<Duration> SESSION_IDLE =
      upToADay("sessions.idle", "5m", "A session closes when no trace of it came so long.");
  static final Key<Duration> SESSION_MAX_AGE =
      upToADay("sessions.max-age", "1d", "A session closes at this age, whatever is still said.");
  static final Key<Duration> SESSION_REOPEN_WINDOW =
      upToADay(
          "sessions.reopen-window",
          "1d",
          "A later trace makes a new revision of its session so long after the close.");
  static final Key<Integer> SESSION_MAX_TURNS =
      integer(
          "sessions.max-turns", 1, 10_000, 500, "Traces a session holds; the earliest go first.");
  static final Key<Long> SESSION_MAX_BYTES =
      bytes(
          "sessions.max-bytes",
          64L << 10,
          7L << 20,
          1L << 20,
          "Bytes of questions and answers a session holds; the earliest go first.");
  static final Key<Integer> STREAM_THREADS =
      integer("streams.threads", 1, 64, 1, "Stream threads of each topology.");
  static final Key<Long> ROCKSDB_BYTES =
      bytes(
          "streams.rocksdb-bytes",
          16L << 20,
          1L << 40,
          256L << 20,
          "Memory of all state stores together, besides the heap; what is more lies on disk.");
  static final Key<Path> SCORERS_FILE =
      key(
          "scorers.file",
          "a file",
          "",
          Path::of,
          "Scorer definitions. Empty: those on the topic assay.scorers are used as they are.");
  static final Key<Path> PLUGINS_DIR =
      key("plugins.dir", "a folder", "", Path::of, "Jars with scorers of your own.");
  static final Key<Integer> WORKER_SLOTS =
      integer("worker.slots", 1, 10_000, 64, "Worker-lane calls in flight at one time.");
  static final Key<Duration> WORKER_CALL_TIMEOUT =
      duration("worker.call-timeout", "60s", "A call that takes longer is given up and retried.");
  static final Key<Integer> WORKER_MAX_ATTEMPTS =
      integer("worker.max-attempts", 1, 100, 5, "Attempts at a request before it is dead.");
  static final Key<Duration> WORKER_EXPIRY =
      duration("worker.expiry", "1h", "A request older than this is not worth an answer.");
  static final Key<List<Duration>> WINDOWS =
      key(
          "quality.windows",
          "durations of whole minutes by comma, each at most 1d",
          "1m,5m,1h,1d",
          Settings::windows,
          "Windows of assay_quality_ratio.");
  static final Key<Integer> MAX_LABEL_VALUES =
      integer(
          "metrics.max-label-values",
          1,
          100_000,
          200,
          "Different values a metric label may take; the rest is __other__.");

  private static final String PRICE =
      "US dollars a million tokens, input/output, each ≥ 0, such as 0.15/0.60";

  /** Families of keys: {@code models.<provider>.base-url} and so on. */
  private static final List<Family> FAMILIES =
      List.of(
          new Family(
              "assembly.apps.<app>.<setting>",
              Pattern.compile(
                  "assembly\\.apps\\.\\S.{0,199}\\.(root-grace|idle|max-age|reopen-window)"),
              UP_TO_A_DAY,
              value -> upToADay(value),
              "root-grace, idle, max-age or reopen-window of one application (service.name of the"
                  + " trace's first span); the rest is as for all."),
          new Family(
              "models.<provider>.base-url",
              Pattern.compile("models\\.[a-z][a-z0-9_-]{0,31}\\.base-url"),
              "http:// or https:// address",
              "OpenAI-compatible endpoint of openai:/…, ollama:/… or a provider you name."),
          new Family(
              "models.<provider>.api-key-env",
              Pattern.compile("models\\.[a-z][a-z0-9_-]{0,31}\\.api-key-env"),
              "name of an environment variable",
              "Where the provider's key is; the key itself never stands in a file."),
          new Family(
              "models.<provider>.prices.<model>",
              Pattern.compile("models\\.[a-z][a-z0-9_-]{0,31}\\.prices\\.\\S{1,200}"),
              PRICE,
              ModelConfig.Price::parse,
              "What the model costs, for assay_judge_cost_usd_total and the assessments' cost."),
          new Family(
              "redaction.patterns.<name>",
              Pattern.compile("redaction\\.patterns\\.[a-z][a-z0-9_]{0,31}"),
              "a regular expression in RE2 syntax",
              "What else is taken out; the name stands in its mark."),
          new Family(
              "kafka.<setting>",
              Pattern.compile("kafka\\.[a-z0-9._-]+"),
              "any client setting",
              "Given to every Kafka client: security.protocol, sasl.mechanism …"));

  private record Family(
      String name, Pattern pattern, String allowed, Function<String, ?> parse, String meaning) {
    Family(String name, Pattern pattern, String allowed, String meaning) {
      this(name, pattern, allowed, value -> value, meaning);
    }
  }

  private final Map<String, String> values;

  private Settings(Map<String, String> values) {
    this.values = values;
  }

  static List<Key<?>> keys() {
    return List.copyOf(KEYS);
  }

  /** The reference for people: a Markdown table of every key. */
  static String reference() {
    var table = new StringBuilder("| key | default | allowed | meaning |\n|---|---|---|---|\n");
    for (var key : KEYS) {
      table.append(
          "| `%s` | %s | %s | %s |%n"
              .formatted(
                  key.name(),
                  key.byDefault().isEmpty() ? "" : "`" + key.byDefault() + "`",
                  key.allowed(),
                  key.meaning()));
    }
    for (var family : FAMILIES) {
      table.append(
          "| `%s` | | %s | %s |%n".formatted(family.name(), family.allowed(), family.meaning()));
    }
    return table.toString();
  }

  /**
   * Reads a configuration.
   *
   * @param file YAML, or null for none
   * @param environment variables beginning with {@code ASSAY_} count
   * @param commandLine by key; wins over both
   */
  static Settings load(
      @Nullable Path file, Map<String, String> environment, Map<String, String> commandLine)
      throws InvalidSettingsException {
    var problems = new ArrayList<String>();
    var fromFile = fromFile(file, problems);
    var fromEnvironment = fromEnvironment(environment, problems);
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .withSources(
                new PropertiesConfigSource(fromFile, "file", 100),
                new PropertiesConfigSource(fromEnvironment, "environment", 300),
                new PropertiesConfigSource(commandLine, "command line", 400))
            .build();
    var values = new TreeMap<String, String>();
    for (var name : config.getPropertyNames()) {
      // raw: a value is what it says, ${…} in it is not looked up
      var raw = config.getConfigValue(name).getRawValue();
      values.put(name, raw == null ? "" : raw.strip());
    }
    var known = KEYS.stream().collect(Collectors.toMap(Key::name, key -> key));
    values.forEach((name, value) -> {
      var key = known.get(name);
      if (key != null) {
        check(key.name(), key.parse(), key.allowed(), value, problems);
        return;
      }
      var family = FAMILIES.stream().filter(f -> f.pattern().matcher(name).matches()).findFirst();
      if (family.isPresent()) {
        check(name, family.get().parse(), family.get().allowed(), value, problems);
      } else {
        problems.add(
            "%s: unknown key (value '%s'); allowed: %s"
                .formatted(name, shown(value), nearest(name)));
      }
    });
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    return new Settings(values);
  }

  /** The value, or the default; {@link #load} has checked it. */
  <T> T get(Key<T> key) {
    return key.parse().apply(values.getOrDefault(key.name(), key.byDefault()));
  }

  /** Whether it stands in the file, the environment or the command line. */
  boolean isSet(Key<?> key) {
    return !values.getOrDefault(key.name(), "").isEmpty();
  }

  /** Values of a family by what stands between the prefix and the suffix. */
  Map<String, String> family(String prefix, String suffix) {
    var found = new LinkedHashMap<String, String>();
    values.forEach((name, value) -> {
      if (name.startsWith(prefix) && name.endsWith(suffix)) {
        found.put(name.substring(prefix.length(), name.length() - suffix.length()), value);
      }
    });
    return found;
  }

  private static Map<String, String> fromFile(@Nullable Path file, List<String> problems) {
    if (file == null) {
      return Map.of();
    }
    try {
      if (Files.size(file) > 1 << 20) {
        problems.add(file + ": larger than 1 MiB");
        return Map.of();
      }
      var properties =
          new YamlConfigSource(file.toString(), Files.readString(file)).getProperties();
      var plain = new TreeMap<String, String>();
      properties.forEach((name, value) -> {
        // a list is there whole, and once more by element; a key with a dot of its own is quoted
        if (!properties.containsKey(name.replaceFirst("\\[\\d+]$", "")) || !name.endsWith("]")) {
          plain.put(name.replace("\"", ""), value);
        }
      });
      return plain;
    } catch (IOException e) {
      problems.add(file + ": cannot be read: " + e);
    } catch (RuntimeException e) {
      problems.add(file + ": not valid YAML: " + e.getMessage());
    }
    return Map.of();
  }

  private static Map<String, String> fromEnvironment(
      Map<String, String> environment, List<String> problems) {
    var byVariable =
        KEYS.stream().collect(Collectors.toMap(key -> variable(key.name()), Key::name));
    var found = new TreeMap<String, String>();
    environment.forEach((variable, value) -> {
      if (!variable.startsWith("ASSAY_") || OWN_VARIABLES.contains(variable)) {
        return;
      }
      var key = byVariable.get(variable);
      if (key != null) {
        found.put(key, value);
      } else if (variable.startsWith("ASSAY_KAFKA_")) {
        found.put(
            "kafka." + lower(variable.substring("ASSAY_KAFKA_".length())).replace('_', '.'), value);
      } else if (variable.matches("ASSAY_MODELS_[A-Z0-9]+_(BASE_URL|API_KEY_ENV)")) {
        found.put(
            lower(variable.substring("ASSAY_".length()))
                .replaceFirst("^models_([a-z0-9]+)_", "models.$1.")
                .replace('_', '-'),
            value);
      } else {
        problems.add(
            "%s: unknown environment variable; variables are named after keys: %s"
                .formatted(variable, variable(KEYS.getFirst().name()) + " …"));
      }
    });
    return found;
  }

  // read by bin/assay and the log, not settings
  private static final java.util.Set<String> OWN_VARIABLES =
      java.util.Set.of("ASSAY_OPTS", "ASSAY_LOG_LEVEL", "ASSAY_HOME");

  private static String variable(String key) {
    return "ASSAY_" + key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static void check(
      String name, Function<String, ?> parse, String allowed, String value, List<String> problems) {
    try {
      var _ = parse.apply(value);
    } catch (RuntimeException e) {
      problems.add("%s: '%s' is not allowed; allowed: %s".formatted(name, shown(value), allowed));
    }
  }

  // keys that look like what was meant come first; with none alike, all are named
  private static String nearest(String name) {
    var prefix = name.contains(".") ? name.substring(0, name.indexOf('.') + 1) : name;
    var alike = KEYS.stream().map(Key::name).filter(key -> key.startsWith(prefix)).toList();
    return String.join(", ", alike.isEmpty() ? KEYS.stream().map(Key::name).toList() : alike);
  }

  private static String shown(String value) {
    var oneLine = value.replaceAll("\\p{Cntrl}", " ");
    return oneLine.length() > 80 ? oneLine.substring(0, 80) + "…" : oneLine;
  }

  private static <T> Key<T> key(
      String name, String allowed, String byDefault, Function<String, T> parse, String meaning) {
    var key = new Key<>(name, allowed, byDefault, parse, meaning);
    KEYS.add(key);
    return key;
  }

  private static Key<String> text(String name, String allowed, String byDefault, String meaning) {
    return key(name, allowed, byDefault, value -> value, meaning);
  }

  private static Key<Integer> integer(
      String name, int least, int most, int byDefault, String meaning) {
    return key(
        name,
        "%d to %d".formatted(least, most),
        Integer.toString(byDefault),
        value -> Math.toIntExact(within(Long.parseLong(value), least, most)),
        meaning);
  }

  private static Key<Long> bytes(
      String name, long least, long most, long byDefault, String meaning) {
    return key(
        name,
        "%d to %d".formatted(least, most),
        Long.toString(byDefault),
        value -> within(Long.parseLong(value), least, most),
        meaning);
  }

  private static Key<Duration> duration(String name, String byDefault, String meaning) {
    return key(name, "such as 500ms, 2s, 10m, 1h", byDefault, Settings::duration, meaning);
  }

  private static Key<Duration> upToADay(String name, String byDefault, String meaning) {
    return key(name, UP_TO_A_DAY, byDefault, Settings::upToADay, meaning);
  }

  /** A {@link #duration} of at most a day. */
  static Duration upToADay(String text) {
    var duration = duration(text);
    if (duration.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException();
    }
    return duration;
  }

  private static long within(long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException();
    }
    return value;
  }

  /** {@code 500ms}, {@code 2s}, {@code 10m}, {@code 1h}, {@code 1d}; more than nothing. */
  static Duration duration(String text) {
    var trimmed = text.strip();
    int digits = 0;
    while (digits < trimmed.length() && Character.isDigit(trimmed.charAt(digits))) {
      digits++;
    }
    long amount = within(Long.parseLong(trimmed.substring(0, digits)), 1, 1_000_000_000);
    return switch (trimmed.substring(digits)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      case "d" -> Duration.ofDays(amount);
      default -> throw new IllegalArgumentException("not a duration: " + text);
    };
  }

  private static List<PiiType> piiTypes(String text) {
    if (text.equals("all")) {
      return List.of(PiiType.values());
    }
    return text.isBlank()
        ? List.of()
        : Arrays.stream(text.split("\\s*,\\s*", -1))
            .map(name -> PiiType.valueOf(name.strip().toUpperCase(Locale.ROOT)))
            .toList();
  }

  private static String httpAddress(String text) {
    var uri = URI.create(text);
    if (!text.isEmpty()
        && (uri.getHost() == null || !List.of("http", "https").contains(uri.getScheme()))) {
      throw new IllegalArgumentException();
    }
    return text;
  }

  private static List<Duration> windows(String text) {
    var windows = new ArrayList<Duration>();
    for (var part : text.split(",", -1)) {
      var window = duration(part);
      if (window.toSeconds() % 60 != 0 || window.compareTo(Duration.ofDays(1)) > 0) {
        throw new IllegalArgumentException();
      }
      windows.add(window);
    }
    return List.copyOf(windows);
  }

  private static List<String> roles(String text) {
    var roles = List.of(text.split("\\s*,\\s*", -1));
    if (!MonitorConfig.ROLES.containsAll(roles)) {
      throw new IllegalArgumentException();
    }
    return roles;
  }
}
