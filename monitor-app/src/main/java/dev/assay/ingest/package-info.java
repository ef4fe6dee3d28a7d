/** Receives OTLP and puts spans on topics. */
@NullMarked
package dev.assay.ingest;

import org.jspecify.annotations.NullMarked;
