package com.example.assay;

import dev.assay.model.Feedback;
import dev.assay.model.Trace;
import dev.assay.scoring.Scorer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Immutable, because several threads call it at once. */
final class CitationsScorer implements Scorer {
  private final String name;
  private final long minCited;

  CitationsScorer(String name, long minCited) {
    this.name = name;
    this.minCited = minCited;
  }

  @Override
  public List<Feedback> score(Trace trace) {
    int retrieved = trace.documents().size();
    var answer = trace.answer();
    if (retrieved == 0 || answer == null) {
      return List.of(); // nothing to say about this trace: no assessment is made
    }
    var cited = cited(answer);
    boolean valid = cited.size() >= minCited && cited.stream().allMatch(n -> n <= retrieved);
    var rationale = "cites %s of %d documents".formatted(cited, retrieved);
    return List.of(
        Feedback.of(cited.size(), rationale), // under the scorer's own name
        Feedback.of(valid, rationale).named(name + "/valid"));
  }

  // "[1]" to "[99]", each once
  private static Set<Integer> cited(String answer) {
    var cited = new TreeSet<Integer>();
    for (int open = answer.indexOf('['); open >= 0; open = answer.indexOf('[', open + 1)) {
      int close = answer.indexOf(']', open);
      if (close > open + 1 && close <= open + 3) {
        var digits = answer.substring(open + 1, close);
        if (digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
          cited.add(Integer.valueOf(digits));
        }
      }
    }
    return cited;
  }
}
