/** Where traces and assessments are, for pages and the API. */
@NullMarked
package dev.assay.lookup;

import org.jspecify.annotations.NullMarked;
