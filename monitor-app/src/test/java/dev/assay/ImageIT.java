package dev.assay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * The image of {@code deploy/Dockerfile} against an Apache Kafka broker in a container of its own:
 * a trace goes in over OTLP, its assessment is counted on {@code /metrics}. The file system of the
 * image is read-only, as in production.
 *
 * <p>Images come from this machine alone: {@code ASSAY_JRE_IMAGE}, or one that {@code
 * deploy/local-base.sh} makes.
 */
class ImageIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String IMAGE = "assay:it";
  private static String base = "";

  @BeforeAll
  static void buildImage() throws Exception {
    if (run(Duration.ofSeconds(20), "docker", "info") != 0) {
      skip("no container engine answers 'docker info'");
    }
    base = Objects.requireNonNullElse(System.getenv("ASSAY_JRE_IMAGE"), "local/jre:25");
    if (run(Duration.ofSeconds(20), "docker", "image", "inspect", base) != 0
        && run(Duration.ofMinutes(5), ROOT.resolve("deploy/local-base.sh").toString(), base) != 0) {
      skip("there is no image " + base + ", and deploy/local-base.sh cannot make it here");
    }
    int built =
        run(
            Duration.ofMinutes(5),
            "docker",
            "build",
            "-q",
            "-f",
            "deploy/Dockerfile",
            "--build-arg",
            "JRE_IMAGE=" + base,
            "-t",
            IMAGE,
            ".");
    assertThat(built).as("docker build").isZero();
  }

  @Test
  void aTraceIsScoredByTheImageOnABrokerElsewhere() throws Exception {
    try (var network = Network.newNetwork();
        var broker = broker(network);
        var assay = assay(network)) {
      broker.start();
      assay.start();
      var http = HttpClient.newHttpClient();
      var otlp =
          URI.create(
              "http://%s:%d/v1/traces".formatted(assay.getHost(), assay.getMappedPort(4318)));
      var metrics =
          URI.create("http://%s:%d/metrics".formatted(assay.getHost(), assay.getMappedPort(8080)));

      var sent =
          http.send(
              HttpRequest.newBuilder(otlp)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(trace()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(sent.statusCode()).as(sent.body()).isEqualTo(200);

      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(() -> {
            var page =
                http.send(
                    HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(page.body().lines())
                .anyMatch(line ->
                    line.startsWith("assay_assessments_total{")
                        && line.contains("app=\"image-test\"")
                        && line.contains("scorer=\"answered\"")
                        && line.contains("outcome=\"PASS\"")
                        && line.endsWith(" 1.0"));
          });
      assertThat(assay.execInContainer("id", "-u").getStdout().strip()).isNotEqualTo("0");
    }
  }

  private static GenericContainer<?> broker(Network network) {
    var start =
        """
        cat >/tmp/server.properties <<END
        node.id=1
        process.roles=broker,controller
        controller.quorum.voters=1@localhost:9093
        listeners=PLAINTEXT://:9092,CONTROLLER://:9093
        advertised.listeners=PLAINTEXT://broker:9092
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
        log.dirs=/tmp/kafka
        offsets.topic.replication.factor=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        message.max.bytes=8388608
        group.initial.rebalance.delay.ms=0
        END
        java -cp '/opt/kafka/*' kafka.tools.StorageTool format -t 5L6g3nShT-eMCtK--X86sw -c /tmp/server.properties
        exec java -Xmx512m -cp '/opt/kafka/*' kafka.Kafka /tmp/server.properties
        """;
    return new GenericContainer<>(DockerImageName.parse(base))
        .withNetwork(network)
        .withNetworkAliases("broker")
        .withCreateContainerCmdModifier(
            readOnly(ROOT.resolve("monitor-app/target/lib"), "/opt/kafka"))
        .withCommand("sh", "-c", start)
        .waitingFor(
            Wait.forSuccessfulCommand("bash -c '</dev/tcp/localhost/9092'")
                .withStartupTimeout(Duration.ofSeconds(100)));
  }

  private static GenericContainer<?> assay(Network network) throws java.io.IOException {
    var scorers =
        Files.writeString(
            ROOT.resolve("monitor-app/target/image-it-scorers.yaml"),
            "scorers: [{name: answered, kind: not_empty}]\n");
    return new GenericContainer<>(DockerImageName.parse(IMAGE))
        .withNetwork(network)
        .withEnv(
            Map.of(
                "ASSAY_BOOTSTRAP_SERVERS", "broker:9092",
                "ASSAY_HTTP_HOST", "0.0.0.0",
                "ASSAY_ASSEMBLY_ROOT_GRACE", "200ms",
                "ASSAY_SCORERS_FILE", "/etc/assay/scorers.yaml"))
        .withCreateContainerCmdModifier(readOnly(scorers, "/etc/assay/scorers.yaml"))
        .withCreateContainerCmdModifier(command -> hostOf(command).withReadonlyRootfs(true))
        .withTmpFs(Map.of("/tmp", "rw,exec"))
        .withExposedPorts(8080, 4318)
        .waitingFor(
            Wait.forHttp("/health/ready")
                .forPort(8080)
                .withStartupTimeout(Duration.ofSeconds(100)));
  }

  /** Testcontainers' own way first tries one with an image from a registry. */
  private static Consumer<CreateContainerCmd> readOnly(Path file, String place) {
    return command ->
        hostOf(command).withBinds(new Bind(file.toString(), new Volume(place), AccessMode.ro));
  }

  private static HostConfig hostOf(CreateContainerCmd command) {
    return Objects.requireNonNull(command.getHostConfig());
  }

  // one ended root span that asked and answered
  private static String trace() {
    long now = System.currentTimeMillis() * 1_000_000;
    return """
    {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"image-test"}}]},
    "scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174",
    "name":"ask","kind":2,"startTimeUnixNano":"%d","endTimeUnixNano":"%d","attributes":[
    {"key":"input.value","value":{"stringValue":"Are you open?"}},
    {"key":"output.value","value":{"stringValue":"Until nine."}},
    {"key":"openinference.span.kind","value":{"stringValue":"CHAIN"}}]}]}]}]}
    """
        .formatted(now - 1_000_000_000, now);
  }

  private static int run(Duration timeout, String... command) throws Exception {
    var log = Files.createTempFile("image-it", ".log");
    try {
      var process =
          new ProcessBuilder(command)
              .directory(ROOT.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      // the plain builder: the other one is a plugin that may be missing
      process.environment().put("DOCKER_BUILDKIT", "0");
      var running = process.start();
      if (!running.waitFor(timeout.toSeconds(), TimeUnit.SECONDS)) {
        running.destroyForcibly();
        return -1;
      }
      if (running.exitValue() != 0) {
        System.out.println(List.of(command) + ": " + Files.readString(log));
      }
      return running.exitValue();
    } catch (java.io.IOException noSuchCommand) {
      return -1;
    } finally {
      Files.deleteIfExists(log);
    }
  }

  private static void skip(String reason) {
    System.out.println("ImageIT skipped: " + reason);
    Assumptions.abort(reason);
  }
}
