package dev.assay.explain;

import dev.assay.terminal.Columns;
import dev.assay.wire.Explanation;
import dev.assay.wire.Explanation.ExplainedSpan;
import dev.assay.wire.Explanation.Field;
import dev.assay.wire.Explanation.Holding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An {@link Explanation} for people. Names and values come from strangers' telemetry: they are made
 * inert and cut. A function of its arguments.
 */
public final class ExplanationText {
  private static final int MIN_WIDTH = 60;
  private static final int NAME = 22;
  private static final int SHORT = 24;
  private static final int MAX_PLACES = 4;
  private static final int MAX_KEYS = 6;
  private static final int MAX_NAMES = 100;
  private static final int MAX_KEPT = 40;
  private static final Pattern INDEX = Pattern.compile("\\.\\d+(\\.|$)");
  private static final String UNSET = "UNSET";
  private static final String INDENT = " ".repeat(NAME + 2);

  private final int width;
  private final int maxSpans;
  private final boolean all;
  private final List<String> lines = new ArrayList<>();

  private ExplanationText(int width, int maxSpans, boolean all) {
    this.width = Math.max(MIN_WIDTH, width);
    this.maxSpans = maxSpans;
    this.all = all;
  }

  /**
   * The explanation, as lines without line breaks.
   *
   * @param width columns; no line is longer, unless it is below 60
   * @param maxSpans shown at most
   * @param all whether to say of every empty field of a span why it is, and not only of those that
   *     a span of its type is expected to have; and to leave out no name that was looked for
   */
  public static List<String> render(Explanation explanation, int width, int maxSpans, boolean all) {
    var text = new ExplanationText(width, maxSpans, all);
    text.trace(explanation);
    return text.lines;
  }

  private void trace(Explanation explanation) {
    var mapped = explanation.mapped();
    line("Trace " + explanation.trace().traceId() + ", " + count(mapped.kept(), "span"));
    leftOut("came more than once", mapped.duplicates());
    leftOut("beyond the number that a trace may have", mapped.overLimit());
    leftOut("with a malformed id, or of another trace", mapped.invalid());
    wrap(
        "Read as ",
        explanation.conventions().entrySet().stream()
            .map(entry -> "%s (%s)".formatted(entry.getKey(), count(entry.getValue(), "span")))
            .collect(Collectors.joining(" · ")),
        "  ");
    line("");
    explanation.fields().forEach(field -> field(field, ""));
    var spans = explanation.spans();
    spans.stream().limit(maxSpans).forEach(this::span);
    if (spans.size() > maxSpans) {
      line("");
      line(
          "%s more; --spans N shows more, --json all"
              .formatted(count(spans.size() - maxSpans, "span")));
    }
  }

  private void leftOut(String why, int spans) {
    if (spans > 0) {
      line("  left out: " + count(spans, "span") + " " + why);
    }
  }

  private void span(ExplainedSpan span) {
    line("");
    var indent = "  ".repeat(Math.min(span.depth(), 8));
    line(
        "%sSpan %s %s%s"
            .formatted(
                indent,
                quoted(span.name()),
                span.spanId(),
                span.scope().isEmpty() ? "" : ", scope " + Columns.inert(span.scope())));
    var empty = new ArrayList<String>();
    for (var field : span.fields()) {
      if (UNSET.equals(field.value()) && !all) {
        continue;
      }
      boolean isEmpty = field.value() == null;
      boolean isTelling = !field.origins().isEmpty() || !field.lookalikes().isEmpty();
      if (isEmpty && !all && !span.relevant().contains(field.name()) && !isTelling) {
        empty.add(field.name());
      } else if (!isEmpty || span.marks().isEmpty() || isTelling || all) {
        field(field, span.spanId());
      }
    }
    if (!span.marks().isEmpty()) {
      wrap(
          "  no convention says more of this span: it has none of ",
          span.marks().values().stream()
              .flatMap(List::stream)
              .distinct()
              .map(Columns::inert)
              .collect(Collectors.joining(", ")),
          "    ");
    } else if (!empty.isEmpty()) {
      wrap("  also empty: ", String.join(", ", empty) + " (--all says why)", "    ");
    }
    kept(span.kept());
  }

  private void kept(List<Holding> kept) {
    if (!kept.isEmpty()) {
      var names =
          kept.stream()
              .limit(MAX_KEPT)
              .map(holding -> Columns.inert(Columns.cut(holding.name(), 80)))
              .collect(Collectors.joining(", "));
      var more = kept.size() > MAX_KEPT ? " and %d more".formatted(kept.size() - MAX_KEPT) : "";
      wrap("  kept as they are: ", names + more, "    ");
    }
  }

  /**
   * @param spanId of the span under whose heading it stands; empty: of the trace
   */
  private void field(Field field, String spanId) {
    var value = field.value();
    var said = sources(field, spanId);
    var how = field.how();
    if (how != null) {
      said = said.isEmpty() ? how : value == null ? how + "; " + said : said + ", " + how;
    } else if (value == null && field.lookedFor().isEmpty()) {
      said = "no convention that was read here has it";
    }
    var inert = Columns.inert(Columns.cut(field.name(), 60));
    var name = "  " + Columns.left(inert, Math.max(NAME - 1, Columns.of(inert))) + " ";
    if (value != null) {
      value(name, shown(value, width - Columns.of(name)), said);
    } else {
      wrap(name + "(empty) ", said, INDENT + "  ");
    }
    lookedFor(field, spanId);
  }

  /** With where it comes from on the same line, where that fits. */
  private void value(String name, String value, String said) {
    var besides = name + Columns.left(value, Math.max(SHORT, Columns.of(value))) + "  ← ";
    if (said.isEmpty()) {
      line(name + value);
    } else if (Columns.of(besides) + Columns.of(said) <= width) {
      line(besides + said);
    } else {
      line(name + value);
      wrap(INDENT + "← ", said, INDENT + "  ");
    }
  }

  private void lookedFor(Field field, String spanId) {
    var looked =
        field.lookedFor().entrySet().stream()
            .map(entry -> entry.getKey() + ": " + some(entry.getValue()))
            .toList();
    if (!looked.isEmpty()) {
      wrap(INDENT + "looked for ", String.join(" · ", looked), INDENT + "  ");
    }
    for (var unusable : field.unusable()) {
      wrap(
          INDENT,
          "%s is there%s, but says nothing of it: %s"
              .formatted(
                  Columns.inert(unusable.name()),
                  of(unusable, spanId),
                  shown(String.valueOf(unusable.text()), 60)),
          INDENT + "  ");
    }
    for (var lookalike : field.lookalikes()) {
      wrap(
          INDENT,
          "%s is there%s, but no convention reads that name"
              .formatted(Columns.inert(lookalike.name()), of(lookalike, spanId)),
          INDENT + "  ");
    }
  }

  /** {@code Convention: a, b of "span" id; c of "other" id}. */
  private String sources(Field field, String spanId) {
    var byConvention = new LinkedHashMap<String, List<String>>();
    for (var origin : field.origins()) {
      var places = new LinkedHashMap<String, List<Holding>>();
      for (var holding : origin.holding()) {
        places.computeIfAbsent(holding.spanId(), _ -> new ArrayList<>()).add(holding);
      }
      var said = byConvention.computeIfAbsent(origin.convention(), _ -> new ArrayList<>());
      places.values().forEach(ofSpan -> said.add(places(ofSpan) + of(ofSpan.getFirst(), spanId)));
    }
    return byConvention.entrySet().stream()
        .map(entry -> {
          var said = entry.getValue();
          var shown = said.subList(0, Math.min(MAX_PLACES, said.size()));
          return entry.getKey()
              + ": "
              + String.join("; ", shown)
              + (said.size() > MAX_PLACES
                  ? "; and %d more".formatted(said.size() - MAX_PLACES)
                  : "");
        })
        .collect(Collectors.joining("; "));
  }

  private String places(List<Holding> holdings) {
    return some(
        holdings.stream()
            .map(holding ->
                switch (holding.kind()) {
                  case ATTRIBUTE -> holding.name();
                  case RESOURCE -> "resource " + holding.name();
                  case EVENT -> "event " + holding.name();
                  case SPAN -> "span " + holding.name();
                })
            .toList());
  }

  private String some(List<String> names) {
    var together = new LinkedHashMap<String, List<String>>();
    for (var name : names) {
      together
          .computeIfAbsent(INDEX.split(name, 2)[0], _ -> new ArrayList<>())
          .add(Columns.inert(Columns.cut(name, 80)));
    }
    // a list that an SDK spread over dotted keys is one thing
    var distinct =
        together.entrySet().stream()
            .flatMap(entry ->
                entry.getValue().size() > 2 && INDEX.matcher(entry.getValue().getFirst()).find()
                    ? Stream.of(
                        "%s.* (%d)"
                            .formatted(
                                Columns.inert(Columns.cut(entry.getKey(), 80)),
                                entry.getValue().size()))
                    : entry.getValue().stream())
            .distinct()
            .toList();
    int most = all ? MAX_NAMES : MAX_KEYS;
    return distinct.size() <= most
        ? String.join(", ", distinct)
        : String.join(", ", distinct.subList(0, most))
            + " and %d more".formatted(distinct.size() - most);
  }

  /** The span, but under its own heading. */
  private static String of(Holding holding, String spanId) {
    return holding.spanId().equals(spanId)
        ? ""
        : " of " + quoted(holding.spanName()) + " " + holding.spanId();
  }

  private static String quoted(String name) {
    return '"' + Columns.cut(Columns.inert(name), 40) + '"';
  }

  private static String shown(String value, int columns) {
    // what is cut away need not be made harmless
    var head = value.length() > 4 * columns ? value.substring(0, 4 * columns) : value;
    return Columns.cut(Columns.inert(head.replaceAll("\\s+", " ")), columns);
  }

  private static String count(int number, String what) {
    return number == 1 ? "1 " + what : number + " " + what + "s";
  }

  private void line(String line) {
    lines.add(Columns.cut(line.stripTrailing(), width));
  }

  /** Words over as many lines as it takes. */
  private void wrap(String first, String text, String next) {
    var current = new StringBuilder(first);
    boolean isFresh = true;
    for (var word : text.split(" ", -1)) {
      if (!isFresh && Columns.of(current.toString()) + 1 + Columns.of(word) > width) {
        line(current.toString());
        current = new StringBuilder(next);
        isFresh = true;
      }
      current.append(isFresh ? "" : " ").append(word);
      isFresh = false;
    }
    line(current.toString());
  }
}
