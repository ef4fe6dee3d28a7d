package dev.assay.metrics;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Every meter Assay exposes, described once: the metrics reference in the README is generated from
 * this, and nothing else registers a name.
 *
 * <p>Accounting laws, which tests hold:
 *
 * <ul>
 *   <li>spans read = assembled + dropped by reason ({@link #SPANS}, {@code outcome})
 *   <li>(trace, scorer) pairs = scored + requested + skipped by reason ({@link #DECISIONS}: {@code
 *       sampled} pairs are scored inline or requested from the worker lane)
 *   <li>requests = assessed + rejected + expired + loop_guard + in flight ({@link
 *       #SCORING_REQUESTS})
 * </ul>
 */
public enum Meter {
  ASSESSMENTS(
      Type.COUNTER,
      "assay_assessments",
      "Assessments counted, each once, since this instance became the owner of the series.",
      "app",
      "environment",
      "app_version",
      "scorer",
      "scorer_version",
      "source",
      "outcome"),
  ASSESSMENT_WEIGHT(
      Type.COUNTER,
      "assay_assessment_weight",
      "Sum of 1/sampling probability of the assessments counted: ratios of it are unbiased under"
          + " sampling.",
      "app",
      "environment",
      "app_version",
      "scorer",
      "scorer_version",
      "source",
      "outcome"),
  SUPERSEDED(
      Type.COUNTER,
      "assay_superseded_assessments",
      "Assessments of a trace that was revised: taken_back (they had been counted), outrun (they"
          + " came after one of a later revision, and were never counted).",
      "scorer",
      "how"),
  SCORE(
      Type.HISTOGRAM,
      "assay_score",
      "Values of assessments that are numbers, or booleans as 1 and 0; exemplars carry trace ids.",
      "app",
      "environment",
      "app_version",
      "scorer"),
  QUALITY_RATIO(
      Type.GAUGE,
      "assay_quality_ratio",
      "Weighted share of passed among passed and failed assessments of traces that ended in the"
          + " window.",
      "app",
      "environment",
      "app_version",
      "scorer",
      "window"),
  QUALITY_RATIO_LOWER(
      Type.GAUGE,
      "assay_quality_ratio_lower",
      "Lower end of the 95 % Wilson interval of assay_quality_ratio, on the effective sample size.",
      "app",
      "environment",
      "app_version",
      "scorer",
      "window"),
  QUALITY_RATIO_UPPER(
      Type.GAUGE,
      "assay_quality_ratio_upper",
      "Upper end of the 95 % Wilson interval of assay_quality_ratio, on the effective sample size.",
      "app",
      "environment",
      "app_version",
      "scorer",
      "window"),
  QUALITY_EFFECTIVE_SAMPLES(
      Type.GAUGE,
      "assay_quality_effective_samples",
      "Effective sample size of the window: how many equally weighted passed or failed assessments"
          + " would tell as much.",
      "app",
      "environment",
      "app_version",
      "scorer",
      "window"),
  OBJECTIVE_RATIO(
      Type.GAUGE,
      "assay_objective_ratio",
      "The pass ratio the scorer's owner promises at least (1 - target for an at-most objective).",
      "scorer"),
  TRACES(
      Type.COUNTER,
      "assay_traces",
      "Traces by what became of them: assembled, published (sent whole by an application),"
          + " undecodable, without_spans (only log records came); reopened by late spans: revised"
          + " (sent on again), unchanged.",
      "app",
      "outcome"),
  SPANS(
      Type.COUNTER,
      "assay_spans",
      "Spans by what became of them: received and rejected at ingest; read, assembled, duplicate,"
          + " late, over_limit and undecodable in assembly.",
      "app",
      "outcome"),
  LOG_EVENTS(
      Type.COUNTER,
      "assay_log_events",
      "Log records by what became of them: received, rejected and passed_over (no event of a GenAI"
          + " call) at ingest; read, joined (to their span, each event once), orphaned (their span"
          + " has not come) and late (the trace was closed, and stays as it was) in assembly.",
      "app",
      "outcome"),
  TRACE_CLOSE(
      Type.COUNTER,
      "assay_trace_close",
      "Traces closed by assembly, by reason: root_ended, idle, max_age, size.",
      "app",
      "reason"),
  LATE_SPANS(
      Type.COUNTER,
      "assay_late_spans",
      "Spans that came after their trace was closed, by how long after (at most 1s, 10s, 1m, 10m,"
          + " 1d) and by whether they reopened it: reopened, dropped.",
      "app",
      "age",
      "outcome"),
  REDACTIONS(
      Type.COUNTER,
      "assay_redactions",
      "Findings taken out of traces, by type (email, card …) or the pattern's name.",
      "app",
      "type"),
  OPEN_TRACES(Type.GAUGE, "assay_open_traces", "Traces that assembly holds open.", "task"),
  SESSIONS(
      Type.COUNTER,
      "assay_sessions",
      "Sessions sent on: closed idle, or at their max_age; revised, after a later turn.",
      "app",
      "outcome"),
  SESSION_TURNS(
      Type.COUNTER,
      "assay_session_turns",
      "Traces by what sessions made of them: read; gathered, no_session, invalid_session (an id"
          + " over 512 characters), loop_guard (made by a judge or an evaluation run); of the"
          + " gathered, left_out of a session that was full.",
      "app",
      "outcome"),
  INGEST_REQUESTS(
      Type.COUNTER,
      "assay_ingest_requests",
      "Export requests answered, by protocol (http, grpc) and status code.",
      "protocol",
      "code"),
  INGEST_DISCARDED(
      Type.COUNTER,
      "assay_ingest_discarded_requests",
      "Export requests thrown away because they hold nothing of traces, by signal (metrics).",
      "signal"),
  DECISIONS(
      Type.COUNTER,
      "assay_decisions",
      "Decisions on (trace, scorer) pairs: sampled, filtered, sampled_out, over_budget, paused,"
          + " loop_guard.",
      "scorer",
      "decision"),
  SCORING_SECONDS(
      Type.HISTOGRAM,
      "assay_scoring_seconds",
      "From the end of the trace to its assessment; lane is inline or worker.",
      "scorer",
      "lane"),
  SCORING_REQUESTS(
      Type.COUNTER,
      "assay_scoring_requests",
      "Worker-lane requests: requested by the router; taken by a worker, and what became of those:"
          + " assessed, rejected, expired, retried, repeated (ended before), loop_guard (made by a"
          + " judge or an evaluation run), released (given back).",
      "scorer",
      "outcome"),
  WORKER_IN_FLIGHT(
      Type.GAUGE, "assay_worker_in_flight", "Requests that a worker of this instance runs."),
  WORKER_SLOTS(Type.GAUGE, "assay_worker_slots", "Requests this instance may run at a time."),
  WORKER_RETRIES_WAITING(
      Type.GAUGE,
      "assay_worker_retries_waiting",
      "Retries this instance holds until they are due."),
  WORKER_LOST_LOCKS(
      Type.COUNTER,
      "assay_worker_lost_locks",
      "Requests whose lock lapsed or was lost while they ran: another worker runs them again."),
  WORKER_RESTARTS(
      Type.COUNTER,
      "assay_worker_restarts",
      "Consumers of the worker lane that failed and were replaced."),
  JUDGE_SECONDS(
      Type.HISTOGRAM, "assay_judge_seconds", "Duration of judge calls.", "model", "scorer"),
  JUDGE_CALLS(
      Type.COUNTER,
      "assay_judge_calls",
      "Judge calls by outcome: answered, failed.",
      "model",
      "scorer",
      "outcome"),
  JUDGE_TOKENS(
      Type.COUNTER,
      "assay_judge_tokens",
      "Tokens judges used; direction is input or output.",
      "model",
      "scorer",
      "direction"),
  JUDGE_COST(
      Type.COUNTER,
      "assay_judge_cost_usd",
      "US dollars judges cost, where prices are configured.",
      "model",
      "scorer"),
  JUDGE_IN_FLIGHT(Type.GAUGE, "assay_judge_in_flight", "Judge calls in flight.", "model"),
  JUDGE_ERRORS(
      Type.COUNTER,
      "assay_judge_errors",
      "Judge calls that gave no verdict, by error code.",
      "model",
      "scorer",
      "code"),
  SCORER_PAUSED(
      Type.GAUGE,
      "assay_scorer_paused",
      "1 while Assay itself keeps the scorer from running; the reason is in assay.events.",
      "scorer"),
  DEAD_LETTERS(
      Type.COUNTER,
      "assay_dead_letters",
      "Records that could not be processed and went to the dead-letter topic.",
      "stage",
      "cause"),
  QUALITY_EVENTS(
      Type.COUNTER, "assay_quality_events", "Events on assay.events, by kind.", "scorer", "kind"),
  STREAMS_STATE(
      Type.GAUGE,
      "assay_streams_running",
      "1 while the application's Kafka Streams topology is RUNNING.",
      "application");

  private static final Set<Meter> BY_QUALITY =
      Collections.unmodifiableSet(
          EnumSet.of(
              ASSESSMENTS,
              ASSESSMENT_WEIGHT,
              QUALITY_RATIO,
              QUALITY_RATIO_LOWER,
              QUALITY_RATIO_UPPER,
              QUALITY_EFFECTIVE_SAMPLES));

  /** How Prometheus reads it. */
  public enum Type {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }

  private final Type type;
  private final String id;
  private final String help;

  // List.of: immutable, which its type does not say
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<String> labels;

  Meter(Type type, String id, String help, String... labels) {
    this.type = type;
    this.id = id;
    this.help = help;
    this.labels = List.of(labels);
  }

  public Type type() {
    return type;
  }

  /** Without the {@code _total} of a counter. */
  public String baseName() {
    return id;
  }

  /** As it stands on {@code /metrics} and in queries. */
  public String prometheusName() {
    return type == Type.COUNTER ? id + "_total" : id;
  }

  /**
   * Whether the quality stage's collector exposes it from its stores, because what is counted there
   * must survive a rolled-back transaction.
   */
  public boolean exposedByQuality() {
    return BY_QUALITY.contains(this);
  }

  public String help() {
    return help;
  }

  public List<String> labels() {
    return labels;
  }
}
