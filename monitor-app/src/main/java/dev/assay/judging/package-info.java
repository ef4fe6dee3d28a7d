/** LLM judges: each a scorer of the worker lane. */
@NullMarked
package dev.assay.judging;

import org.jspecify.annotations.NullMarked;
