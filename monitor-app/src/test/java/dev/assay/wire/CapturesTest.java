package dev.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Exports of real SDKs, mapped, against what the applications logged. A field that is not mapped
 * yet stands in {@code known-gaps.txt}; a gap that has closed must leave it.
 */
class CapturesTest {
  @TestFactory
  Stream<DynamicTest> aCaptureHasTheFactsThatItsApplicationLogged() throws IOException {
    var gaps = Capture.knownGaps();
    return Capture.all().stream()
        .map(capture -> DynamicTest.dynamicTest(capture.name(), () -> compare(capture, gaps)));
  }

  @Test
  void everyKnownGapIsOfACapture() throws IOException {
    var names = Capture.all().stream().map(Capture::name).toList();

    assertThat(names).isNotEmpty();
    assertThat(Capture.knownGaps())
        .allSatisfy(gap -> {
          assertThat(gap.split("\\s+", 3)).hasSize(3);
          assertThat(names).contains(gap.split("\\s+", 3)[0]);
        });
  }

  private static void compare(Capture capture, List<String> gaps) throws Exception {
    var differences = ExpectedFacts.differences(capture.expected(), capture.traces());

    var known = new LinkedHashSet<String>();
    for (var gap : gaps) {
      var words = gap.split("\\s+", 3);
      if (words[0].equals(capture.name())) {
        known.add(words[1]);
      }
    }
    assertThat(differences.keySet())
        .as(
            "%s: differing fields (a gap that has closed leaves known-gaps.txt): %s",
            capture.name(), differences)
        .containsExactlyInAnyOrderElementsOf(known);
  }
}
