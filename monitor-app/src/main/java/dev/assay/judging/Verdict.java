package dev.assay.judging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.assay.model.Score;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a model's answer says: a value of the asked type with its rationale, or what is wrong. */
sealed interface Verdict {
  /** The longest string value a judge may give. */
  int MAX_TEXT = 1_000;

  /** A rationale is cut to this. */
  int MAX_RATIONALE = 4_000;

  record Valid(Score score, @Nullable String rationale) implements Verdict {}

  /**
   * @param problem for the model and for people; quotes nothing of the answer
   */
  record Invalid(String problem) implements Verdict {}

  /** Reads an answer that should be a JSON object; a code fence around it is forgiven. */
  static Verdict read(String answer, ValueType type) {
    if (answer.isBlank()) {
      return new Invalid("the answer is empty");
    }
    JsonNode object;
    try {
      object = Reader.JSON.readTree(Reader.unfenced(answer));
    } catch (JsonProcessingException e) {
      return new Invalid("the answer is not one JSON object");
    }
    if (!object.isObject()) {
      return new Invalid("the answer is not one JSON object");
    }
    var value = object.get("value");
    if (value == null || value.isNull()) {
      return new Invalid("\"value\" is missing; it must be " + type.words());
    }
    var score = type.read(value);
    if (score == null) {
      return new Invalid("\"value\" must be " + type.words());
    }
    var rationale = object.get("rationale");
    return new Valid(
        score,
        rationale == null || !rationale.isTextual()
            ? null
            : DataBlock.truncated(rationale.textValue(), MAX_RATIONALE));
  }

  /**
   * Why not the mapper of {@code wire}: judging stands on the model and scoring alone, and this one
   * is stricter.
   */
  final class Reader {
    private static final JsonMapper JSON =
        JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();
    private static final Pattern FENCE =
        Pattern.compile("\\s*```[a-zA-Z]{0,10}\\s*(\\{.*})\\s*```\\s*", Pattern.DOTALL);

    private Reader() {}

    private static String unfenced(String answer) {
      var matcher = FENCE.matcher(answer);
      return matcher.matches() ? java.util.Objects.requireNonNull(matcher.group(1)) : answer;
    }
  }
}
