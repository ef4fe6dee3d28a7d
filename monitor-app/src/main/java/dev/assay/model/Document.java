package dev.assay.model;

import org.jspecify.annotations.Nullable;

/** A retrieved document; the score is in the retriever's own unit. */
public record Document(@Nullable String id, String text, @Nullable Double score) {}
