package dev.assay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.assembly.Completion;
import dev.assay.judging.ModelConfig;
import dev.assay.redaction.PiiType;
import dev.assay.redaction.Redaction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path folder;

  @Test
  void everyKeyHasAValidDefault() throws Exception {
    var settings = Settings.load(null, Map.of(), Map.of());
    for (var key : Settings.keys()) {
      assertThat(settings.get(key)).as(key.name()).isNotNull();
    }
    assertThat(settings.get(Settings.ROLES)).isEqualTo(MonitorConfig.ROLES);
  }

  @Test
  void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile() throws Exception {
    var file = write("http:\n  port: 1\notlp.port: 2\nassembly:\n  idle: 1s\n");
    var settings =
        Settings.load(
            file,
            Map.of("ASSAY_HTTP_PORT", "3", "ASSAY_OTLP_PORT", "4", "HOME", "/"),
            Map.of("http.port", "5"));
    assertThat(settings.get(Settings.HTTP_PORT)).isEqualTo(5);
    assertThat(settings.get(Settings.OTLP_PORT)).isEqualTo(4);
    assertThat(settings.get(Settings.IDLE)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void everyMistakeIsNamedWithKeyValueAndWhatIsAllowed() throws Exception {
    var file =
        write("http:\n  prot: 80\n  port: 70000\nassembly:\n  idle: soon\nroles: ingest,judge\n");
    assertThatThrownBy(() -> Settings.load(file, Map.of("ASSAY_HTTP_HOTS", "x"), Map.of()))
        .isInstanceOf(Settings.InvalidSettingsException.class)
        .hasMessageContaining("http.prot: unknown key (value '80'); allowed: http.host, http.port")
        .hasMessageContaining("http.port: '70000' is not allowed; allowed: 0 to 65535")
        .hasMessageContaining("assembly.idle: 'soon' is not allowed; allowed: such as 500ms")
        .hasMessageContaining(
            "roles: 'ingest,judge' is not allowed; allowed: some of ingest, traces")
        .hasMessageContaining("ASSAY_HTTP_HOTS: unknown environment variable");
  }

  @Test
  void anApplicationsTracesMayTakeTheirTime() throws Exception {
    var file =
        write(
            """
            assembly:
              idle: 20s
              reopen-window: 5m
              apps:
                research-agent:
                  max-age: 2h
                  idle: 15m
                "billing.agent":
                  root-grace: 5s
            """);
    var assembly = MonitorConfig.of(Settings.load(file, Map.of(), Map.of()), Map.of()).assembly();

    assertThat(assembly.completion().idle()).isEqualTo(Duration.ofSeconds(20));
    assertThat(assembly.apps())
        .containsOnly(
            Map.entry(
                "research-agent",
                new Completion(
                    Duration.ofSeconds(2),
                    Duration.ofMinutes(15),
                    Duration.ofHours(2),
                    Duration.ofMinutes(5))),
            Map.entry(
                "billing.agent",
                new Completion(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(5))));
  }

  @Test
  void timesOfAnApplicationThatCannotBeAreRefused() throws Exception {
    var file =
        write(
            """
            assembly:
              max-age: 30h
              apps:
                agent:
                  max-age: 2 hours
                  patience: 3s
            """);
    assertThatThrownBy(() -> Settings.load(file, Map.of(), Map.of()))
        .hasMessageContaining(
            "assembly.max-age: '30h' is not allowed; allowed: such as 500ms, 2s, 10m, 1h; at most"
                + " 1d")
        .hasMessageContaining(
            "assembly.apps.agent.max-age: '2 hours' is not allowed; allowed: such as 500ms")
        .hasMessageContaining("assembly.apps.agent.patience: unknown key (value '3s')");
  }

  @Test
  void redactionIsReadWhole() throws Exception {
    var file =
        write(
            """
            redaction:
              types: [email, card]
              action: hmac
              patterns:
                order_no: 'ORD-[0-9]+'
            """);
    var config =
        MonitorConfig.of(
            Settings.load(file, Map.of(), Map.of()),
            Map.of("REDACTION_HMAC_KEY", "0123456789abcdef"));

    assertThat(config.redaction().types()).containsExactlyInAnyOrder(PiiType.EMAIL, PiiType.CARD);
    assertThat(config.redaction().patterns().get("order_no").pattern()).isEqualTo("ORD-[0-9]+");
    assertThat(config.redaction().action()).isInstanceOf(Redaction.Action.Hmac.class);
  }

  @Test
  void whoAsksTheRegistryStandsInTheEnvironmentAndInNoLog() throws Exception {
    var file =
        write(
            """
            schema.registry:
              url: https://registry:8081
              user-info-env: REGISTRY_USER
            """);
    var settings = Settings.load(file, Map.of(), Map.of());

    var config = MonitorConfig.of(settings, Map.of("REGISTRY_USER", "key:s3cret"));

    assertThat(config.schemaRegistryUser()).isNotNull();
    assertThat(config.toString()).contains("schemaRegistryUser=***").doesNotContain("s3cret");
    assertThat(MonitorConfig.of(settings, Map.of()).schemaRegistryUser()).isNull();
  }

  @Test
  void redactionThatCannotBeIsRefused() throws Exception {
    assertThatThrownBy(() -> Settings.load(write("redaction.types: mail\n"), Map.of(), Map.of()))
        .hasMessageContaining("redaction.types: 'mail' is not allowed; allowed: some of email");
    var settings =
        Settings.load(
            write("redaction:\n  action: hmac\n  patterns:\n    odd: '(?=a)'\n"),
            Map.of(),
            Map.of());
    assertThatThrownBy(() -> MonitorConfig.of(settings, Map.of("REDACTION_HMAC_KEY", "short")))
        .hasMessageContaining("redaction.patterns.odd: '(?=a)' is not allowed: ")
        .hasMessageContaining("redaction.hmac-key-env: 'REDACTION_HMAC_KEY' names a variable of 5");
  }

  @Test
  void familiesOfKeysAreOpen() throws Exception {
    var file =
        write("models:\n  openai:\n    base-url: http://localhost:1/v1\nkafka:\n  client.id: x\n");
    var settings =
        Settings.load(file, Map.of("ASSAY_MODELS_OPENAI_API_KEY_ENV", "MY_KEY"), Map.of());
    assertThat(settings.family("models.", ".base-url"))
        .containsExactly(Map.entry("openai", "http://localhost:1/v1"));
    assertThat(settings.family("models.", ".api-key-env"))
        .containsExactly(Map.entry("openai", "MY_KEY"));
    assertThat(settings.family("kafka.", "")).containsExactly(Map.entry("client.id", "x"));
  }

  @Test
  void aModelHasAPrice() throws Exception {
    var file =
        write("models:\n  openai:\n    prices:\n      gpt-4.1-mini: 0.40/1.60\n      big: 2 / 8\n");
    var models = MonitorConfig.of(Settings.load(file, Map.of(), Map.of()), Map.of()).models();
    assertThat(models.prices())
        .containsOnly(
            Map.entry("openai:/gpt-4.1-mini", new ModelConfig.Price(0.4, 1.6)),
            Map.entry("openai:/big", new ModelConfig.Price(2, 8)));
  }

  @Test
  void aPriceThatCannotBeIsRefused() throws Exception {
    for (var price : List.of("0.4", "-1/2", "1/two", "1/2/3", "NaN/1", "1/Infinity", "")) {
      assertThatThrownBy(() ->
              Settings.load(null, Map.of(), Map.of("models.openai.prices.gpt-4.1-mini", price)))
          .hasMessageContaining(
              "models.openai.prices.gpt-4.1-mini: '%s' is not allowed; allowed: US dollars a million"
                  .formatted(price));
    }
    var nobodys = Settings.load(null, Map.of(), Map.of("models.mine.prices.x", "1/2"));
    assertThatThrownBy(() -> MonitorConfig.of(nobodys, Map.of()))
        .hasMessageContaining("models.mine.prices.x: no such provider; allowed: ollama, openai");
  }

  @Test
  void aListMayBeWrittenAsOne() throws Exception {
    var settings = Settings.load(write("roles: [ingest, traces]\n"), Map.of(), Map.of());
    assertThat(settings.get(Settings.ROLES)).containsExactly("ingest", "traces");
  }

  /** What a stage would refuse later is refused here, where the key can be named. */
  @Test
  void aBoundOfAStageIsTheBoundOfItsKey() {
    assertThatThrownBy(() -> Settings.load(null, Map.of(), Map.of("assembly.max-spans", "10001")))
        .hasMessageContaining("assembly.max-spans: '10001' is not allowed; allowed: 1 to 10000");
  }

  @Test
  void placeholdersAreNotLookedUp() throws Exception {
    var settings = Settings.load(null, Map.of(), Map.of("bootstrap.servers", "${user.home}:9092"));
    assertThat(settings.get(Settings.BOOTSTRAP_SERVERS)).isEqualTo("${user.home}:9092");
  }

  @Test
  void aFileThatIsNotYamlIsNamed() throws Exception {
    var file = write("a: [1");
    assertThatThrownBy(() -> Settings.load(file, Map.of(), Map.of()))
        .hasMessageContaining("not valid YAML");
    assertThatThrownBy(() -> Settings.load(folder.resolve("none.yaml"), Map.of(), Map.of()))
        .hasMessageContaining("cannot be read");
  }

  private Path write(String yaml) throws Exception {
    return Files.writeString(folder.resolve("assay.yaml"), yaml);
  }

  @Test
  void aRootSelectorThatCannotBeReadIsRefused() {
    assertThatThrownBy(() -> Settings.load(null, Map.of(), Map.of("assembly.root", "kind=agent")))
        .hasMessageContaining("assembly.root: 'kind=agent' is not allowed; allowed: name=");
  }
}
