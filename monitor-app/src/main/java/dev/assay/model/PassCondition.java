package dev.assay.model;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which values pass. Written {@code pass: {at_least: 0.7}} and so on in a scorer definition. */
public sealed interface PassCondition {
  /** Booleans pass when true; strings when yes, pass or true, and fail when no, fail or false. */
  record Natural() implements PassCondition {
    private static final Set<String> YES = Set.of("yes", "pass", "true");
    private static final Set<String> NO = Set.of("no", "fail", "false");

    @Override
    public Outcome judge(Score score) {
      return switch (score) {
        case Score.Bool(var value) -> value ? Outcome.PASS : Outcome.FAIL;
        case Score.Text(var value) -> {
          var word = value.strip().toLowerCase(Locale.ROOT);
          yield YES.contains(word) ? Outcome.PASS : NO.contains(word) ? Outcome.FAIL : Outcome.NONE;
        }
        case Score.Num _, Score.Items _, Score.Fields _ -> Outcome.NONE;
      };
    }
  }

  record AtLeast(double bound) implements PassCondition {
    @Override
    public Outcome judge(Score score) {
      var number = score.asNumber();
      return number == null ? Outcome.NONE : number >= bound ? Outcome.PASS : Outcome.FAIL;
    }
  }

  record AtMost(double bound) implements PassCondition {
    @Override
    public Outcome judge(Score score) {
      var number = score.asNumber();
      return number == null ? Outcome.NONE : number <= bound ? Outcome.PASS : Outcome.FAIL;
    }
  }

  /** Passes when the value, as text, is one of these (case matters). */
  record OneOf(List<String> allowed) implements PassCondition {
    public OneOf {
      allowed = List.copyOf(allowed);
      if (allowed.isEmpty()) {
        throw new IllegalArgumentException("one_of must name at least one value");
      }
    }

    @Override
    public Outcome judge(Score score) {
      return switch (score) {
        case Score.Text(var value) -> allowed.contains(value) ? Outcome.PASS : Outcome.FAIL;
        case Score.Bool(var value) ->
            allowed.contains(Boolean.toString(value)) ? Outcome.PASS : Outcome.FAIL;
        case Score.Num(var value) -> allowed.contains(plain(value)) ? Outcome.PASS : Outcome.FAIL;
        case Score.Items _, Score.Fields _ -> Outcome.NONE;
      };
    }

    private static String plain(double value) {
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? Long.toString((long) value)
          : Double.toString(value);
    }
  }

  Outcome judge(Score score);
}
