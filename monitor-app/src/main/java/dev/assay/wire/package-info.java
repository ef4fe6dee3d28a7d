/**
 * Topics, serdes and the mapping between Avro or OTLP and the model: the only package that sees
 * generated classes.
 */
@NullMarked
package dev.assay.wire;

import org.jspecify.annotations.NullMarked;
