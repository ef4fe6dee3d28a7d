package dev.assay;

import com.google.re2j.Pattern;
import dev.assay.assembly.AssemblyConfig;
import dev.assay.assembly.Completion;
import dev.assay.assembly.SessionConfig;
import dev.assay.judging.ApiKey;
import dev.assay.judging.ModelConfig;
import dev.assay.pipeline.BoundedRocksDb;
import dev.assay.quality.QualityConfig;
import dev.assay.redaction.Patterns;
import dev.assay.redaction.Redaction;
import dev.assay.wire.SchemaRegistry;
import dev.assay.worker.WorkerConfig;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an instance is started with.
 *
 * @param bootstrapServers absent: a broker in this process
 * @param schemaRegistry absent: records carry the fingerprint of their schema
 * @param schemaRegistryUser absent: it asks for none
 * @param scorersFile absent: the definitions on the topic are used as they are
 * @param pluginsDir absent: no plugins
 * @param kafka settings of every Kafka client
 */
record MonitorConfig(
    @Nullable String bootstrapServers,
    @Nullable URI schemaRegistry,
    SchemaRegistry.@Nullable User schemaRegistryUser,
    Path dataDir,
    Set<String> roles,
    int brokerPort,
    String httpHost,
    int httpPort,
    int otlpPort,
    int otlpGrpcPort,
    long ingestMaxBodyBytes,
    long ingestMaxInFlightBytes,
    int partitions,
    AssemblyConfig assembly,
    SessionConfig sessions,
    Redaction redaction,
    int streamThreads,
    long rocksDbBytes,
    @Nullable Path scorersFile,
    @Nullable Path pluginsDir,
    WorkerConfig worker,
    QualityConfig quality,
    int maxLabelValues,
    ModelConfig models,
    Map<String, String> kafka) {
  /** What an instance can do; {@code roles} names some. */
  static final List<String> ROLES = List.of("ingest", "traces", "workers", "quality", "api");

  MonitorConfig {
    roles = Set.copyOf(roles);
    kafka = Map.copyOf(kafka);
  }

  /**
   * Of checked settings.
   *
   * @param environment where the providers' keys are
   * @throws Settings.InvalidSettingsException if settings contradict each other
   */
  static MonitorConfig of(Settings settings, Map<String, String> environment)
      throws Settings.InvalidSettingsException {
    var problems = new ArrayList<String>();
    var models = models(settings, environment, problems);
    var redaction = redaction(settings, environment, problems);
    var completion =
        new Completion(
            settings.get(Settings.ROOT_GRACE),
            settings.get(Settings.IDLE),
            settings.get(Settings.MAX_AGE),
            settings.get(Settings.REOPEN_WINDOW));
    var apps = completions(settings, completion);
    if (!problems.isEmpty()) {
      throw new Settings.InvalidSettingsException(problems);
    }
    var bootstrap = settings.get(Settings.BOOTSTRAP_SERVERS);
    var windows = settings.get(Settings.WINDOWS);
    var worker = WorkerConfig.withSlots(settings.get(Settings.WORKER_SLOTS));
    return new MonitorConfig(
        bootstrap.isEmpty() ? null : bootstrap,
        settings.isSet(Settings.SCHEMA_REGISTRY)
            ? URI.create(settings.get(Settings.SCHEMA_REGISTRY))
            : null,
        Optional.ofNullable(environment.get(settings.get(Settings.SCHEMA_REGISTRY_USER_ENV)))
            .map(SchemaRegistry.User::of)
            .orElse(null),
        settings.get(Settings.DATA_DIR),
        Set.copyOf(settings.get(Settings.ROLES)),
        settings.get(Settings.BROKER_PORT),
        settings.get(Settings.HTTP_HOST),
        settings.get(Settings.HTTP_PORT),
        settings.get(Settings.OTLP_PORT),
        settings.get(Settings.OTLP_GRPC_PORT),
        settings.get(Settings.INGEST_MAX_BODY),
        settings.get(Settings.INGEST_MAX_IN_FLIGHT),
        settings.get(Settings.PARTITIONS),
        new AssemblyConfig(
            completion,
            settings.get(Settings.MAX_SPANS),
            Math.toIntExact(settings.get(Settings.MAX_TRACE_BYTES)),
            settings.get(Settings.KEPT_BYTES),
            apps,
            settings.get(Settings.ROOT_SELECTOR)),
        new SessionConfig(
            settings.get(Settings.SESSION_IDLE),
            settings.get(Settings.SESSION_MAX_AGE),
            settings.get(Settings.SESSION_REOPEN_WINDOW),
            settings.get(Settings.SESSION_MAX_TURNS),
            Math.toIntExact(settings.get(Settings.SESSION_MAX_BYTES))),
        redaction,
        settings.get(Settings.STREAM_THREADS),
        settings.get(Settings.ROCKSDB_BYTES),
        settings.isSet(Settings.SCORERS_FILE) ? settings.get(Settings.SCORERS_FILE) : null,
        settings.isSet(Settings.PLUGINS_DIR) ? settings.get(Settings.PLUGINS_DIR) : null,
        new WorkerConfig(
            worker.group(),
            worker.slots(),
            worker.consumers(),
            worker.batch(),
            settings.get(Settings.WORKER_CALL_TIMEOUT),
            settings.get(Settings.WORKER_MAX_ATTEMPTS),
            worker.firstRetry(),
            worker.longestRetry(),
            settings.get(Settings.WORKER_EXPIRY),
            worker.lock(),
            worker.maxRecordLocks(),
            worker.deliveryLimit(),
            worker.drain()),
        new QualityConfig(
            QualityConfig.DEFAULTS.flushInterval(),
            QualityConfig.DEFAULTS.windowRetention(),
            QualityConfig.DEFAULTS.idRetention(),
            windows),
        settings.get(Settings.MAX_LABEL_VALUES),
        models,
        settings.family("kafka.", ""));
  }

  private static Redaction redaction(
      Settings settings, Map<String, String> environment, List<String> problems) {
    var patterns = new HashMap<String, Pattern>();
    settings
        .family("redaction.patterns.", "")
        .forEach((name, expression) -> {
          try {
            patterns.put(name, Patterns.compile(expression));
          } catch (IllegalArgumentException e) {
            problems.add(
                "redaction.patterns.%s: '%s' is not allowed: %s"
                    .formatted(name, expression, e.getMessage()));
          }
        });
    var types = Set.copyOf(settings.get(Settings.REDACTION_TYPES));
    return switch (settings.get(Settings.REDACTION_ACTION)) {
      case REPLACE -> new Redaction(types, patterns, new Redaction.Action.Replace());
      case MASK -> new Redaction(types, patterns, new Redaction.Action.Mask());
      case HMAC -> {
        var variable = settings.get(Settings.REDACTION_KEY_ENV);
        var key = environment.getOrDefault(variable, "").getBytes(StandardCharsets.UTF_8);
        if (key.length < 16) {
          problems.add(
              "redaction.hmac-key-env: '%s' names a variable of %d bytes; allowed: one that holds a key of at least 16 bytes"
                  .formatted(variable, key.length));
          yield Redaction.NONE;
        }
        yield new Redaction(types, patterns, new Redaction.Action.Hmac(key));
      }
    };
  }

  /** What {@code assembly.apps} says; the rest of an application is as for all. */
  private static Map<String, Completion> completions(Settings settings, Completion forAll) {
    var grace = settings.family("assembly.apps.", ".root-grace");
    var idle = settings.family("assembly.apps.", ".idle");
    var maxAge = settings.family("assembly.apps.", ".max-age");
    var reopen = settings.family("assembly.apps.", ".reopen-window");
    var completions = new HashMap<String, Completion>();
    Stream.of(grace, idle, maxAge, reopen)
        .flatMap(family -> family.keySet().stream())
        .distinct()
        .forEach(app ->
            completions.put(
                app,
                new Completion(
                    given(grace, app, forAll.rootGrace()),
                    given(idle, app, forAll.idle()),
                    given(maxAge, app, forAll.maxAge()),
                    given(reopen, app, forAll.reopenWindow()))));
    return completions;
  }

  private static Duration given(Map<String, String> family, String app, Duration forAll) {
    var text = family.get(app);
    return text == null ? forAll : Settings.upToADay(text);
  }

  private static ModelConfig models(
      Settings settings, Map<String, String> environment, List<String> problems) {
    var models = ModelConfig.standard(ApiKey.of(environment.getOrDefault("OPENAI_API_KEY", "")));
    var urls = settings.family("models.", ".base-url");
    var keys = settings.family("models.", ".api-key-env");
    var names = new java.util.TreeSet<>(urls.keySet());
    names.addAll(keys.keySet());
    for (var name : names) {
      var known = models.providers().get(name);
      var url = urls.get(name);
      if (known == null && url == null) {
        problems.add(
            "models.%s.base-url: must be given for a provider of your own".formatted(name));
        continue;
      }
      try {
        var provider =
            url == null
                ? java.util.Objects.requireNonNull(known)
                : known == null
                    ? ModelConfig.Provider.at(URI.create(url))
                    : ModelConfig.Provider.at(URI.create(url))
                        .withKey(known.keyName(), known.key());
        var variable = keys.get(name);
        models =
            models.with(
                name,
                variable == null
                    ? provider
                    : provider.withKey(
                        variable, ApiKey.of(environment.getOrDefault(variable, ""))));
      } catch (IllegalArgumentException e) {
        problems.add(
            "models.%s.base-url: '%s' is not allowed; %s".formatted(name, url, e.getMessage()));
      }
    }
    return priced(models, settings, problems);
  }

  private static ModelConfig priced(ModelConfig models, Settings settings, List<String> problems) {
    var priced = models;
    for (var setting : settings.family("models.", "").entrySet()) {
      var names = setting.getKey().split("\\.prices\\.", 2);
      if (names.length < 2) {
        continue;
      }
      if (!models.providers().containsKey(names[0])) {
        problems.add(
            "models.%s: no such provider; allowed: %s, or one with a base-url"
                .formatted(
                    setting.getKey(),
                    String.join(", ", new java.util.TreeSet<>(models.providers().keySet()))));
        continue;
      }
      priced =
          priced.withPrice(names[0] + ":/" + names[1], ModelConfig.Price.parse(setting.getValue()));
    }
    return priced;
  }

  boolean has(String role) {
    return roles.contains(role);
  }

  /** The same instance with these providers of models. */
  MonitorConfig withModels(ModelConfig newModels) {
    return new MonitorConfig(
        bootstrapServers,
        schemaRegistry,
        schemaRegistryUser,
        dataDir,
        roles,
        brokerPort,
        httpHost,
        httpPort,
        otlpPort,
        otlpGrpcPort,
        ingestMaxBodyBytes,
        ingestMaxInFlightBytes,
        partitions,
        assembly,
        sessions,
        redaction,
        streamThreads,
        rocksDbBytes,
        scorersFile,
        pluginsDir,
        worker,
        quality,
        maxLabelValues,
        newModels,
        kafka);
  }

  /** How long records of the topics with traffic are kept, when Assay makes them. */
  static final Duration RETENTION = Duration.ofDays(7);

  /** Settings of a producer of Assay's topics. */
  Map<String, Object> producer(String bootstrap) {
    var settings =
        new HashMap<String, Object>(dev.assay.wire.TopicSetup.producerDefaults(bootstrap));
    settings.putAll(kafka);
    return settings;
  }

  /** Settings of a Kafka Streams topology, over its own. */
  Map<String, String> streams() {
    var settings = new HashMap<String, String>(kafka);
    settings.put(BoundedRocksDb.BYTES, Long.toString(rocksDbBytes));
    return settings;
  }

  /** Settings of a plain Kafka client. */
  Map<String, Object> client(String bootstrap) {
    var client = new HashMap<String, Object>(kafka);
    client.put("bootstrap.servers", bootstrap);
    return client;
  }
}
