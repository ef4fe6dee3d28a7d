/** Which scorers see a trace: pure functions of (trace, scorers). */
@NullMarked
package dev.assay.sampling;

import org.jspecify.annotations.NullMarked;
