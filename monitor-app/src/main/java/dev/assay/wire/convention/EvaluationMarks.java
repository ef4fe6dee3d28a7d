package dev.assay.wire.convention;

import com.google.protobuf.ByteString;
import dev.assay.model.SpanType;
import java.util.HexFormat;

/**
 * Marks traces that carry evaluations, so that no other trace is searched for any, and keeps the
 * target of spans that carry evaluations of others: what a link points to is not kept otherwise.
 * {@link ReportedEvaluations} reads them.
 */
final class EvaluationMarks implements Convention {
  /** Among a trace's metadata: some span carries evaluations. */
  static final String MARK = "assay.evaluations";

  /** Attribute of a span that carries evaluations of another: its trace and span id. */
  static final String TARGET = "assay.evaluation_target";

  @Override
  public String title() {
    return "Assay";
  }

  @Override
  public void fill(SpanDraft span) {
    if (!ReportedEvaluations.isEvent(span) && !ReportedEvaluations.isAnnotated(span)) {
      return;
    }
    span.trace().metadata(MARK, "true");
    // one link and no work of its own: made afterwards to say something of the span it links to
    boolean isCarrier =
        span.span().getLinksCount() == 1
            && ReportedEvaluations.isAnnotated(span)
            && span.isTypeOr(SpanType.EVALUATOR);
    if (isCarrier) {
      var link = span.span().getLinks(0);
      if (link.getTraceId().size() == 16 && link.getSpanId().size() == 8) {
        span.note(TARGET, hex(link.getTraceId()) + "/" + hex(link.getSpanId()));
        if (span.span().getParentSpanId().isEmpty()) {
          // a judge's trace: scoring it would be to judge judges
          span.trace().metadata("assay.source_scorer", "reported");
        }
      }
    }
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }
}
