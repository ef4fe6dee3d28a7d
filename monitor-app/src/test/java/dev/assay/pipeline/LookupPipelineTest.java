package dev.assay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.wire.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LookupPipelineTest {
  @Test
  void everythingInTheTopologyHasAName() throws IOException {
    var description =
        new LookupPipeline(new Topics(1), Duration.ofDays(7)).get().describe().toString();

    try (var golden = LookupPipelineTest.class.getResourceAsStream("/topology/lookup.txt")) {
      assertThat(description)
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8))
          .doesNotContain("KSTREAM-", "KTABLE-");
    }
  }
}
