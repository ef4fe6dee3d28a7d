package dev.assay.wire.convention;

/**
 * One vocabulary of span attributes. It fills what it knows and leaves the rest: the first to set a
 * field wins, in the order of {@link Conventions}; what nobody takes stays among the span's
 * attributes. To add one: a class of its own, a line in {@link Conventions}, a test with spans as
 * its SDKs send them.
 */
interface Convention {
  /**
   * Reads the draft's attributes, events and resource, and sets what they say. Content that becomes
   * a field is taken out of the attributes; small facts (a model's name, a temperature) are read
   * and left there, where filters look for them.
   */
  void fill(SpanDraft span);

  /** The name people know it by. */
  default String title() {
    return getClass().getSimpleName();
  }
}
