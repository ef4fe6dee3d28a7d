package dev.assay.model;

import org.jspecify.annotations.Nullable;

/** What one judgement cost: the model that gave it, its tokens, and US dollars where known. */
public record JudgeUsage(
    String model, long inputTokens, long outputTokens, @Nullable Double costUsd) {}
