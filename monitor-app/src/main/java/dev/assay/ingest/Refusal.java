package dev.assay.ingest;

/** Why an export request is not taken, and how OTLP says so over HTTP and over gRPC. */
enum Refusal {
  MALFORMED(400, 3),
  METHOD_NOT_ALLOWED(405, 12),
  TOO_LARGE(413, 8),
  UNSUPPORTED(415, 12),
  FAILED(500, 13),
  UNAVAILABLE(503, 14);

  private final int httpStatus;
  private final int grpcCode;

  Refusal(int httpStatus, int grpcCode) {
    this.httpStatus = httpStatus;
    this.grpcCode = grpcCode;
  }

  int httpStatus() {
    return httpStatus;
  }

  /** One of {@code google.rpc.Code}. */
  int grpcCode() {
    return grpcCode;
  }

  /** Whether the client shall send the same again, later. */
  boolean retryable() {
    return this == UNAVAILABLE;
  }
}
