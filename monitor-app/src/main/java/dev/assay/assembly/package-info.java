/** Spans to traces: open traces as pure state, thin processors around them. */
@NullMarked
package dev.assay.assembly;

import org.jspecify.annotations.NullMarked;
