/** The benchmark: each stage beside a topology with the same I/O that does nothing else. */
@NullMarked
package dev.assay.bench;

import org.jspecify.annotations.NullMarked;
