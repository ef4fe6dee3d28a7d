package dev.assay.wire;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A request none of which can be used: not protobuf, not JSON, or not of the shape of an OTLP trace
 * export. The message says what is wrong and repeats nothing of the content.
 */
public final class MalformedOtlpException extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedOtlpException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public String getMessage() {
    return requireNonNull(super.getMessage());
  }
}
