package dev.assay.pipeline;

import dev.assay.metrics.Metrics;
import dev.assay.model.AssessmentKind;
import dev.assay.quality.CountAssessments;
import dev.assay.quality.DedupeAssessments;
import dev.assay.quality.MergeWindows;
import dev.assay.quality.ObserveAssessments;
import dev.assay.quality.OwnedSeries;
import dev.assay.quality.QualityConfig;
import dev.assay.wire.Topics;
import java.util.function.Supplier;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * Assessments to quality: each verdict counted once, into the minute in which its trace ended and
 * into the running total of its series.
 *
 * <pre>
 * assay.assessments → feedback only → dedupe → observe → count ─ by series ─▶ merge → assay.quality
 * </pre>
 *
 * <p>Exact under {@code exactly_once_v2}, and meant to run so.
 */
public final class QualityPipeline implements Supplier<Topology> {
  public static final String APPLICATION_ID = "assay-quality";

  private final Topics topics;
  private final Metrics metrics;
  private final QualityConfig config;
  private final OwnedSeries owned;

  /**
   * @param owned told which series this process owns, for the collector
   */
  public QualityPipeline(Topics topics, Metrics metrics, QualityConfig config, OwnedSeries owned) {
    this.topics = topics;
    this.metrics = metrics;
    this.config = config;
    this.owned = owned;
  }

  @Override
  public Topology get() {
    var assessments = topics.assessments();
    var quality = topics.quality();
    var builder = new StreamsBuilder();
    builder.stream(
            assessments.name(),
            Consumed.with(assessments.keys(), assessments.values()).withName("assessments"))
        // an expectation says what an answer should have been: it judges nothing
        .filter((_, said) -> said.kind() == AssessmentKind.FEEDBACK, Named.as("feedback-only"))
        .processValues(
            new DedupeAssessments(quality, config.idRetention(), metrics),
            Named.as("dedupe-assessments"))
        .peek(new ObserveAssessments(metrics), Named.as("observe-assessments"))
        .process(
            new CountAssessments(quality, config.flushInterval()), Named.as("count-assessments"))
        .repartition(
            Repartitioned.with(quality.keys(), quality.values()).withName("counts-by-series"))
        .process(
            new MergeWindows(quality, config.windowRetention(), owned), Named.as("merge-windows"))
        .to(quality.name(), Produced.with(quality.keys(), quality.values()).withName("quality"));
    return builder.build();
  }
}
