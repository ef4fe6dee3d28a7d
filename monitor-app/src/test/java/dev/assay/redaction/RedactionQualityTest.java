package dev.assay.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Recall and precision over the texts of {@code redaction/fixtures.txt}, printed by type. */
class RedactionQualityTest {
  private static final Pattern MARKED = Pattern.compile("«([a-z]+):([^»]*)»");

  private record Place(int line, PiiType type, int start, int end) {
    /** A name before a secret, as in {@code token: …}, may go with it. */
    boolean covers(Place other) {
      return line == other.line && start <= other.start && end >= other.end;
    }
  }

  @Test
  void findsNearlyAllAndLittleElse() throws Exception {
    var expected = new HashSet<Place>();
    var found = new HashSet<Place>();
    var lines = lines();
    for (int i = 0; i < lines.size(); i++) {
      int line = i;
      var text = plain(lines.get(i), line, expected);
      PiiScan.scan(text, true, (type, start, end) -> found.add(new Place(line, type, start, end)));
    }

    var worst = new EnumMap<PiiType, Double>(PiiType.class);
    System.out.printf("%-8s %8s %8s %8s %9s%n", "type", "expected", "found", "recall", "precision");
    for (var type : EnumSet.allOf(PiiType.class)) {
      var wanted = of(type, expected);
      var got = of(type, found);
      assertThat(wanted).as("fixtures of %s", type).isNotEmpty();
      double recall = share(wanted, place -> got.stream().anyMatch(it -> it.covers(place)));
      double precision = share(got, place -> wanted.stream().anyMatch(place::covers));
      worst.put(type, Math.min(recall, precision));
      System.out.printf(
          Locale.ROOT,
          "%-8s %8d %8d %8.2f %9.2f%n",
          type.label(),
          wanted.size(),
          got.size(),
          recall,
          precision);
    }
    assertThat(worst)
        .as("missed %s, wrong %s", less(expected, found), less(found, expected))
        .allSatisfy((_, value) -> assertThat(value).isGreaterThanOrEqualTo(0.9));
  }

  private static String plain(String line, int number, Set<Place> expected) {
    var text = new StringBuilder();
    var marks = MARKED.matcher(line);
    int copied = 0;
    while (marks.find()) {
      text.append(line, copied, marks.start());
      int start = text.length();
      text.append(marks.group(2));
      expected.add(
          new Place(
              number,
              PiiType.valueOf(marks.group(1).toUpperCase(Locale.ROOT)),
              start,
              text.length()));
      copied = marks.end();
    }
    return text.append(line, copied, line.length()).toString();
  }

  private static double share(Set<Place> places, Predicate<Place> right) {
    return places.isEmpty() ? 0 : (double) places.stream().filter(right).count() / places.size();
  }

  private static Set<Place> of(PiiType type, Set<Place> places) {
    var some = new HashSet<>(places);
    some.removeIf(place -> place.type() != type);
    return some;
  }

  private static Set<Place> less(Set<Place> some, Set<Place> others) {
    var left = new HashSet<>(some);
    left.removeAll(others);
    return left;
  }

  private static List<String> lines() throws Exception {
    try (var in = RedactionQualityTest.class.getResourceAsStream("/redaction/fixtures.txt")) {
      var all = new ArrayList<String>();
      for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          all.add(line);
        }
      }
      return all;
    }
  }
}
