package dev.assay.wire.convention;

/**
 * Is told what conventions ask a {@link SpanDraft} for. Nobody listens while traces are assembled:
 * the calls then cost nothing that can be measured. One thread.
 */
interface Lookups {
  /** Nobody listens. */
  Lookups UNWATCHED = new Lookups() {};

  /** An attribute of the span. */
  default void attribute(String key) {}

  /** All attributes below a prefix. */
  default void below(String prefix) {}

  /** Whether there is anything below a prefix: by which a convention knows its spans. */
  default void prefix(String prefix) {}

  /** An attribute of the resource. */
  default void resource(String key) {}
}
