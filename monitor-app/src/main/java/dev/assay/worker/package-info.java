/** The worker lane: a share group of calls that take time. Knows scorers, not judges. */
@NullMarked
package dev.assay.worker;

import org.jspecify.annotations.NullMarked;
