package dev.assay.judging;

import dev.assay.model.Trace;
import dev.assay.scoring.InvalidScorerException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Instructions with the variables {@code {{ inputs }}}, {@code {{ outputs }}} and {@code {{
 * expectations }}}. It is cut into parts when the definition is read, and filled once: content that
 * itself holds {@code {{ inputs }}} stays as it is.
 */
final class PromptTemplate {
  /** What a template may name. */
  enum Variable {
    INPUTS,
    OUTPUTS,
    EXPECTATIONS;

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** The plain text where assembly found one, otherwise the JSON as it came. */
    @Nullable String of(Trace trace) {
      return switch (this) {
        case INPUTS -> trace.question() != null ? trace.question() : trace.inputs();
        case OUTPUTS -> trace.answer() != null ? trace.answer() : trace.outputs();
        case EXPECTATIONS -> trace.expectations();
      };
    }
  }

  private sealed interface Part {
    record Words(String text) implements Part {}

    record Slot(Variable variable) implements Part {}
  }

  static final int MAX_INSTRUCTIONS = 50_000;

  private static final Pattern SLOT = Pattern.compile("\\{\\{(.*?)}}", Pattern.DOTALL);

  private final List<Part> parts;
  private final Set<Variable> variables;

  private PromptTemplate(List<Part> parts) {
    this.parts = List.copyOf(parts);
    this.variables = EnumSet.noneOf(Variable.class);
    for (var part : parts) {
      if (part instanceof Part.Slot(var variable)) {
        variables.add(variable);
      }
    }
  }

  /**
   * @param field of the definition, for the message
   */
  static PromptTemplate parse(String field, String text) throws InvalidScorerException {
    if (text.isBlank() || text.length() > MAX_INSTRUCTIONS) {
      throw new InvalidScorerException(
          field, "must hold 1 to %d characters, has %d".formatted(MAX_INSTRUCTIONS, text.length()));
    }
    var parts = new ArrayList<Part>();
    var matcher = SLOT.matcher(text);
    int end = 0;
    while (matcher.find()) {
      parts.add(words(field, text.substring(end, matcher.start())));
      parts.add(
          new Part.Slot(
              variable(field, java.util.Objects.requireNonNull(matcher.group(1)).strip())));
      end = matcher.end();
    }
    parts.add(words(field, text.substring(end)));
    var template = new PromptTemplate(parts);
    if (template.variables.isEmpty()) {
      throw new InvalidScorerException(
          field, "must name at least one of " + allowed() + ", or there is nothing to judge");
    }
    return template;
  }

  private static Part words(String field, String text) throws InvalidScorerException {
    if (text.contains("{{") || text.contains("}}")) {
      throw new InvalidScorerException(
          field, "'{{' and '}}' must enclose a variable; allowed: " + allowed());
    }
    return new Part.Words(text);
  }

  private static Variable variable(String field, String word) throws InvalidScorerException {
    for (var variable : Variable.values()) {
      if (variable.word().equals(word)) {
        return variable;
      }
    }
    throw new InvalidScorerException(
        field,
        "'{{ %s }}' is not a variable; allowed: %s"
            .formatted(word.length() > 40 ? word.substring(0, 40) + "…" : word, allowed()));
  }

  private static String allowed() {
    return "{{ inputs }}, {{ outputs }}, {{ expectations }}";
  }

  /** A variable that this trace cannot fill. */
  Optional<Variable> missing(Trace trace) {
    return variables.stream().filter(variable -> variable.of(trace) == null).findFirst();
  }

  /**
   * The instructions with the trace's content in {@link DataBlock}s.
   *
   * @param nonce fresh, unknown to whoever wrote the content
   */
  String fill(Trace trace, String nonce, int maxChars) {
    var prompt = new StringBuilder();
    for (var part : parts) {
      switch (part) {
        case Part.Words(var text) -> prompt.append(text);
        case Part.Slot(var variable) -> {
          var content = variable.of(trace);
          prompt.append(
              DataBlock.of(variable.word(), nonce, content == null ? "" : content, maxChars));
        }
      }
    }
    return prompt.toString();
  }
}
