package dev.assay;

import dev.assay.judging.JudgeListener;
import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;

/** Counts what judges' calls take, cost and fail by. */
final class JudgeMeters implements JudgeListener {
  private final Metrics metrics;

  JudgeMeters(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void began(String model) {
    metrics.move(Meter.JUDGE_IN_FLIGHT, 1, model);
  }

  @Override
  public void ended(Call call) {
    metrics.move(Meter.JUDGE_IN_FLIGHT, -1, call.model());
    metrics.observe(
        Meter.JUDGE_SECONDS, call.took().toNanos() / 1e9, null, call.model(), call.scorer());
    metrics.add(
        Meter.JUDGE_TOKENS, (double) call.inputTokens(), call.model(), call.scorer(), "input");
    metrics.add(Meter.JUDGE_TOKENS, call.outputTokens(), call.model(), call.scorer(), "output");
    var cost = call.costUsd();
    if (cost != null) {
      metrics.add(Meter.JUDGE_COST, cost, call.model(), call.scorer());
    }
    var error = call.error();
    metrics.count(
        Meter.JUDGE_CALLS, call.model(), call.scorer(), error == null ? "answered" : "failed");
    if (error != null) {
      metrics.count(Meter.JUDGE_ERRORS, call.model(), call.scorer(), error);
    }
  }

  @Override
  public void unusable(String model, String scorer, String error) {
    metrics.count(Meter.JUDGE_ERRORS, model, scorer, error);
  }
}
