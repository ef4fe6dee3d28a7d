package dev.assay.wire;

import java.util.Map;

/**
 * Reads an OTLP export and splits it by trace id, keeping each span under its resource and scope.
 * Of logs, events that tell of a span are kept, each as a span of that id which holds no more. What
 * cannot be used is rejected span by span and counted; its neighbours are kept. A function of its
 * bytes: the same spans give the same records, whichever way they came.
 *
 * <p>Immutable and thread-safe.
 */
public final class OtlpTraces {
  private final int maxRecordBytes;
  private final long maxTotalBytes;

  /**
   * @param maxRecordBytes a record's value, at most. The spans of a larger trace go to several
   *     records; a span that is larger alone is rejected
   * @param maxTotalBytes all records of one request, at most, each with 512 bytes for its costs.
   *     Records repeat the resource, so together they can be larger than the request
   */
  public OtlpTraces(int maxRecordBytes, long maxTotalBytes) {
    if (maxRecordBytes < 1 || maxTotalBytes < 1) {
      throw new IllegalArgumentException(
          "bytes must be >= 1, were %d a record, %d in all"
              .formatted(maxRecordBytes, maxTotalBytes));
    }
    this.maxRecordBytes = maxRecordBytes;
    this.maxTotalBytes = maxTotalBytes;
  }

  /**
   * Splits a request of spans.
   *
   * @throws MalformedOtlpException if none of it can be used
   * @throws OtlpTooLargeException if it becomes more than the total bound
   */
  public OtlpSplit split(byte[] request, OtlpEncoding encoding)
      throws MalformedOtlpException, OtlpTooLargeException {
    return split(request, OtlpSignal.TRACES, encoding, Map.of());
  }

  /**
   * Splits a request.
   *
   * @param attributes added to every resource that has none of the name
   * @throws MalformedOtlpException if none of it can be used
   * @throws OtlpTooLargeException if it becomes more than the total bound
   */
  public OtlpSplit split(
      byte[] request, OtlpSignal signal, OtlpEncoding encoding, Map<String, String> attributes)
      throws MalformedOtlpException, OtlpTooLargeException {
    var spans = new SpansByTrace(signal, maxRecordBytes, maxTotalBytes);
    switch (encoding) {
      case PROTOBUF -> new OtlpProtobuf(spans, attributes).read(request);
      case JSON -> OtlpJson.read(request, attributes, spans);
    }
    return spans.split();
  }
}
