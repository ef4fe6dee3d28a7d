/** The scorer interface that users implement, and the scorers that need no I/O. */
@NullMarked
package dev.assay.scoring;

import org.jspecify.annotations.NullMarked;
