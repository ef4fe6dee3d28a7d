package dev.assay.judging;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.output.FinishReason;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A model behind OpenAI's chat completions protocol, through LangChain4j. The one place where the
 * library's exceptions become {@link ModelOutcome}s. It never retries: the worker lane does.
 */
final class LangChainClient implements ModelClient {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
  private static final int MAX_REASON = 300;

  private final ChatModel model;
  private final ApiKey key;
  private final InstantSource clock;

  private LangChainClient(ChatModel model, ApiKey key, InstantSource clock) {
    this.model = model;
    this.key = key;
    this.clock = clock;
  }

  static ModelClient of(
      ModelUri uri, ModelConfig.Provider provider, HttpClient http, InstantSource clock) {
    var key = provider.key().reveal();
    if (key.isEmpty() && !provider.keyName().isEmpty()) {
      return _ ->
          new ModelOutcome.Unauthorized(
              "JUDGE_UNAUTHORIZED",
              "provider %s has no key: set %s".formatted(uri.provider(), provider.keyName()));
    }
    var builder =
        OpenAiChatModel.builder()
            .httpClientBuilder(ProviderHttp.over(http, provider.timeout()))
            .baseUrl(provider.baseUrl().toString())
            .apiKey(key.orElse("none"))
            .modelName(uri.model())
            .temperature(provider.temperature())
            .strictJsonSchema(true)
            .maxRetries(0);
    // OpenAI's newer models refuse max_tokens; other servers know only that.
    var model =
        uri.provider().equals("openai")
            ? builder.maxCompletionTokens(provider.maxOutputTokens()).build()
            : builder.maxTokens(provider.maxOutputTokens()).build();
    return new LangChainClient(model, provider.key(), clock);
  }

  @Override
  public ModelOutcome ask(ModelRequest request) throws InterruptedException {
    try {
      return answered(model.chat(chatRequest(request)));
    } catch (RuntimeException failure) {
      if (Thread.interrupted()) {
        throw new InterruptedException("the call was cancelled");
      }
      return outcomeOf(failure);
    }
  }

  private static ChatRequest chatRequest(ModelRequest request) {
    var messages = new ArrayList<ChatMessage>();
    messages.add(SystemMessage.from(request.system()));
    for (int i = 0; i < request.turns().size(); i++) {
      var text = request.turns().get(i);
      messages.add(i % 2 == 0 ? UserMessage.from(text) : AiMessage.from(text));
    }
    // The rationale comes first, so that the model reasons before it commits to a value.
    var schema =
        JsonObjectSchema.builder()
            .addStringProperty("rationale", "why, in one to three sentences")
            .addProperty("value", request.answer().schema())
            .required("rationale", "value")
            .additionalProperties(false)
            .build();
    return ChatRequest.builder()
        .messages(messages)
        .responseFormat(
            ResponseFormat.builder()
                .type(ResponseFormatType.JSON)
                .jsonSchema(JsonSchema.builder().name(request.name()).rootElement(schema).build())
                .build())
        .build();
  }

  private static ModelOutcome answered(ChatResponse response) {
    if (response.finishReason() == FinishReason.CONTENT_FILTER) {
      return new ModelOutcome.Refused("the provider's content filter stopped the answer");
    }
    var usage = response.tokenUsage();
    var text = response.aiMessage().text();
    return new ModelOutcome.Answered(
        text == null ? "" : text,
        usage == null ? 0 : orZero(usage.inputTokenCount()),
        usage == null ? 0 : orZero(usage.outputTokenCount()),
        response.modelName(),
        response.finishReason() == FinishReason.LENGTH);
  }

  private static long orZero(@Nullable Integer tokens) {
    return tokens == null ? 0 : Math.max(0, tokens);
  }

  private ModelOutcome outcomeOf(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case ProviderHttp.Rejected rejected -> {
          return outcomeOf(rejected);
        }
        case ProviderHttp.Failed failed -> {
          return failed.tooLarge()
              ? new ModelOutcome.Garbled(reason(failed))
              : new ModelOutcome.Unreachable(reason(failed), null);
        }
        case ContentFilteredException filtered -> {
          return new ModelOutcome.Refused(reason(filtered));
        }
        case TimeoutException timeout -> {
          return new ModelOutcome.Unreachable(reason(timeout), null);
        }
        default -> {}
      }
    }
    // The library could not read what came back: an error page, an empty body, no choices.
    return new ModelOutcome.Garbled("the response is not a chat completion: " + reason(failure));
  }

  private ModelOutcome outcomeOf(ProviderHttp.Rejected rejected) {
    int status = rejected.statusCode();
    var body = String.valueOf(rejected.getMessage());
    var reason = "HTTP " + status + ": " + bounded(body);
    return switch (status) {
      case 401, 403 -> new ModelOutcome.Unauthorized("JUDGE_UNAUTHORIZED", reason);
      case 404 -> new ModelOutcome.Unauthorized("JUDGE_MODEL_NOT_FOUND", reason);
      case 402 -> new ModelOutcome.Unauthorized("JUDGE_QUOTA_SPENT", reason);
      // OpenAI says 429 also when there is no money left, which waiting does not mend.
      case 429 ->
          body.contains("insufficient_quota")
              ? new ModelOutcome.Unauthorized("JUDGE_QUOTA_SPENT", reason)
              : new ModelOutcome.RateLimited(reason, wait(rejected));
      case 408, 409, 425 -> new ModelOutcome.Unreachable(reason, wait(rejected));
      default ->
          status >= 500
              ? new ModelOutcome.Unreachable(reason, wait(rejected))
              : new ModelOutcome.Refused(reason);
    };
  }

  /** What Retry-After says, in seconds or as a date; at most ten minutes. */
  private @Nullable Duration wait(ProviderHttp.Rejected rejected) {
    var wait = parsedWait(rejected.retryAfterMillis(), rejected.retryAfter());
    return wait == null || wait.isNegative()
        ? null
        : wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }

  private @Nullable Duration parsedWait(@Nullable String millis, @Nullable String after) {
    if (millis != null && millis.matches("[0-9]{1,9}")) {
      return Duration.ofMillis(Long.parseLong(millis));
    }
    if (after == null) {
      return null;
    }
    if (after.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
      return Duration.ofMillis((long) (Double.parseDouble(after) * 1_000));
    }
    try {
      var until = ZonedDateTime.parse(after, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Duration.between(clock.instant(), until);
    } catch (DateTimeParseException notADate) {
      return null;
    }
  }

  private String reason(Throwable failure) {
    return bounded(String.valueOf(failure.getMessage()));
  }

  // Providers repeat parts of the key, and of what they were sent, in their messages.
  private String bounded(String text) {
    var clean =
        key.redact(text)
            .replaceAll("sk-[A-Za-z0-9_*-]+", "sk-***")
            .replaceAll("[\\p{Cntrl}\\s]+", " ")
            .strip();
    return clean.length() > MAX_REASON ? clean.substring(0, MAX_REASON) + "…" : clean;
  }
}
