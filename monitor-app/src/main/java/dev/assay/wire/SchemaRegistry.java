package dev.assay.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry with Confluent's API, which all have: three calls of it. What has been asked
 * once is remembered: ids do not change.
 *
 * <p>Thread-safe. A call waits for a registry that does not answer, up to two minutes: the records
 * that need it are sound.
 */
public final class SchemaRegistry implements AutoCloseable {
  private static final String TYPE = "application/vnd.schemaregistry.v1+json";
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** An unknown id is asked for again after so long: a registry's nodes may lag. */
  private static final long UNKNOWN_NANOS = Duration.ofSeconds(30).toNanos();

  private static final int REMEMBERED = 10_000;
  private static final int MAX_REFERENCES = 100;

  private final URI base;
  private final @Nullable User user;
  private final Duration patience;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CALL_TIMEOUT).build();
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<Integer, Long> unknown = new ConcurrentHashMap<>();

  /**
   * @param base where {@code /subjects} and {@code /schemas} are: {@code http://registry:8081},
   *     Apicurio's {@code http://registry:8080/apis/ccompat/v7}
   * @param user null: it asks for none
   */
  public SchemaRegistry(URI base, @Nullable User user) {
    this(base, user, PATIENCE);
  }

  SchemaRegistry(URI base, @Nullable User user, Duration patience) {
    this.base = base;
    this.user = user;
    this.patience = patience;
  }

  /** Who asks. It has no text form, so that no log shows it. */
  public static final class User {
    private final String authorization;

    private User(String authorization) {
      this.authorization = authorization;
    }

    /** Of {@code user:password}, or an API key's {@code key:secret}. */
    public static User of(String userInfo) {
      return new User(
          "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String toString() {
      return "***";
    }
  }

  /**
   * Registers a schema, which may be there already.
   *
   * @throws IllegalStateException if the registry refuses it, as one that breaks with what is there
   * @throws SchemaRegistryException if the registry does not answer
   */
  int register(String subject, Schema schema) {
    var response =
        call(
            HttpRequest.newBuilder(uri("/subjects/%s/versions".formatted(encoded(subject))))
                .header("Content-Type", TYPE)
                .POST(
                    BodyPublishers.ofString(
                        Json.write(Map.of("schemaType", "AVRO", "schema", schema.toString())))));
    var id = tree(response).path("id");
    if (response.statusCode() != 200 || !id.isInt()) {
      throw new IllegalStateException(
          "schema registry: %s is not registered: %d %s"
              .formatted(subject, response.statusCode(), message(response)));
    }
    return id.intValue();
  }

  /**
   * The schema of an id.
   *
   * @throws SerializationException if there is none, or none of Avro
   * @throws SchemaRegistryException if the registry does not answer
   */
  Schema schema(int id) {
    var known = schemas.get(id);
    if (known != null) {
      return known;
    }
    var missed = unknown.get(id);
    if (missed != null && System.nanoTime() - missed < UNKNOWN_NANOS) {
      throw noSchema(id);
    }
    var found = get("/schemas/ids/" + id);
    if (found == null) {
      bounded(unknown).put(id, System.nanoTime());
      throw noSchema(id);
    }
    var schema = parse(id, found);
    bounded(schemas).put(id, schema);
    return schema;
  }

  private static SerializationException noSchema(int id) {
    return new SerializationException("the schema registry has no schema " + id);
  }

  private Schema parse(int id, JsonNode found) {
    var type = found.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new SerializationException("schema %d is of type %s, must be AVRO".formatted(id, type));
    }
    try {
      return parse(found, new Schema.Parser(), new HashSet<>());
    } catch (AvroRuntimeException e) {
      throw new SerializationException("schema %d cannot be read".formatted(id), e);
    }
  }

  /** What a schema refers to stands under subjects of its own, and is to be read before it. */
  private Schema parse(JsonNode found, Schema.Parser parser, Set<String> read) {
    for (var reference : found.path("references")) {
      var path =
          "/subjects/%s/versions/%d"
              .formatted(
                  encoded(reference.path("subject").asText()), reference.path("version").asInt());
      if (read.add(path)) {
        var referred = read.size() > MAX_REFERENCES ? null : get(path);
        if (referred == null) {
          throw new SerializationException("the schema registry has no " + path);
        }
        var _ = parse(referred, parser, read);
      }
    }
    return parser.parse(found.path("schema").asText());
  }

  /** Null: there is none. */
  private @Nullable JsonNode get(String path) {
    var response = call(HttpRequest.newBuilder(uri(path)).GET());
    return switch (response.statusCode()) {
      case 200 -> tree(response);
      case 404 -> null;
      default ->
          throw new SchemaRegistryException(
              "%s: %d %s".formatted(path, response.statusCode(), message(response)), null);
    };
  }

  private static <K, V> Map<K, V> bounded(Map<K, V> map) {
    if (map.size() >= REMEMBERED) {
      map.clear();
    }
    return map;
  }

  private HttpResponse<String> call(HttpRequest.Builder request) {
    if (user != null) {
      request.header("Authorization", user.authorization);
    }
    var whole = request.header("Accept", TYPE).timeout(CALL_TIMEOUT).build();
    long started = System.nanoTime();
    while (true) {
      try {
        var response = http.send(whole, BodyHandlers.ofString());
        if (response.statusCode() < 500) {
          return response;
        }
        pauseOrGiveUp(started, "answers " + response.statusCode(), null);
      } catch (IOException e) {
        pauseOrGiveUp(started, "cannot be reached", e);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  private void pauseOrGiveUp(long started, String problem, @Nullable IOException cause) {
    if (System.nanoTime() - started > patience.toNanos()) {
      throw new SchemaRegistryException(base + " " + problem, cause);
    }
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static SchemaRegistryException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new SchemaRegistryException("interrupted", e);
  }

  private static JsonNode tree(HttpResponse<String> response) {
    try {
      return Json.mapper().readTree(response.body());
    } catch (JsonProcessingException notJson) {
      return Json.mapper().missingNode();
    }
  }

  private static String message(HttpResponse<String> response) {
    var message = tree(response).path("message").asText(response.body());
    return message.length() > 500 ? message.substring(0, 500) + "…" : message;
  }

  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private URI uri(String path) {
    return URI.create(base.toString().replaceFirst("/+$", "") + path);
  }

  @Override
  public void close() {
    http.close();
  }
}
