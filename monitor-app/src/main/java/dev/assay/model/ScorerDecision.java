package dev.assay.model;

/**
 * The decision for one (trace, scorer) pair.
 *
 * @param samplingProbability the pair's probability of being sampled, in [0, 1]: the scorer's rate
 *     times the upstream probability
 */
public record ScorerDecision(ScorerSpec scorer, Decision decision, double samplingProbability) {}
