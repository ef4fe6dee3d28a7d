package dev.assay;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "health",
    header = "Asks a running instance how it is.",
    description = "Prints the answer; the exit code is 0 when it is well. For container checks.",
    footer = {"", "Example:", "  assay health --url http://localhost:8080/health/ready"})
final class HealthCommand implements Callable<Integer> {
  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8080/health/live",
      description = "What to ask (default: ${DEFAULT-VALUE}).")
  URI url;

  @SuppressWarnings("NullAway.Init") // picocli sets url
  HealthCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    try (var client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build()) {
      var response =
          client.send(
              HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(5)).build(),
              HttpResponse.BodyHandlers.ofString());
      System.out.println(response.body());
      return response.statusCode() == 200 ? 0 : 1;
    } catch (IOException e) {
      System.err.println(
          url + " does not answer: " + (e.getMessage() == null ? e : e.getMessage()));
      return 1;
    }
  }
}
