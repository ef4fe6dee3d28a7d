package dev.assay.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One trace, whole.
 *
 * @param question plain text of what the user asked
 * @param answer plain text of what the application answered
 * @param inputs as they came, where they say more than the question
 * @param earlierVerdicts how many verdicts on earlier revisions are not shown
 * @param hiddenSpans how many spans are not shown
 */
record TracePage(
    String traceId,
    String name,
    String app,
    String environment,
    String appVersion,
    String status,
    String statusCss,
    List<ScorerPage.Fact> facts,
    List<ScorerPage.Fact> labels,
    List<Verdict> verdicts,
    int earlierVerdicts,
    @Nullable String verdictsUnavailable,
    @Nullable Excerpt question,
    @Nullable Excerpt answer,
    @Nullable Excerpt inputs,
    @Nullable Excerpt outputs,
    @Nullable Excerpt expectations,
    List<Message> messages,
    List<Tool> tools,
    List<Doc> documents,
    String totalDuration,
    List<SpanRow> spans,
    int hiddenSpans) {
  /** One assessment. */
  record Verdict(
      String name,
      boolean linked,
      String outcome,
      String css,
      @Nullable Excerpt value,
      @Nullable Excerpt rationale,
      @Nullable String errorCode,
      @Nullable Excerpt errorMessage,
      Source source,
      String scorer,
      @Nullable String spanId,
      List<ScorerPage.Fact> facts) {}

  /** One message of the last model call. */
  record Message(String role, String css, Excerpt content) {}

  /** A tool that ran. */
  record Tool(
      String name,
      String status,
      String css,
      @Nullable Excerpt arguments,
      @Nullable Excerpt result) {}

  /** A retrieved document. */
  record Doc(@Nullable String id, @Nullable String score, Excerpt text) {}

  /**
   * One span.
   *
   * @param depth 0 for a root, at most {@value SpanTree#MAX_DEPTH}
   * @param barX where its bar starts, per cent of the trace's duration
   * @param barWidth of its bar, per cent
   */
  record SpanRow(
      int depth,
      String name,
      String type,
      String typeCss,
      boolean error,
      String duration,
      String offset,
      String barX,
      String barWidth,
      boolean open,
      List<ScorerPage.Fact> facts,
      @Nullable Excerpt statusMessage,
      @Nullable Excerpt inputs,
      @Nullable Excerpt outputs,
      @Nullable Tool tool,
      List<Message> messages,
      List<Doc> documents,
      List<Attribute> attributes,
      List<Event> events,
      int omitted) {}

  /** One attribute of a span. */
  record Attribute(String key, Excerpt value) {}

  /** Something that happened within a span. */
  record Event(String name, String offset, List<Attribute> attributes) {}
}
