package dev.assay.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.assay.model.Sha256;
import dev.assay.wire.Json;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The judge of the demo: a stand-in behind the real OpenAI protocol ({@code /v1/chat/completions},
 * {@code /v1/models}) on a local port. It reasons about nothing: it looks the answer up in {@link
 * PlantedTruth} and errs at stated rates, and it says that it is simulated in every rationale. The
 * same content with the same seed gets the same verdict.
 *
 * <p>No thread waits for its latency, so it holds thousands of calls at a time.
 */
public final class SimulatedModel implements AutoCloseable {
  /** The one model it serves; any other is a 404, as at OpenAI. */
  public static final String MODEL = "simulated-judge";

  // The delimiters that judges put around trace content.
  private static final Pattern BLOCK =
      Pattern.compile("<(inputs|outputs)-([0-9a-f]{16})>\n(.*?)\n?</\\1-\\2>", Pattern.DOTALL);
  private static final Pattern AT_LEAST = Pattern.compile("at least (-?[0-9]+(?:\\.[0-9]+)?)");
  private static final Pattern AT_MOST = Pattern.compile("at most (-?[0-9]+(?:\\.[0-9]+)?)");

  private final Server server;
  private final PlantedTruth truth;
  private final Behaviour behaviour;
  private final InstantSource clock;
  private final AtomicLong calls = new AtomicLong();

  /**
   * How it errs and how long it takes.
   *
   * @param sensitivity chance that a bad answer is called bad, in [0, 1]
   * @param specificity chance that a good answer is called good, in [0, 1]
   * @param latency mean, ≥ 0
   * @param spread sigma of the lognormal latency, ≥ 0; 0: every call takes the mean
   * @param rateLimited share of calls answered 429 with Retry-After, in [0, 1]
   */
  public record Behaviour(
      long seed,
      double sensitivity,
      double specificity,
      Duration latency,
      double spread,
      double rateLimited) {
    public Behaviour {
      ratio("sensitivity", sensitivity);
      ratio("specificity", specificity);
      ratio("rate_limited", rateLimited);
      if (latency.isNegative() || !(spread >= 0 && spread <= 3)) {
        throw new IllegalArgumentException(
            "latency must be >= 0 and spread in [0, 3], were %s and %s".formatted(latency, spread));
      }
    }

    /** The demo's: finds 95 % of the bad, passes 97 % of the good, 400 ms, 0.5 % rate-limited. */
    public static Behaviour demo(long seed) {
      return new Behaviour(seed, 0.95, 0.97, Duration.ofMillis(400), 0.5, 0.005);
    }

    /** The benchmark's: always right, always this long. */
    public static Behaviour constant(Duration latency) {
      return new Behaviour(0, 1, 1, latency, 0, 0);
    }

    private static void ratio(String name, double value) {
      if (!(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException(name + " must be in [0, 1], was " + value);
      }
    }
  }

  private SimulatedModel(int port, PlantedTruth truth, Behaviour behaviour, InstantSource clock) {
    this.truth = truth;
    this.behaviour = behaviour;
    this.clock = clock;
    this.server =
        Server.builder()
            .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .requestTimeoutMillis(0)
            .service(
                "/v1/chat/completions",
                (context, request) ->
                    HttpResponse.of(
                        request.aggregate().thenApply(whole -> complete(context, whole))))
            .service("/v1/models", (_, _) -> models())
            .build();
  }

  /**
   * Starts it on the loopback interface.
   *
   * @param port 0: any free one
   */
  public static SimulatedModel start(
      int port, PlantedTruth truth, Behaviour behaviour, InstantSource clock) {
    var model = new SimulatedModel(port, truth, behaviour, clock);
    model.server.start().join();
    return model;
  }

  /** For a provider's {@code base_url}. */
  public URI baseUrl() {
    return URI.create("http://127.0.0.1:" + server.activeLocalPort() + "/v1");
  }

  @Override
  public void close() {
    server.stop().join();
  }

  private HttpResponse models() {
    return json(
        HttpStatus.OK,
        Map.of(
            "object",
            "list",
            "data",
            List.of(Map.of("id", MODEL, "object", "model", "owned_by", "assay-demo"))));
  }

  private HttpResponse complete(ServiceRequestContext context, AggregatedHttpRequest request) {
    JsonNode chat;
    try {
      chat = Json.mapper().readTree(request.contentUtf8());
    } catch (JsonProcessingException e) {
      return error(HttpStatus.BAD_REQUEST, "invalid_request_error", "the body is not JSON");
    }
    if (!MODEL.equals(chat.path("model").asText())) {
      return error(HttpStatus.NOT_FOUND, "model_not_found", "the only model here is " + MODEL);
    }
    long call = calls.incrementAndGet();
    if (uniform("429", Long.toString(call)) < behaviour.rateLimited()) {
      return HttpResponse.of(
          ResponseHeaders.builder(HttpStatus.TOO_MANY_REQUESTS)
              .contentType(MediaType.JSON)
              .add("Retry-After", "1")
              .build(),
          HttpData.ofUtf8(
              Json.write(problem("rate_limit_exceeded", "simulated rate limit; try again"))));
    }
    return HttpResponse.delayed(
        json(HttpStatus.OK, completion(call, chat)), latency(call), context.eventLoop());
  }

  private Duration latency(long call) {
    double sigma = behaviour.spread();
    if (sigma == 0) {
      return behaviour.latency();
    }
    // Box and Muller; the factor keeps the mean at the stated one.
    double u = 1 - uniform("latency", Long.toString(call));
    double v = uniform("angle", Long.toString(call));
    double normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
    double factor = Math.exp(sigma * normal - sigma * sigma / 2);
    return Duration.ofNanos((long) (behaviour.latency().toNanos() * factor));
  }

  private Map<String, Object> completion(long call, JsonNode chat) {
    var prompt = prompt(chat);
    var schema = chat.path("response_format").path("json_schema");
    var aspect = schema.path("name").asText("answer");
    var content =
        Json.write(verdict(prompt, aspect, schema.path("schema").path("properties").path("value")));
    int promptTokens = tokens(prompt);
    int answerTokens = tokens(content);
    var completion = new LinkedHashMap<String, Object>();
    completion.put("id", "chatcmpl-simulated-" + call);
    completion.put("object", "chat.completion");
    completion.put("created", clock.instant().getEpochSecond());
    completion.put("model", MODEL);
    completion.put(
        "choices",
        List.of(
            Map.of(
                "index",
                0,
                "message",
                Map.of("role", "assistant", "content", content),
                "finish_reason",
                "stop")));
    completion.put(
        "usage",
        Map.of(
            "prompt_tokens",
            promptTokens,
            "completion_tokens",
            answerTokens,
            "total_tokens",
            promptTokens + answerTokens));
    return completion;
  }

  private static String prompt(JsonNode chat) {
    var text = new StringBuilder();
    for (var message : chat.path("messages")) {
      var content = message.path("content");
      if (content.isTextual()) {
        text.append(content.textValue()).append('\n');
      }
      for (var part : content) {
        text.append(part.path("text").asText()).append('\n');
      }
    }
    return text.toString();
  }

  private Map<String, Object> verdict(String prompt, String aspect, JsonNode valueSchema) {
    String question = null;
    String answer = null;
    var blocks = BLOCK.matcher(prompt);
    while (blocks.find()) {
      if ("inputs".equals(blocks.group(1)) && question == null) {
        question = blocks.group(3);
      } else if ("outputs".equals(blocks.group(1)) && answer == null) {
        answer = blocks.group(3);
      }
    }
    var verdict = new LinkedHashMap<String, Object>();
    var planted = answer == null ? null : truth.find(question, answer).orElse(null);
    if (planted == null) {
      verdict.put(
          "rationale",
          "Simulated verdict: no truth is planted for this answer, so it counts as good.");
      verdict.put("value", value(valueSchema, true, 0.5));
      return verdict;
    }
    var place = question + "\u001f" + answer;
    double u = uniform(aspect, place);
    boolean good = planted.of(aspect);
    boolean said = good ? u < behaviour.specificity() : u >= behaviour.sensitivity();
    verdict.put(
        "rationale",
        "Simulated verdict on %s: %s"
            .formatted(
                aspect, said ? "nothing is wrong with the answer." : "the answer falls short."));
    verdict.put("value", value(valueSchema, said, uniform("size", place)));
    return verdict;
  }

  /** A value the schema allows: of a list the first is good and the last is bad. */
  private static Object value(JsonNode schema, boolean good, double u) {
    var choices = schema.path("enum");
    if (choices.isArray() && !choices.isEmpty()) {
      return choices.get(good ? 0 : choices.size() - 1).asText();
    }
    return switch (schema.path("type").asText("boolean")) {
      case "number", "integer" -> number(schema.path("description").asText(), good, u);
      case "string" -> good ? "yes" : "no";
      default -> good;
    };
  }

  // Good: the upper fifth of the range. Bad: the lower two fifths.
  private static double number(String description, boolean good, double u) {
    double min = bound(AT_LEAST, description, 1);
    double max = bound(AT_MOST, description, Math.max(5, min + 4));
    double size = max - min;
    double value = good ? max - u * size / 5 : min + u * size * 2 / 5;
    return size >= 3 ? Math.rint(value) : value;
  }

  private static double bound(Pattern words, String description, double otherwise) {
    var matcher = words.matcher(description);
    return matcher.find()
        ? Double.parseDouble(java.util.Objects.requireNonNull(matcher.group(1)))
        : otherwise;
  }

  /** In [0, 1), a function of the seed and the two texts. */
  private double uniform(String purpose, String text) {
    var digest = Sha256.of(behaviour.seed() + "\u001f" + purpose + "\u001f" + text);
    return (ByteBuffer.wrap(digest).getLong() >>> 11) * 0x1.0p-53;
  }

  private static int tokens(String text) {
    return text.length() / 4 + 1;
  }

  private static HttpResponse error(HttpStatus status, String code, String message) {
    return json(status, problem(code, message));
  }

  private static Map<String, Object> problem(String code, @Nullable String message) {
    return Map.of("error", Map.of("message", String.valueOf(message), "type", code, "code", code));
  }

  private static HttpResponse json(HttpStatus status, Object body) {
    return HttpResponse.of(status, MediaType.JSON_UTF_8, Json.write(body));
  }
}
