/** HTTP handlers, pages and the mapping of errors. */
@NullMarked
package dev.assay.api;

import org.jspecify.annotations.NullMarked;
