package dev.assay.judging;

import dev.assay.scoring.InvalidScorerException;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * The models judges ask, each one shared by all judges that name it. Making one makes no call and
 * needs no key: an instance without keys can still read definitions.
 */
public final class Models {
  private final ModelConfig config;
  private final JudgeListener listener;
  private final InstantSource clock;
  private final RandomGenerator nonces;
  private final HttpClient http = ProviderHttp.shared();
  private final Map<ModelUri, Model> models = new ConcurrentHashMap<>();

  /**
   * @param nonces for the delimiters around trace content: unpredictable in production ({@code
   *     SecureRandom}), seeded in tests; used from many threads
   */
  public Models(
      ModelConfig config, JudgeListener listener, InstantSource clock, RandomGenerator nonces) {
    this.config = config;
    this.listener = listener;
    this.clock = clock;
    this.nonces = nonces;
  }

  Model model(String field, String uri) throws InvalidScorerException {
    var parsed =
        ModelUri.parse(uri)
            .orElseThrow(() ->
                new InvalidScorerException(
                    field,
                    "must be provider:/model, such as openai:/gpt-4o-mini, was '" + uri + "'"));
    var provider = config.providers().get(parsed.provider());
    if (provider == null) {
      throw new InvalidScorerException(
          field,
          "provider '%s' is not configured; allowed: %s"
              .formatted(
                  parsed.provider(),
                  String.join(", ", new TreeSet<>(config.providers().keySet()))));
    }
    return models.computeIfAbsent(
        parsed,
        _ ->
            new Model(
                parsed.toString(),
                LangChainClient.of(parsed, provider, http, clock),
                config.prices().get(parsed.toString()),
                Model.Limits.of(provider.maxInFlight()),
                listener));
  }

  /** 64 random bits as hex. */
  String nonce() {
    return "%016x".formatted(nonces.nextLong());
  }

  void unusable(Model model, String scorer, String error) {
    listener.unusable(model.uri(), scorer, error);
  }
}
