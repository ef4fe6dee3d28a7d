package dev.assay.registry;

import dev.assay.model.ScorerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Scorer definitions in YAML: {@code scorers:} and a list of them; {@code config/scorers.yaml} is a
 * documented example. Whatever is not understood is refused, all mistakes at once.
 */
public final class ScorersFile {
  private final String file;
  private final Function<ScorerSpec, Optional<String>> check;
  private final List<String> problems = new ArrayList<>();
  private final List<ScorerSpec> specs = new ArrayList<>();
  private final Map<String, Integer> lines = new HashMap<>();

  private ScorersFile(String file, Function<ScorerSpec, Optional<String>> check) {
    this.file = file;
    this.check = check;
  }

  /**
   * Reads definitions.
   *
   * @param check what keeps a well-formed definition from working, such as an unknown kind or a
   *     wrong parameter; empty if nothing does
   * @throws InvalidScorersException with every mistake: file, line, scorer, field, value and what
   *     is allowed
   */
  public static List<ScorerSpec> parse(Path file, Function<ScorerSpec, Optional<String>> check)
      throws IOException, InvalidScorersException {
    // a character has at least one byte
    if (Files.size(file) > 4L * Yaml.MAX_CHARS) {
      throw new InvalidScorersException(
          List.of(
              "%s: %d bytes; allowed: at most %d"
                  .formatted(file, Files.size(file), 4L * Yaml.MAX_CHARS)));
    }
    return parse(Files.readString(file), file.toString(), check);
  }

  /** As above, of any text, under a name for its mistakes. */
  public static List<ScorerSpec> parse(
      String text, String file, Function<ScorerSpec, Optional<String>> check)
      throws InvalidScorersException {
    var reading = new ScorersFile(file, check);
    try {
      reading.document(Yaml.read(text));
    } catch (Yaml.Invalid e) {
      reading.problem(e.line(), String.valueOf(e.getMessage()));
    }
    if (!reading.problems.isEmpty()) {
      throw new InvalidScorersException(reading.problems);
    }
    return List.copyOf(reading.specs);
  }

  private void document(@org.jspecify.annotations.Nullable Node root) throws Yaml.Invalid {
    if (!(root instanceof MappingNode mapping)) {
      problem(root == null ? 0 : Yaml.line(root), "'scorers:' and a list of definitions expected");
      return;
    }
    var fields = Yaml.fields(mapping);
    for (var field : fields.entrySet()) {
      if (!field.getKey().equals("scorers")) {
        problem(
            Yaml.line(field.getValue()),
            "'%s' is not a key; allowed: scorers".formatted(field.getKey()));
      }
    }
    switch (fields.get("scorers")) {
      case SequenceNode list -> {
        for (var item : list.getValue()) {
          definition(item);
        }
      }
      case null -> problem(Yaml.line(mapping), "'scorers:' and a list of definitions expected");
      case Node other -> problem(Yaml.line(other), "scorers: a list of definitions expected");
    }
  }

  private void definition(Node item) throws Yaml.Invalid {
    if (!(item instanceof MappingNode mapping)) {
      problem(Yaml.line(item), "a definition with name and kind expected");
      return;
    }
    var reader = new DefinitionReader(mapping);
    var spec = reader.read();
    reader.problems().forEach(found -> problem(found.line(), reader.label() + found.problem()));
    int line = Yaml.line(mapping);
    var earlier = reader.name().isEmpty() ? null : lines.putIfAbsent(reader.name(), line);
    if (earlier != null) {
      problem(
          line,
          "%sname: is taken by the scorer on line %d; allowed: each name once"
              .formatted(reader.label(), earlier));
    }
    if (spec.isPresent()) {
      specs.add(spec.get());
      check.apply(spec.get()).ifPresent(wrong -> problem(line, reader.label() + wrong));
    }
  }

  private void problem(int line, String problem) {
    problems.add(line == 0 ? file + ": " + problem : "%s:%d: %s".formatted(file, line, problem));
  }
}
