/** The one catalogue of meters and the counting facade over it. */
@NullMarked
package dev.assay.metrics;

import org.jspecify.annotations.NullMarked;
