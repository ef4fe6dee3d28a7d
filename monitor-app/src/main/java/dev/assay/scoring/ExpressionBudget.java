package dev.assay.scoring;

import dev.cel.common.ast.CelExpr;
import dev.cel.runtime.CelEvaluationListener;
import java.util.List;
import java.util.Map;

/**
 * What one evaluation may cost. CEL itself bounds only the iterations of its loops; a loop over
 * megabytes of text, or a list of lists of lists, is stopped here. Every node an expression
 * evaluates is charged, with the size of its value, so that a function's work is paid for by its
 * operands before it is done.
 *
 * <p>Units, not time: the same expression on the same trace always costs the same. Measured on a
 * 2-core server, a unit is 10 to 50 ns, so {@link #UNITS} is at most a tenth of a second; {@code
 * trace.status == 'OK'} is 3 units and 60 ns, the example over answer and spans 31 units
 * and 0.6 µs with its JSON parsed, 600 kB of JSON 110,000 units and 2 ms.
 *
 * <p>Once spent it stays spent: CEL's {@code ||} forgets an error on its other side.
 */
final class ExpressionBudget implements CelEvaluationListener {
  static final long UNITS = 2_000_000;

  private static final int CHARS_PER_UNIT = 64;
  private static final int JSON_CHARS_PER_UNIT = 8;
  private static final int ITEMS_PER_UNIT = 2;

  private final Map<Long, Boolean> watched;
  private long left = UNITS;

  /**
   * @param watched nodes whose last boolean is to be kept; filled during the evaluation
   */
  ExpressionBudget(Map<Long, Boolean> watched) {
    this.watched = watched;
  }

  /** The expression costs more than it may. */
  static final class Spent extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Spent() {
      super("budget spent", null, false, false);
    }
  }

  boolean isSpent() {
    return left < 0;
  }

  long used() {
    return UNITS - left;
  }

  @Override
  public void callback(CelExpr expr, Object value) {
    charge(1);
    switch (value) {
      case String text -> charge(text.length() / CHARS_PER_UNIT);
      case JsonObject object -> charge(object.weight() / ITEMS_PER_UNIT);
      case List<?> list -> chargeItems(list);
      case Map<?, ?> map -> charge(map.size() / ITEMS_PER_UNIT);
      case Boolean bool -> {
        if (watched.containsKey(expr.id())) {
          watched.put(expr.id(), bool);
        }
      }
      default -> {}
    }
  }

  /** JSON text about to be parsed. */
  void chargeJson(String text) {
    charge(text.length() / JSON_CHARS_PER_UNIT);
  }

  /** A text about to be matched: the whole program may be visited at each character. */
  void chargeMatch(String text, int programSize) {
    charge(text.length() * (1L + programSize / 2));
  }

  // As it walks, not afterwards: a list of lists of lists may be larger than anything.
  private void chargeItems(List<?> list) {
    charge(list.size() / ITEMS_PER_UNIT);
    for (var item : list) {
      if (item instanceof JsonObject object) {
        charge(object.weight() / ITEMS_PER_UNIT);
      } else if (item instanceof List<?> within) {
        charge(1);
        chargeItems(within);
      }
    }
  }

  private void charge(long units) {
    left -= units;
    if (left < 0) {
      left = -1;
      throw new Spent();
    }
  }
}
