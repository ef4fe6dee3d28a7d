/** Text for terminals: measured in columns, and without power over them. */
@NullMarked
package dev.assay.terminal;

import org.jspecify.annotations.NullMarked;
