package dev.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.model.TestTraces;
import dev.assay.model.Trace;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublishedTraceTest {
  private static Trace published(String question, String answer) {
    return EncodedTrace.ofBytes(
            EncodedTrace.of(
                    new Trace(
                        TestTraces.header("t1", "shop", "1"),
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"Are you open?\"}]}",
                        "{\"answer\":\"At nine.\"}",
                        question,
                        answer,
                        null,
                        null,
                        List.of()))
                .bytes())
        .trace();
  }

  @Test
  void questionAndAnswerAreDerivedWhereTheyAreAbsent() {
    assertThat(published(null, null).question()).isEqualTo("Are you open?");
    assertThat(published(null, null).answer()).isEqualTo("At nine.");
  }

  @Test
  void whatTheApplicationSaysItselfStands() {
    assertThat(published("Q", "A").question()).isEqualTo("Q");
    assertThat(published("Q", "A").answer()).isEqualTo("A");
  }
}
