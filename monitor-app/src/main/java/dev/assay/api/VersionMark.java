package dev.assay.api;

/**
 * When a version of an application was first seen.
 *
 * @param firstSeenNanos nanoseconds since 1970-01-01T00:00:00Z
 */
public record VersionMark(String app, String environment, String appVersion, long firstSeenNanos) {}
