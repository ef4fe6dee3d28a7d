/**
 * Receives OTLP, over HTTP and from the topic an OpenTelemetry Collector writes, and puts spans on
 * {@code assay.spans}: one record per trace, whichever way they came.
 */
@NullMarked
package dev.assay.ingest;

import org.jspecify.annotations.NullMarked;
