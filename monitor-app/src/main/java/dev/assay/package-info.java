/** Commands, configuration and the composition root. */
@NullMarked
package dev.assay;

import org.jspecify.annotations.NullMarked;
