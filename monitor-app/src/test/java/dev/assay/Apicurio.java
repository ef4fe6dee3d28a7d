package dev.assay;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A real registry: Apicurio's server, which the build unpacks, in a process of its own. */
final class Apicurio implements AutoCloseable {
  private static final Path HOME = Path.of(System.getProperty("apicurio.home", "target/apicurio"));

  private final Process process;
  private final int port;

  private Apicurio(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static Apicurio start(Path folder) throws IOException {
    int port = freePort();
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=" + freePort(),
                "-jar",
                HOME.resolve("quarkus-run.jar").toAbsolutePath().toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("apicurio.log").toFile());
    builder.environment().put("APICURIO_STORAGE_KIND", "sql"); // H2, in memory
    var server = new Apicurio(builder.start(), port);
    try {
      server.awaitReady(folder.resolve("apicurio.log"));
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private void awaitReady(Path log) {
    try (var http = HttpClient.newHttpClient()) {
      await("Apicurio, see " + log)
          .atMost(Duration.ofMinutes(3))
          .pollInterval(Duration.ofMillis(250))
          .until(() -> {
            if (!process.isAlive()) {
              throw new IllegalStateException("Apicurio ended: " + Files.readString(log));
            }
            try {
              return http.send(
                          HttpRequest.newBuilder(URI.create(confluent() + "/subjects")).build(),
                          BodyHandlers.discarding())
                      .statusCode()
                  == 200;
            } catch (ConnectException notYet) {
              return false;
            }
          });
    }
  }

  /** Confluent's API. */
  URI confluent() {
    return URI.create("http://127.0.0.1:" + port + "/apis/ccompat/v7");
  }

  /** Its own API, which its serdes speak. */
  URI own() {
    return URI.create("http://127.0.0.1:" + port + "/apis/registry/v3");
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
