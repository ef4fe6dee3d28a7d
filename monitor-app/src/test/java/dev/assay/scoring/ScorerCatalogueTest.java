package dev.assay.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.model.ScorerSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class ScorerCatalogueTest {
  @Test
  void everyKindIsARowOfFiveCells() {
    var table = ScorerCatalogue.markdown(Scored.SCORERS);
    var lines = table.lines().toList();
    assertThat(lines).hasSize(2 + BuiltInScorers.all().size());
    assertThat(lines).allSatisfy(line -> assertThat(line.split("(?<!\\\\)\\|")).hasSize(6));
    assertThat(table)
        .contains("| `contains` | The text contains every needle")
        .contains("`needles` (list of strings, required): 1 to 100 strings")
        .contains("| `parameters: {max_seconds: 2.5}` |");
  }

  static java.util.List<ScorerFactory> kinds() {
    return BuiltInScorers.all();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyExampleWorks(ScorerFactory kind) throws Exception {
    Map<String, Object> parameters =
        new Yaml(new SafeConstructor(new LoaderOptions())).load(kind.example());
    var scorer = Scored.SCORERS.create(ScorerSpec.of("example", kind.kind(), parameters));
    assertThat(scorer.score(Scored.answered("an answer"))).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyKindSaysWhatItChecks(ScorerFactory kind) {
    assertThat(kind.kind()).matches("[a-z][a-z0-9_]*");
    assertThat(kind.description()).endsWith(".");
    assertThat(kind.parameters()).extracting(Parameter::name).doesNotHaveDuplicates();
  }
}
