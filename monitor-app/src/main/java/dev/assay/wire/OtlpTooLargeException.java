package dev.assay.wire;

import static java.util.Objects.requireNonNull;

/** A request that, well-formed or not, is or becomes larger than what is allowed. */
public final class OtlpTooLargeException extends Exception {
  private static final long serialVersionUID = 1L;

  public OtlpTooLargeException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return requireNonNull(super.getMessage());
  }
}
