package dev.assay.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.assay.model.Level;
import dev.assay.model.Objective;
import dev.assay.model.PassCondition;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScorersFileTest {
  private static final String FULL =
      """
      scorers:
        - name: no_pii
          kind: pii_detection
          description: Gives away no personal data
          owner: privacy
          parameters: {types: [email, card], nested: {list: [1, 2.5, true, null, no, "3"]}}
          sample_rate: 0.5
          filter: {app: [support-chat, docs], app_version: [1.10], "tags.tier": [gold], status: [OK]}
          objective: {at_least: 0.99}
          pass: {at_most: 3}
          level: trace
          state: stopped
          version: 1.10
      """;

  private static List<ScorerSpec> parse(String yaml) {
    try {
      return ScorersFile.parse(yaml, "scorers.yaml", _ -> Optional.empty());
    } catch (InvalidScorersException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> problems(String yaml) {
    return catchThrowableOfType(
            InvalidScorersException.class,
            () -> ScorersFile.parse(yaml, "scorers.yaml", _ -> Optional.empty()))
        .problems();
  }

  private static String scorer(String field) {
    return "scorers:\n  - name: a\n    kind: k\n    " + field + "\n";
  }

  @Test
  void everyFieldIsRead() {
    var spec = parse(FULL).getFirst();
    assertThat(spec.name()).isEqualTo("no_pii");
    assertThat(spec.kind()).isEqualTo("pii_detection");
    assertThat(spec.description()).isEqualTo("Gives away no personal data");
    assertThat(spec.owner()).isEqualTo("privacy");
    assertThat(spec.parameters().get("types")).isEqualTo(List.of("email", "card"));
    assertThat(spec.parameters().get("nested"))
        .isEqualTo(Map.of("list", java.util.Arrays.asList(1, 2.5, true, null, "no", "3")));
    assertThat(spec.sampleRate()).isEqualTo(0.5);
    assertThat(spec.filter())
        .isEqualTo(
            Map.of(
                "app", List.of("support-chat", "docs"),
                "app_version", List.of("1.10"),
                "tags.tier", List.of("gold"),
                "status", List.of("OK")));
    assertThat(spec.objective()).isEqualTo(new Objective(Objective.Direction.AT_LEAST, 0.99));
    assertThat(spec.pass()).isEqualTo(new PassCondition.AtMost(3));
    assertThat(spec.level()).isEqualTo(Level.TRACE);
    assertThat(spec.state()).isEqualTo(ScorerState.STOPPED);
    assertThat(spec.version()).isEqualTo("1.10");
  }

  @Test
  void onlyNameAndKindAreNeeded() {
    var spec = parse("scorers: [{name: a, kind: not_empty}]").getFirst();
    assertThat(spec)
        .isEqualTo(
            new ScorerSpec(
                "a",
                spec.version(),
                "not_empty",
                Map.of(),
                Level.TRACE,
                ScorerState.ACTIVE,
                null,
                1.0,
                Map.of(),
                new PassCondition.Natural(),
                null,
                null,
                null));
    assertThat(spec.version()).matches("[0-9a-f]{12}");
    assertThat(parse("scorers: []")).isEmpty();
  }

  @Test
  void yesAndNoAreWordsAndQuotedNumbersAreText() {
    var spec = parse(scorer("pass: {one_of: [yes, no, 3, \"4\"]}")).getFirst();
    assertThat(spec.pass()).isEqualTo(new PassCondition.OneOf(List.of("yes", "no", "3", "4")));
  }

  @Test
  void theVersionChangesWithWhatDecidesTheVerdictAndWithNothingElse() {
    var base = version("parameters: {a: 1, b: {c: x, d: y}}");
    assertThat(version("parameters: {b: {d: y, c: x}, a: 1}")).isEqualTo(base);
    for (var same :
        List.of(
            "sample_rate: 0.1",
            "owner: me",
            "description: d",
            "state: stopped",
            "objective: {at_least: 0.9}",
            "filter: {app: [x]}")) {
      assertThat(version("parameters: {a: 1, b: {c: x, d: y}}\n    " + same)).isEqualTo(base);
    }
    for (var other :
        List.of(
            "parameters: {a: 2, b: {c: x, d: y}}",
            "parameters: {a: 1}",
            "parameters: {a: 1, b: {c: x, d: y}}\n    pass: {at_least: 1}",
            "parameters: {a: 1, b: {c: x, d: y}}\n    level: span")) {
      assertThat(version(other)).isNotEqualTo(base);
    }
    assertThat(version("parameters: {}"))
        .as("pinned: it must outlive releases")
        .isEqualTo("35fac6745948");
  }

  private static String version(String fields) {
    return parse(scorer(fields)).getFirst().version();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sample_rate: 1.5|sample_rate: was '1.5'; allowed: a number from 0 to 1",
        "sample_rate: often|sample_rate: was 'often'; allowed: a number from 0 to 1",
        "sample_rate: -0.1|sample_rate: was '-0.1'; allowed: a number from 0 to 1",
        "sample_rate: \"0.5\"|sample_rate: was '0.5'; allowed: a number from 0 to 1",
        "sample_rat: 1|'sample_rat' is not a key; allowed: name, kind, description, owner,"
            + " parameters, sample_rate, filter, objective, pass, level, state, version",
        "filter: {application: [x]}|filter.application: not a field of a trace; allowed: app,"
            + " app_version, environment, name, session_id, status, user_id, tags.<key>,"
            + " metadata.<key>",
        "filter: {app: x}|filter.app: was 'x'; allowed: a list of at least one value",
        "filter: {app: []}|filter.app: was an empty list; allowed: a list of at least one value",
        "filter: {app: [[x]]}|filter.app: was a list; allowed: values that are text, numbers or"
            + " booleans",
        "filter: {status: [ok]}|filter.status: was a list; allowed: OK, ERROR, IN_PROGRESS",
        "filter: [x]|filter: was a list; allowed: fields and lists of values",
        "objective: 0.9|objective: was '0.9'; allowed: one of at_least, at_most",
        "objective: {at_least: 1}|objective.at_least: was '1'; allowed: a ratio between 0 and 1,"
            + " exclusive",
        "objective: {at_least: 99}|objective.at_least: was '99'; allowed: a number from 0 to 1",
        "objective: {at_least: 0.9, at_most: 0.95}|objective: has [at_least, at_most]; allowed: one"
            + " of at_least, at_most",
        "objective: {above: 0.9}|objective: has [above]; allowed: one of at_least, at_most",
        "pass: {at_least: high}|pass.at_least: was 'high'; allowed: a number",
        "pass: {one_of: []}|pass.one_of: was an empty list; allowed: a list of at least one value",
        "pass: {}|pass: has []; allowed: one of at_least, at_most, one_of",
        "level: document|level: was 'document'; allowed: span, trace, session",
        "level: TRACE|level: was 'TRACE'; allowed: span, trace, session",
        "state: paused|state: was 'paused'; allowed: registered, active, stopped",
        "version: \"a b\"|version: was 'a b'; allowed: text matching"
            + " [A-Za-z0-9][A-Za-z0-9._-]{0,63}",
        "parameters: [1]|parameters: was a list; allowed: names and values",
        "parameters: {a: }|parameters.a: was empty; allowed: a value, or leave the key out",
        "parameters: {a: 99999999999999999999}|parameters: '99999999999999999999' is not a number"
            + " that fits",
        "parameters: {a: 1, a: 2}|parameters: 'a' is there twice",
        "owner: ''|owner: was ''; allowed: text of 1 to 1000 characters",
        "owner: [x]|owner: was a list; allowed: text of 1 to 1000 characters",
      })
  void whatIsWrongIsToldWithFieldValueAndWhatIsAllowed(String field, String problem) {
    assertThat(problems(scorer(field))).containsExactly("scorers.yaml:4: scorer 'a': " + problem);
  }

  @Test
  void everyMistakeIsToldAtOnce() {
    var yaml =
        """
        scorrers: []
        scorers:
          - name: First
            kind: contains
            sample_rate: 2
          - kind: contains
            state: on
          - name: twice
            kind: contains
          - just text
          - name: twice
            kind: contains
            pass: {at_least: x}
        """;
    assertThat(problems(yaml))
        .containsExactly(
            "scorers.yaml:1: 'scorrers' is not a key; allowed: scorers",
            "scorers.yaml:3: scorer 'First': name: was 'First'; allowed: text matching"
                + " [a-z][a-z0-9_]{0,63}",
            "scorers.yaml:5: scorer 'First': sample_rate: was '2'; allowed: a number from 0 to 1",
            "scorers.yaml:6: a scorer without a name: name: required, matching"
                + " [a-z][a-z0-9_]{0,63}",
            "scorers.yaml:7: a scorer without a name: state: was 'on'; allowed: registered, active,"
                + " stopped",
            "scorers.yaml:10: a definition with name and kind expected",
            "scorers.yaml:13: scorer 'twice': pass.at_least: was 'x'; allowed: a number",
            "scorers.yaml:11: scorer 'twice': name: is taken by the scorer on line 8; allowed: each"
                + " name once");
  }

  @Test
  void whatTheCheckSaysIsToldWithItsLine() {
    var yaml = "scorers:\n  - {name: a, kind: good}\n  - {name: b, kind: bad}\n";
    var thrown =
        catchThrowableOfType(
            InvalidScorersException.class,
            () ->
                ScorersFile.parse(
                    yaml,
                    "f.yaml",
                    spec ->
                        spec.kind().equals("bad")
                            ? Optional.of("kind: 'bad' is not known; allowed: good")
                            : Optional.empty()));
    assertThat(thrown).hasMessage("f.yaml:3: scorer 'b': kind: 'bad' is not known; allowed: good");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|scorers.yaml: 'scorers:' and a list of definitions expected",
        "# nothing|scorers.yaml: 'scorers:' and a list of definitions expected",
        "text|scorers.yaml:1: 'scorers:' and a list of definitions expected",
        "scorers: {}|scorers.yaml:1: scorers: a list of definitions expected",
        "scorers:|scorers.yaml:1: scorers: a list of definitions expected",
        "{}|scorers.yaml:1: 'scorers:' and a list of definitions expected",
      })
  void whatIsNoListOfScorersIsRefused(String yaml, String problem) {
    assertThat(problems(yaml)).containsExactly(problem);
  }

  @Test
  void whatIsNotYamlIsLocated() {
    assertThat(problems("scorers:\n  - name: 'a\n"))
        .singleElement()
        .asString()
        .startsWith("scorers.yaml:3: column 1: ");
    assertThat(problems("scorers: [}")).singleElement().asString().startsWith("scorers.yaml:1: ");
    assertThat(problems("a: 1\n---\nb: 2"))
        .singleElement()
        .asString()
        .contains("but found another document");
  }

  // ---- what would exhaust memory or time, or run code

  @Test
  void aliasesMayNotMultiply() {
    var bomb = new StringBuilder("scorers:\n  - name: a\n    kind: k\n    parameters:\n");
    bomb.append("      l0: &l0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      bomb.append("      l%d: &l%d [".formatted(i, i))
          .append("*l%d, ".formatted(i - 1).repeat(8))
          .append("*l%d]\n".formatted(i - 1));
    }
    assertThat(problems(bomb.toString())).singleElement().asString().contains("aliases");

    // few enough aliases for the parser, and still too much once they are followed
    bomb.setLength(0);
    bomb.append("scorers:\n  - name: a\n    kind: k\n    parameters:\n      l0: &l0 [x, x]\n");
    for (int i = 1; i < 20; i++) {
      bomb.append("      l%d: &l%d [*l%d, *l%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(problems(bomb.toString()))
        .singleElement()
        .asString()
        .contains("more than 50000 values", "once its aliases are followed");
  }

  @Test
  void anAliasOrTwoIsFine() {
    var yaml =
        """
        scorers:
          - {name: a, kind: k, filter: &f {app: [x]}}
          - {name: b, kind: k, filter: *f}
        """;
    assertThat(parse(yaml))
        .extracting(ScorerSpec::filter)
        .containsOnly(Map.of("app", List.of("x")));
  }

  @Test
  void anAliasOfItselfIsRefused() {
    assertThat(problems(scorer("parameters: &p {a: *p}")))
        .singleElement()
        .asString()
        .contains("deeper than 40 levels");
  }

  @Test
  void depthAndSizeAreBounded() {
    assertThat(problems(scorer("parameters: {a: " + "[".repeat(1_000) + "]".repeat(1_000) + "}")))
        .singleElement()
        .asString()
        .containsIgnoringCase("depth");
    assertThat(problems("# " + "x".repeat(1_100_000)))
        .singleElement()
        .asString()
        .contains("allowed: at most 1000000");
  }

  @Test
  void tagsThatNameClassesAreRefused() {
    assertThat(problems(scorer("parameters: {a: !!javax.script.ScriptEngineManager [x]}")))
        .containsExactly(
            "scorers.yaml:4: column 21: Global tag is not allowed:"
                + " tag:yaml.org,2002:javax.script.ScriptEngineManager");
  }

  @Test
  void aFileThatIsTooLargeIsNotEvenRead(@TempDir Path folder) throws Exception {
    var file = folder.resolve("big.yaml");
    Files.write(file, new byte[4_000_001]);
    assertThat(
            catchThrowableOfType(
                InvalidScorersException.class,
                () -> ScorersFile.parse(file, _ -> Optional.empty())))
        .hasMessageContaining("big.yaml: 4000001 bytes; allowed: at most 4000000");
  }

  @Property(tries = 500)
  void anyTextIsReadOrRefused(@ForAll String text) throws Exception {
    try {
      ScorersFile.parse(text, "f", _ -> Optional.empty());
    } catch (InvalidScorersException refused) {
      assertThat(refused.problems()).isNotEmpty();
    }
  }
}
