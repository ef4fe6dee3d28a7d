package dev.assay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.judging.JudgeListener;
import dev.assay.judging.Judges;
import dev.assay.judging.ModelConfig;
import dev.assay.judging.Models;
import dev.assay.model.ScorerSpec;
import dev.assay.registry.ScorersFile;
import dev.assay.scoring.BuiltInScorers;
import dev.assay.scoring.ScorerFactory;
import dev.assay.scoring.Scorers;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The example that ships is one that works. */
class ExampleScorersTest {
  @Test
  void everyScorerOfTheExampleCanBeMade() throws Exception {
    var models =
        new Models(
            new ModelConfig(
                Map.of("openai", ModelConfig.Provider.at(URI.create("http://127.0.0.1:1/v1"))),
                Map.of()),
            JudgeListener.silent(),
            InstantSource.system(),
            new Random(1));
    var factories = new ArrayList<ScorerFactory>(BuiltInScorers.all());
    factories.addAll(Judges.factories(models));
    var scorers = new Scorers(factories);

    var specs = ScorersFile.parse(Path.of("config/scorers.yaml"), scorers::problem);

    assertThat(specs.stream().map(ScorerSpec::kind).collect(Collectors.toSet()))
        .contains("not_empty", "pii_detection", "refusal", "latency", "tool_errors")
        .contains("json_validity", "response_length", "expression", "guidelines", "prompt");
    assertThat(
            specs.stream()
                .flatMap(spec -> spec.filter().getOrDefault("app", java.util.List.of()).stream()))
        .contains("support-chat", "docs-assistant", "travel-agent");
  }
}
