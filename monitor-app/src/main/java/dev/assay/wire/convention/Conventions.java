package dev.assay.wire.convention;

import java.util.List;

/** Every convention, in order of precedence. This list is the one place to add one. */
public final class Conventions {
  private static final List<Convention> ALL =
      List.of(
          // what an application says in its SDK's own words, before what they are also written as
          new Langfuse(),
          new LangSmith(),
          new VercelAi(),
          new PydanticAi(),
          new GoogleAdk(),
          new Traceloop(),
          // what several of the above share
          new OpenTelemetryGeneral(),
          new OpenTelemetryGenAi(),
          new OpenInference(),
          new MLflow(),
          // what is said about the spans themselves
          new EvaluationMarks());

  private Conventions() {}

  /**
   * Lets each convention fill what those before it left open. A convention that fails on some
   * hostile span loses what it had to say, visibly, and nothing else.
   */
  public static void fill(SpanDraft span) {
    for (var convention : ALL) {
      fill(convention, span);
    }
  }

  static void fill(Convention convention, SpanDraft span) {
    try {
      convention.fill(span);
    } catch (RuntimeException e) {
      span.failed(convention.getClass().getSimpleName(), e);
    }
  }

  /** In order of precedence. */
  static List<Convention> all() {
    return ALL;
  }
}
