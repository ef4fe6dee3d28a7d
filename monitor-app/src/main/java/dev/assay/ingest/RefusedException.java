package dev.assay.ingest;

import org.jspecify.annotations.Nullable;

/** An export request that is not taken. The message goes to the sender. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Refusal refusal;

  RefusedException(Refusal refusal, String message) {
    this(refusal, message, null);
  }

  // No stack trace: under overload these are made by the thousand.
  RefusedException(Refusal refusal, String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
    this.refusal = refusal;
  }

  Refusal refusal() {
    return refusal;
  }
}
