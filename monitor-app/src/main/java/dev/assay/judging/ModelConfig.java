package dev.assay.judging;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where models are and what they cost. Scorer definitions name a provider and a model; where that
 * provider is and with which key comes from here alone, so that no definition, and no trace, can
 * send content elsewhere.
 *
 * @param providers by the name that model URIs begin with: {@code [a-z][a-z0-9_-]{0,31}}
 * @param prices by model URI, such as {@code openai:/gpt-4o-mini}
 */
public record ModelConfig(Map<String, Provider> providers, Map<String, Price> prices) {
  /**
   * A provider that speaks OpenAI's chat completions protocol.
   *
   * @param baseUrl http or https, with the version: {@code https://api.openai.com/v1}
   * @param keyName what to set when the key is missing, for the message: {@code OPENAI_API_KEY};
   *     empty where the provider takes calls without a key
   * @param maxInFlight calls to one of its models at a time, ≥ 1
   * @param timeout of one call, answer included, &gt; 0
   * @param temperature absent: not sent, for models that refuse it
   * @param maxOutputTokens of one answer, ≥ 1
   */
  public record Provider(
      URI baseUrl,
      String keyName,
      ApiKey key,
      int maxInFlight,
      Duration timeout,
      @Nullable Double temperature,
      int maxOutputTokens) {
    public Provider {
      if (!("http".equals(baseUrl.getScheme()) || "https".equals(baseUrl.getScheme()))
          || baseUrl.getHost() == null
          || baseUrl.getUserInfo() != null) {
        throw new IllegalArgumentException(
            "base_url must be http://host… or https://host… without a user, was '" + baseUrl + "'");
      }
      if (maxInFlight < 1) {
        throw new IllegalArgumentException("max_in_flight must be >= 1, was " + maxInFlight);
      }
      if (!timeout.isPositive()) {
        throw new IllegalArgumentException("timeout must be > 0, was " + timeout);
      }
      if (temperature != null && !(temperature >= 0 && temperature <= 2)) {
        throw new IllegalArgumentException("temperature must be in [0, 2], was " + temperature);
      }
      if (maxOutputTokens < 1) {
        throw new IllegalArgumentException(
            "max_output_tokens must be >= 1, was " + maxOutputTokens);
      }
    }

    /** 256 calls in flight, 60 s each, temperature 0, 2,000 tokens an answer, no key needed. */
    public static Provider at(URI baseUrl) {
      return new Provider(baseUrl, "", ApiKey.NONE, 256, Duration.ofSeconds(60), 0.0, 2_000);
    }

    public Provider withKey(String newKeyName, ApiKey newKey) {
      return new Provider(
          baseUrl, newKeyName, newKey, maxInFlight, timeout, temperature, maxOutputTokens);
    }

    public Provider withMaxInFlight(int calls) {
      return new Provider(baseUrl, keyName, key, calls, timeout, temperature, maxOutputTokens);
    }

    public Provider withTimeout(Duration newTimeout) {
      return new Provider(
          baseUrl, keyName, key, maxInFlight, newTimeout, temperature, maxOutputTokens);
    }
  }

  /** US dollars per million tokens, ≥ 0. */
  public record Price(double inputUsd, double outputUsd) {
    public Price {
      if (!(inputUsd >= 0 && outputUsd >= 0 && Double.isFinite(inputUsd + outputUsd))) {
        throw new IllegalArgumentException(
            "prices must be finite and >= 0, were %s and %s".formatted(inputUsd, outputUsd));
      }
    }

    /**
     * Of {@code input/output}, as {@code 0.15/0.60}.
     *
     * @throws IllegalArgumentException where it is not two numbers ≥ 0
     */
    public static Price parse(String text) {
      var parts = text.split("/", -1);
      if (parts.length != 2) {
        throw new IllegalArgumentException("a price must be input/output, was '" + text + "'");
      }
      return new Price(Double.parseDouble(parts[0].strip()), Double.parseDouble(parts[1].strip()));
    }

    double of(long inputTokens, long outputTokens) {
      return (inputTokens * inputUsd + outputTokens * outputUsd) / 1_000_000;
    }
  }

  public ModelConfig {
    for (var name : providers.keySet()) {
      if (!name.matches("[a-z][a-z0-9_-]{0,31}")) {
        throw new IllegalArgumentException(
            "a provider's name must match [a-z][a-z0-9_-]{0,31}, was '" + name + "'");
      }
    }
    providers = Map.copyOf(providers);
    prices = Map.copyOf(prices);
  }

  /**
   * {@code openai} with this key at its own address, {@code ollama} at {@code localhost:11434}.
   *
   * @param openAiKey from {@code OPENAI_API_KEY}
   */
  public static ModelConfig standard(ApiKey openAiKey) {
    return new ModelConfig(
        Map.of(
            "openai",
            Provider.at(URI.create("https://api.openai.com/v1"))
                .withKey("OPENAI_API_KEY", openAiKey),
            "ollama",
            Provider.at(URI.create("http://localhost:11434/v1"))),
        Map.of());
  }

  /** With one provider more, or in place of the one of this name. */
  public ModelConfig with(String name, Provider provider) {
    var more = new HashMap<>(providers);
    more.put(name, provider);
    return new ModelConfig(more, prices);
  }

  /** With the price of one model. */
  public ModelConfig withPrice(String modelUri, Price price) {
    var more = new HashMap<>(prices);
    more.put(modelUri, price);
    return new ModelConfig(providers, more);
  }
}
