package dev.assay.assembly;

/** What the store {@code open-traces} holds of a trace. */
sealed interface TraceState permits OpenTrace, ClosedTrace {}
