package dev.assay.model;

import org.jspecify.annotations.Nullable;

/** A tool that ran; arguments and result are JSON text. */
public record ToolCall(
    String name, @Nullable String arguments, @Nullable String result, SpanStatus status) {}
