/** Scorer definitions: read from YAML, validated, kept on the compacted topic. */
@NullMarked
package dev.assay.registry;

import org.jspecify.annotations.NullMarked;
