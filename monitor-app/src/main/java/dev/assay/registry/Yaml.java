package dev.assay.registry;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML as a tree of nodes that know their lines. Scalars are read as YAML 1.2 reads them, so {@code
 * no} and {@code off} are strings. Bounded in size and depth; aliases may not multiply.
 */
final class Yaml {
  static final int MAX_CHARS = 1_000_000;

  private static final int MAX_DEPTH = 40;
  private static final int MAX_NODES = 50_000;
  private static final Set<Tag> KNOWN =
      Set.of(Tag.MAP, Tag.SEQ, Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);

  private int nodes;

  private Yaml() {}

  /** A place in the file and what is wrong there. */
  static final class Invalid extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;

    Invalid(int line, String problem) {
      super(problem);
      this.line = line;
    }

    /** From 1; 0 where it concerns the whole file. */
    int line() {
      return line;
    }
  }

  /** The one document, or null where there is nothing in it. */
  static @Nullable Node read(String text) throws Invalid {
    if (text.length() > MAX_CHARS) {
      throw new Invalid(
          0, "%d characters; allowed: at most %d".formatted(text.length(), MAX_CHARS));
    }
    var options = new LoaderOptions();
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setMaxAliasesForCollections(50);
    var dumper = new DumperOptions();
    try {
      var root =
          new org.yaml.snakeyaml.Yaml(
                  new SafeConstructor(options),
                  new Representer(dumper),
                  dumper,
                  options,
                  new Yaml12Resolver())
              .compose(new StringReader(text));
      if (root != null) {
        new Yaml().count(root, 0);
      }
      return root;
    } catch (MarkedYAMLException e) {
      var mark = e.getProblemMark();
      throw new Invalid(
          mark == null ? 0 : mark.getLine() + 1,
          mark == null
              ? e.getProblem()
              : "column %d: %s".formatted(mark.getColumn() + 1, e.getProblem()));
    } catch (YAMLException e) {
      throw new Invalid(0, String.valueOf(e.getMessage()));
    }
  }

  static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  /** Keys to values of a mapping, in order. */
  static Map<String, Node> fields(MappingNode mapping) throws Invalid {
    var fields = new LinkedHashMap<String, Node>();
    for (var tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw new Invalid(line(tuple.getKeyNode()), "a key must be a plain string");
      }
      if (fields.put(key.getValue(), tuple.getValueNode()) != null) {
        throw new Invalid(line(key), "'%s' is there twice".formatted(key.getValue()));
      }
    }
    return fields;
  }

  /** Boolean, Integer, Long, Double, String, List, Map, or null. */
  static @Nullable Object plain(Node node) throws Invalid {
    return switch (node) {
      case MappingNode mapping -> {
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (var field : fields(mapping).entrySet()) {
          map.put(field.getKey(), plain(field.getValue()));
        }
        yield java.util.Collections.unmodifiableMap(map);
      }
      case SequenceNode sequence -> {
        var list = new ArrayList<@Nullable Object>();
        for (var item : sequence.getValue()) {
          list.add(plain(item));
        }
        yield java.util.Collections.unmodifiableList(list);
      }
      case ScalarNode scalar -> scalar(scalar);
      default -> throw new Invalid(line(node), "not a mapping, a list or a scalar");
    };
  }

  // The types that JSON gives back, so that a definition read from the topic equals this one.
  private static @Nullable Object scalar(ScalarNode node) throws Invalid {
    var text = node.getValue();
    var tag = node.getTag();
    if (tag.equals(Tag.NULL)) {
      return null;
    } else if (tag.equals(Tag.BOOL)) {
      return Boolean.valueOf(text);
    } else if (tag.equals(Tag.STR)) {
      return text;
    }
    try {
      if (tag.equals(Tag.FLOAT)) {
        return Double.valueOf(text);
      }
      long number = Long.parseLong(text);
      return number == (int) number ? (Object) (int) number : (Object) number;
    } catch (NumberFormatException e) {
      throw new Invalid(line(node), "'%s' is not a number that fits".formatted(text));
    }
  }

  // Counts a node once for each place an alias puts it.
  private void count(Node node, int depth) throws Invalid {
    nodes++;
    if (nodes > MAX_NODES || depth > MAX_DEPTH) {
      throw new Invalid(
          line(node),
          "more than %d values, or deeper than %d levels, once its aliases are followed"
              .formatted(MAX_NODES, MAX_DEPTH));
    }
    if (!KNOWN.contains(node.getTag())) {
      throw new Invalid(line(node), "the tag %s is not allowed".formatted(node.getTag()));
    }
    switch (node) {
      case MappingNode mapping -> {
        for (var tuple : mapping.getValue()) {
          count(tuple.getKeyNode(), depth + 1);
          count(tuple.getValueNode(), depth + 1);
        }
      }
      case SequenceNode sequence -> {
        for (var item : sequence.getValue()) {
          count(item, depth + 1);
        }
      }
      default -> {}
    }
  }

  /** The core schema of YAML 1.2. */
  private static final class Yaml12Resolver extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(Tag.BOOL, Pattern.compile("true|True|TRUE|false|False|FALSE"), "tTfF");
      addImplicitResolver(Tag.INT, Pattern.compile("[-+]?[0-9]+"), "-+0123456789");
      addImplicitResolver(
          Tag.FLOAT,
          Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"),
          "-+0123456789.");
      addImplicitResolver(Tag.NULL, Pattern.compile("~|null|Null|NULL|"), "~nN\0");
      addImplicitResolver(Tag.NULL, Pattern.compile(""), null);
    }
  }
}
