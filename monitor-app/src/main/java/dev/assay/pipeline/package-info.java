/** Topologies: each a supplier that only composes stages. */
@NullMarked
package dev.assay.pipeline;

import org.jspecify.annotations.NullMarked;
