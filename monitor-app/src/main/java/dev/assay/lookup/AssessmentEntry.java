package dev.assay.lookup;

/**
 * What the list of recent assessments keeps of one.
 *
 * @param indexedMillis when it was indexed, milliseconds since 1970-01-01T00:00:00Z
 * @param place of the whole record
 */
record AssessmentEntry(long sequence, long indexedMillis, Place place, AssessmentRow row) {}
