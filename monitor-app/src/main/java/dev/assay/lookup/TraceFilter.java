package dev.assay.lookup;

import dev.assay.model.TraceStatus;
import org.jspecify.annotations.Nullable;

/** Which traces to list; what is absent does not matter. */
public record TraceFilter(@Nullable String app, @Nullable TraceStatus status) {
  public static final TraceFilter ALL = new TraceFilter(null, null);

  boolean accepts(TraceEntry entry) {
    return (app == null || app.equals(entry.app())) && (status == null || status == entry.status());
  }
}
