package dev.assay.model;

import java.util.List;

/**
 * Why a trace was or was not scored: one decision for every scorer known when it came by.
 *
 * @param decidedNanos nanoseconds since 1970-01-01T00:00:00Z
 */
public record TraceDecisions(
    String traceId, int revision, String app, long decidedNanos, List<Pair> decisions) {
  /**
   * One scorer's decision.
   *
   * @param samplingProbability what the pair's probability of being sampled was, in [0, 1]
   */
  public record Pair(
      String scorer, String scorerVersion, Decision decision, double samplingProbability) {}

  public TraceDecisions {
    decisions = List.copyOf(decisions);
  }
}
