package dev.assay.quality;

/**
 * When a version of an application was seen, as far back as the view holds.
 *
 * @param firstSeenNanos start of the first minute with an assessment, nanoseconds since
 *     1970-01-01T00:00:00Z
 * @param lastSeenNanos start of the last one
 */
public record VersionMark(
    String app, String environment, String appVersion, long firstSeenNanos, long lastSeenNanos) {}
