/** One class per telemetry convention: how its attributes become spans of the model. */
@NullMarked
package dev.assay.wire.convention;

import org.jspecify.annotations.NullMarked;
