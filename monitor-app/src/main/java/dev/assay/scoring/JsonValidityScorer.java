package dev.assay.scoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.resource.SchemaLoader;
import dev.assay.model.Feedback;
import dev.assay.model.Trace;
import dev.assay.redaction.Patterns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Passes when a text is JSON and, where asked, has certain keys or follows a JSON Schema. */
final class JsonValidityScorer implements Scorer {
  static final ScorerFactory KIND =
      new BuiltIn(
          "json_validity",
          "The text is JSON, has the required keys, and follows a JSON Schema (2020-12; written"
              + " inline, references only within it: nothing is ever fetched). Fails where there is"
              + " no text.",
          List.of(
              Parameter.optional(
                  "required_keys", "list of strings", "keys the top-level object must have"),
              Parameter.optional("schema", "object", "a JSON Schema"),
              Parameter.optional(
                  "field",
                  "string",
                  "which text: `answer` (plain text), `outputs` (as it came), `question` or"
                      + " `inputs`; default `answer`")),
          "boolean",
          "{required_keys: [city, price]}",
          JsonValidityScorer::of);

  private static final SpecificationVersion DIALECT = SpecificationVersion.DRAFT_2020_12;
  private static final int MAX_SCHEMA_CHARS = 200_000;
  private static final int MAX_SCHEMA_DEPTH = 50;
  private static final int MAX_SHOWN = 5;
  private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef", "$recursiveRef");

  private final List<String> requiredKeys;
  private final @Nullable Compiled schema;
  private final TextField field;

  private JsonValidityScorer(
      List<String> requiredKeys, @Nullable Compiled schema, TextField field) {
    this.requiredKeys = requiredKeys;
    this.schema = schema;
    this.field = field;
  }

  /**
   * A schema ready for use.
   *
   * @param programSize instructions of all its patterns together
   */
  private record Compiled(Schema schema, int programSize) {}

  private static Scorer of(Parameters parameters) throws InvalidScorerException {
    var requiredKeys = parameters.texts("required_keys", 100, 200);
    var schema = parameters.object("schema");
    return new JsonValidityScorer(
        requiredKeys, schema.isEmpty() ? null : schema(schema.get()), TextField.of(parameters));
  }

  @Override
  public List<Feedback> score(Trace trace) {
    var text = field.in(trace);
    if (text == null) {
      return List.of(Feedback.of(false, field.label() + " is missing"));
    }
    var refusal = Patterns.refusal(text, schema == null ? 0 : schema.programSize());
    if (refusal.isPresent()) {
      return List.of(Feedback.failed(refusal.get()));
    }
    JsonNode node;
    try {
      node = JsonText.parse(text);
    } catch (JsonText.NotJson e) {
      return List.of(Feedback.of(false, field.label() + " is not JSON: " + e.getMessage()));
    }
    var missing = requiredKeys.stream().filter(key -> !node.isObject() || !node.has(key)).toList();
    if (!missing.isEmpty()) {
      return List.of(
          Feedback.of(
              false,
              node.isObject()
                  ? field.label() + " lacks the keys " + Needles.quoted(missing)
                  : field.label() + " is JSON, but not an object"));
    }
    var errors = schema == null ? List.<Error>of() : schema.schema().validate(node);
    return List.of(
        errors.isEmpty()
            ? Feedback.of(
                true, field.label() + (schema == null ? " is JSON" : " follows the schema"))
            : Feedback.of(false, field.label() + " breaks the schema: " + summary(errors)));
  }

  // A message may quote a property name of the text: so an excerpt, never the message itself.
  private static String summary(List<Error> errors) {
    var shown =
        errors.stream()
            .limit(MAX_SHOWN)
            .map(error -> Excerpt.of(error.getInstanceLocation() + ": " + error.getMessage(), 200))
            .collect(Collectors.joining("; "));
    return errors.size() > MAX_SHOWN
        ? "%s; and %d more".formatted(shown, errors.size() - MAX_SHOWN)
        : shown;
  }

  // ---- the schema: checked before it is compiled, compiled before any trace is read

  private static Compiled schema(Map<String, Object> definition) throws InvalidScorerException {
    checkReferences("parameters.schema", definition, 0);
    JsonNode node = JsonText.MAPPER.valueToTree(definition);
    if (node.toString().length() > MAX_SCHEMA_CHARS) {
      throw new InvalidScorerException(
          "parameters.schema",
          "of %d characters; allowed: at most %d"
              .formatted(node.toString().length(), MAX_SCHEMA_CHARS));
    }
    try {
      checkAgainstMetaSchema(node);
      var patterns = new ArrayList<Pattern>();
      var registry = SchemaRegistry.withDefaultDialect(DIALECT, builder -> seal(builder, patterns));
      var schema = registry.getSchema(node);
      schema.initializeValidators();
      return new Compiled(schema, patterns.stream().mapToInt(Pattern::programSize).sum());
    } catch (SchemaException | IllegalArgumentException e) {
      throw new InvalidScorerException("parameters.schema", "not a JSON Schema: " + e.getMessage());
    }
  }

  // Neither the network nor files nor the class path: a reference that leaves the schema fails. And
  // the first mistake is enough: a hostile text may hold a million.
  private static void seal(SchemaRegistry.Builder registry, List<Pattern> patterns) {
    registry
        .schemaLoader(
            SchemaLoader.builder()
                .resourceLoaders(loaders -> loaders.values(List::clear))
                .block(_ -> true)
                .build())
        .schemaRegistryConfig(
            SchemaRegistryConfig.builder()
                .failFast(true)
                .regularExpressionFactory(expression -> {
                  var pattern = Patterns.compile(expression);
                  patterns.add(pattern);
                  return text -> pattern.matcher(text).find();
                })
                .build());
  }

  private static void checkAgainstMetaSchema(JsonNode schema) throws InvalidScorerException {
    var meta =
        SchemaRegistry.withDefaultDialect(DIALECT)
            .getSchema(SchemaLocation.of(DIALECT.getDialectId()));
    var errors = meta.validate(schema);
    if (!errors.isEmpty()) {
      throw new InvalidScorerException(
          "parameters.schema", "not a JSON Schema: " + summary(errors));
    }
  }

  private static void checkReferences(String path, @Nullable Object value, int depth)
      throws InvalidScorerException {
    if (depth > MAX_SCHEMA_DEPTH) {
      throw new InvalidScorerException(
          "parameters.schema", "deeper than %d levels".formatted(MAX_SCHEMA_DEPTH));
    }
    switch (value) {
      case Map<?, ?> map -> {
        for (var entry : map.entrySet()) {
          var key = String.valueOf(entry.getKey());
          var below = path + "." + key;
          boolean reference = REFERENCES.contains(key);
          if (reference && entry.getValue() instanceof String target && !target.startsWith("#")) {
            throw new InvalidScorerException(
                below,
                "was '%s'; allowed: references within the schema, such as '#/$defs/name'"
                    .formatted(target));
          }
          if (key.equals("$schema") && !DIALECT.getDialectId().equals(entry.getValue())) {
            throw new InvalidScorerException(
                below,
                "was '%s'; allowed: '%s', or leave it out"
                    .formatted(entry.getValue(), DIALECT.getDialectId()));
          }
          checkReferences(below, entry.getValue(), depth + 1);
        }
      }
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          checkReferences("%s[%d]".formatted(path, i), list.get(i), depth + 1);
        }
      }
      case null, default -> {}
    }
  }
}
