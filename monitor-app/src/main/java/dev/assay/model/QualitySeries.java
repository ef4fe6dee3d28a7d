package dev.assay.model;

/** What quality is counted by: the label set of the quality metrics. */
public record QualitySeries(
    String app,
    String environment,
    String appVersion,
    String scorer,
    String scorerVersion,
    SourceType source) {}
