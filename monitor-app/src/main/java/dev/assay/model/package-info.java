/** Records and sealed types that every stage speaks: nothing here needs more than java.*. */
@NullMarked
package dev.assay.model;

import org.jspecify.annotations.NullMarked;
