package dev.assay.wire;

import dev.assay.model.Trace;
import dev.assay.wire.convention.Place;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A trace with the origin of each of its fields, as {@link TraceExplainer} found them out.
 *
 * @param mapped what the assembler makes of the same spans
 * @param conventions spans of which each convention said something
 * @param fields of the trace, in reading order
 * @param spans parents first
 */
public record Explanation(
    MappedTrace mapped,
    Trace trace,
    Map<String, Integer> conventions,
    List<Field> fields,
    List<ExplainedSpan> spans) {
  public Explanation {
    fields = List.copyOf(fields);
    spans = List.copyOf(spans);
  }

  /**
   * A field.
   *
   * @param value as text; null where it is empty
   * @param origins where the value comes from, the one that holds it first
   * @param how by which rule, where that is not plain; null where it is
   * @param lookedFor of an empty field: the names that were looked for, by convention
   * @param unusable of an empty field: places that hold something which says nothing of it
   * @param lookalikes of an empty field: attributes of similar names that nobody reads
   */
  public record Field(
      String name,
      @Nullable String value,
      List<Origin> origins,
      @Nullable String how,
      Map<String, List<String>> lookedFor,
      List<Holding> unusable,
      List<Holding> lookalikes) {
    public Field {
      origins = List.copyOf(origins);
      unusable = List.copyOf(unusable);
      lookalikes = List.copyOf(lookalikes);
    }

    static Field known(
        String name, @Nullable String value, List<Origin> origins, @Nullable String how) {
      return new Field(name, value, origins, how, Map.of(), List.of(), List.of());
    }
  }

  /**
   * Where a value comes from.
   *
   * @param convention by the name people know
   * @param holding empty where it is what the convention says of any such span
   */
  public record Origin(String convention, List<Holding> holding) {
    public Origin {
      holding = List.copyOf(holding);
    }
  }

  /**
   * A place that holds something.
   *
   * @param name of the attribute; of an event with its attribute's after a colon
   */
  public record Holding(
      String spanId, String spanName, Place.Kind kind, String name, @Nullable String text) {}

  /**
   * A span.
   *
   * @param depth 0 at the top
   * @param relevant names of the fields that such a span is expected to have
   * @param kept attributes that no convention reads
   * @param marks where no convention knows the span: what each looks for to know one
   */
  public record ExplainedSpan(
      String spanId,
      String name,
      String type,
      String scope,
      int depth,
      List<Field> fields,
      List<String> relevant,
      List<Holding> kept,
      Map<String, List<String>> marks) {
    public ExplainedSpan {
      fields = List.copyOf(fields);
      relevant = List.copyOf(relevant);
      kept = List.copyOf(kept);
    }
  }
}
