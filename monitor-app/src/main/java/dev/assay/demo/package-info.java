/**
 * What {@code assay demo} adds to the monitor: three applications that send telemetry, the truth
 * about what they send, and a view of the outcome in the terminal.
 */
@NullMarked
package dev.assay.demo;

import org.jspecify.annotations.NullMarked;
