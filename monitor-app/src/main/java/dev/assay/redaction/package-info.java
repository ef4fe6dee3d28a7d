/** Personal data and secrets in text: finding them, and taking them out of traces. Pure. */
@NullMarked
package dev.assay.redaction;

import org.jspecify.annotations.NullMarked;
