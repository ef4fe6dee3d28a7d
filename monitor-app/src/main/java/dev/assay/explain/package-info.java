/** Where the fields of a trace come from, for people and for programs. */
@NullMarked
package dev.assay.explain;

import org.jspecify.annotations.NullMarked;
