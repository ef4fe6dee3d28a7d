package dev.assay.wire;

/**
 * A record for {@code assay.spans}: spans of one trace. A trace whose spans do not fit one record
 * has several.
 *
 * @param traceId 32 lower-case hexadecimal digits, the record's key
 * @param spans how many, ≥ 1
 * @param bytes an OTLP {@code TracesData} (the same as {@code ExportTraceServiceRequest}) in
 *     protobuf, each span under its own resource and scope
 */
@SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
public record TraceSpans(String traceId, int spans, byte[] bytes) {}
