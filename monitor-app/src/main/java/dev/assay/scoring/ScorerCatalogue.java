package dev.assay.scoring;

import java.util.List;
import java.util.stream.Collectors;

/** The catalogue of scorers, as the README prints it: made from the factories, so always true. */
public final class ScorerCatalogue {
  private ScorerCatalogue() {}

  /** A Markdown table: one row a kind, by name. */
  public static String markdown(Scorers scorers) {
    return scorers.catalogue().stream()
        .map(ScorerCatalogue::row)
        .collect(
            Collectors.joining(
                "\n",
                """
                | kind | what it checks | parameters | value | example |
                |---|---|---|---|---|
                """,
                "\n"));
  }

  private static String row(ScorerFactory factory) {
    return List.of(
            code(factory.kind()),
            cell(factory.description()),
            factory.parameters().isEmpty()
                ? "none"
                : factory.parameters().stream()
                    .map(ScorerCatalogue::parameter)
                    .collect(Collectors.joining("<br>")),
            cell(factory.value()),
            code("parameters: " + factory.example()))
        .stream()
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static String parameter(Parameter parameter) {
    return "%s (%s%s): %s"
        .formatted(
            code(parameter.name()),
            cell(parameter.type()),
            parameter.required() ? ", required" : "",
            cell(parameter.description()));
  }

  private static String code(String text) {
    return "`" + cell(text) + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }
}
