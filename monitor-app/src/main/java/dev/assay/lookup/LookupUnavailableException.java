package dev.assay.lookup;

/** The index or the broker cannot answer now; asking again later may. The message is for people. */
public final class LookupUnavailableException extends RuntimeException {
  public LookupUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  public LookupUnavailableException(String message) {
    super(message);
  }
}
