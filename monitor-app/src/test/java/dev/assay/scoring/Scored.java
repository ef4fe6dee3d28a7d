package dev.assay.scoring;

import dev.assay.model.Feedback;
import dev.assay.model.Score;
import dev.assay.model.ScorerSpec;
import dev.assay.model.TestTraces;
import dev.assay.model.Trace;
import java.util.List;
import java.util.Map;

/** Runs one definition on one trace, for tests. */
final class Scored {
  static final Scorers SCORERS = new Scorers(BuiltInScorers.all());

  private Scored() {}

  static Scorer scorer(String kind, Map<String, Object> parameters) throws InvalidScorerException {
    return SCORERS.create(ScorerSpec.of("under_test", kind, parameters));
  }

  static Feedback of(String kind, Map<String, Object> parameters, Trace trace) {
    try {
      var feedback = scorer(kind, parameters).score(trace);
      if (feedback.size() != 1) {
        throw new AssertionError("one feedback expected, was " + feedback);
      }
      return feedback.getFirst();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  static Feedback ofAnswer(String kind, Map<String, Object> parameters, String answer) {
    return of(kind, parameters, answered(answer));
  }

  static boolean passes(String kind, Map<String, Object> parameters, String answer) {
    return ofAnswer(kind, parameters, answer).score().equals(new Score.Bool(true));
  }

  /**
   * A chat whose outputs are not JSON built from the answer, so that the answer may be anything.
   */
  static Trace answered(String answer) {
    var chat = TestTraces.chat("t1", "a question", "an answer");
    return new Trace(
        chat.header(),
        chat.inputs(),
        chat.outputs(),
        chat.question(),
        answer,
        null,
        null,
        chat.spans());
  }

  static Trace withOutputs(String outputs) {
    var chat = TestTraces.chat("t1", "a question", "an answer");
    return new Trace(
        chat.header(),
        chat.inputs(),
        outputs,
        chat.question(),
        chat.answer(),
        null,
        null,
        chat.spans());
  }

  /** Nothing in it: no inputs, no outputs, no spans. */
  static Trace empty() {
    return new Trace(
        TestTraces.header("t0", "support-chat", "1.0"),
        null,
        null,
        null,
        null,
        null,
        null,
        List.of());
  }
}
