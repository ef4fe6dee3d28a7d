/** Assessments to counts, windows, estimates and metrics. */
@NullMarked
package dev.assay.quality;

import org.jspecify.annotations.NullMarked;
