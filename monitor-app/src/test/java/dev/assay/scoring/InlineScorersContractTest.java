package dev.assay.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Example;
import net.jqwik.api.Group;

/** {@link ScorerContract} on every kind that ships. */
@SuppressWarnings("ClassCanBeStatic") // a @Group is an inner class
class InlineScorersContractTest {

  abstract static class Kind extends ScorerContract {
    private final String kind;
    private final Map<String, Object> parameters;

    Kind(String kind, Map<String, Object> parameters) {
      this.kind = kind;
      this.parameters = parameters;
    }

    @Override
    Scorer scorer() throws InvalidScorerException {
      return Scored.scorer(kind, parameters);
    }
  }

  @Group
  class NotEmpty extends Kind {
    NotEmpty() {
      super("not_empty", Map.of());
    }
  }

  @Group
  class Contains extends Kind {
    Contains() {
      super("contains", Map.of("needles", List.of("nine", "a".repeat(900))));
    }
  }

  @Group
  class Excludes extends Kind {
    Excludes() {
      super("excludes", Map.of("needles", List.of("nine", "(".repeat(900)), "field", "outputs"));
    }
  }

  @Group
  class RegexMatch extends Kind {
    RegexMatch() {
      super("regex_match", Map.of("pattern", "[0-9]{4}"));
    }
  }

  @Group
  class ResponseLength extends Kind {
    ResponseLength() {
      super("response_length", Map.of("min", 1, "max", 50, "unit", "words"));
    }
  }

  @Group
  class JsonValidity extends Kind {
    JsonValidity() {
      super(
          "json_validity",
          Map.of(
              "field",
              "outputs",
              "schema",
              Map.of(
                  "type",
                  "object",
                  "additionalProperties",
                  false,
                  "properties",
                  Map.of(
                      "city",
                      Map.of("type", "string", "pattern", "^[A-Z][a-z]+$"),
                      "price",
                      Map.of("type", "number")))));
    }
  }

  @Group
  class JsonValidityOfKeys extends Kind {
    JsonValidityOfKeys() {
      super("json_validity", Map.of("required_keys", List.of("city", "price")));
    }
  }

  @Group
  class Refusal extends Kind {
    Refusal() {
      super("refusal", Map.of("phrases", List.of("das geht nicht")));
    }
  }

  @Group
  class PiiDetection extends Kind {
    PiiDetection() {
      super("pii_detection", Map.of());
    }
  }

  @Group
  class Latency extends Kind {
    Latency() {
      super("latency", Map.of("max_seconds", 2.5));
    }
  }

  @Group
  class ErrorStatus extends Kind {
    ErrorStatus() {
      super("error_status", Map.of("any_span", true));
    }
  }

  @Group
  class ToolErrors extends Kind {
    ToolErrors() {
      super("tool_errors", Map.of());
    }
  }

  @Group
  class Expression extends Kind {
    Expression() {
      super(
          "expression",
          Map.of(
              "expression",
              "trace.outputs.answer.size() < 2000 && int(trace.answer) > 1 &&"
                  + " trace.spans.all(s, s.inputs == s.outputs)"));
    }
  }

  @Example
  void everyKindIsHere() {
    var declared =
        java.util.Arrays.stream(InlineScorersContractTest.class.getDeclaredClasses())
            .filter(type -> type.isAnnotationPresent(Group.class))
            .map(InlineScorersContractTest::kindOf)
            .collect(Collectors.toSet());
    assertThat(declared)
        .containsAll(BuiltInScorers.all().stream().map(ScorerFactory::kind).toList());
  }

  private static String kindOf(Class<?> group) {
    try {
      var made = group.getDeclaredConstructors()[0].newInstance(new InlineScorersContractTest());
      return ((Kind) made).kind;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
