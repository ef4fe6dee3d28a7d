package dev.assay.assembly;

import dev.assay.wire.EncodedTrace;
import org.jspecify.annotations.Nullable;

/** What leaves the assembler. */
sealed interface Assembled {
  /** A finished trace. */
  record Finished(EncodedTrace trace) implements Assembled {}

  /** A message as it came; the record's headers say what is wrong with it. */
  // The bytes are handed on as they came and never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Refused(byte @Nullable [] key, byte @Nullable [] value) implements Assembled {}
}
