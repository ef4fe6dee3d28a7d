package dev.assay.wire;

import dev.assay.model.CloseReason;
import dev.assay.model.Span;
import dev.assay.model.SpanStatus;
import dev.assay.model.Trace;
import dev.assay.model.TraceHeader;
import dev.assay.model.TraceStatus;
import dev.assay.wire.convention.Budget;
import dev.assay.wire.convention.Conventions;
import dev.assay.wire.convention.PlainText;
import dev.assay.wire.convention.SpanDraft;
import dev.assay.wire.convention.TraceFacts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * OTLP messages of one trace → {@link Trace}.
 *
 * <p>Whatever the messages hold, this returns: what cannot be read is counted in the {@link
 * MappedTrace}, absurd times are clamped (and the span says so in {@code assay.clamped_time}), and
 * text is cut with a mark so that the record fits {@link Topics#MAX_RECORD_BYTES}; the metadata
 * {@code assay.truncated} then holds the number of values cut or left out. Immutable.
 */
public final class TraceMapper {
  // Two budgets that together, with what carries no text, stay below the largest record: one for
  // the spans and one for what stands on the trace itself, where scorers look first.
  private static final long SPAN_BYTES = 4_700_000;
  private static final long TRACE_BYTES = 2_500_000;
  // ids, numbers and lengths of one span on the wire, its name and status apart
  private static final int BYTES_A_SPAN = 120;

  private final int maxSpans;
  private final RootSelector rootSelector;

  /**
   * @param maxSpans of a trace, 1 to 10,000; the first to arrive are kept
   */
  public TraceMapper(int maxSpans) {
    this(maxSpans, RootSelector.NONE);
  }

  /**
   * @param maxSpans of a trace, 1 to 10,000; the first to arrive are kept
   * @param rootSelector the application's own root, where its spans do not tell
   */
  public TraceMapper(int maxSpans, RootSelector rootSelector) {
    if (maxSpans < 1 || maxSpans > 10_000) {
      throw new IllegalArgumentException("max spans must be 1 to 10,000, was " + maxSpans);
    }
    this.maxSpans = maxSpans;
    this.rootSelector = rootSelector;
  }

  /**
   * Maps.
   *
   * @param traceId 32 lower-case hex digits
   * @param messages OTLP {@code TracesData} or {@code ExportTraceServiceRequest}, in order of
   *     arrival
   * @param revision ≥ 1
   * @param closedNanos when the trace was closed, nanoseconds since 1970-01-01T00:00:00Z
   */
  public MappedTrace map(
      String traceId, List<byte[]> messages, int revision, CloseReason reason, long closedNanos) {
    var received = ReceivedSpans.of(traceId, messages, maxSpans);
    var spans = received.spans();
    return new MappedTrace(
        spans.isEmpty()
            ? null
            : trace(
                traceId,
                SpanTree.of(spans),
                spans.size() + received.overLimit(),
                revision,
                reason,
                closedNanos),
        received.duplicates(),
        received.overLimit(),
        received.invalid(),
        received.joined(),
        received.orphaned(),
        received.undecodable());
  }

  private Trace trace(
      String traceId,
      SpanTree tree,
      int spanCount,
      int revision,
      CloseReason reason,
      long closedNanos) {
    var traceBudget = new Budget(TRACE_BYTES);
    var facts = new TraceFacts(traceBudget);
    var spanBudget = new Budget(SPAN_BYTES - (long) tree.size() * BYTES_A_SPAN);
    int top = tree.top();
    var spans = new Span[tree.size()];
    int selected = -1;
    int marked = -1;
    for (int i = 0; i < spans.length; i++) {
      var draft = draft(tree.span(i), facts);
      spans[i] = span(tree.span(i), draft, i == top, spanBudget, closedNanos);
      selected = selected < 0 && rootSelector.matches(tree.span(i)) ? i : selected;
      marked = marked < 0 && draft.isApplicationRoot() ? i : marked;
    }
    SeenOnce.of(tree, spans);
    ToldByModels.complete(spans);
    var told = ToldByModels.without(spans, spanBudget);
    var sameCalls = SameCalls.of(tree, spans);
    var counted = CountedOnce.of(tree, spans);
    var applicationRoot = ApplicationRoot.of(selected, marked, top);
    var content = new TopmostContent(tree, spans, applicationRoot.position());
    var inputs = traceBudget.repeated(content.inputs());
    var outputs = traceBudget.repeated(content.outputs());
    if (applicationRoot.rule() != ApplicationRoot.Rule.SELECTED) {
      var statedInputs = facts.inputs();
      var statedOutputs = facts.outputs();
      inputs = statedInputs == null ? inputs : statedInputs;
      outputs = statedOutputs == null ? outputs : statedOutputs;
    }
    sameCalls.leave();
    SeenOnce.calls(tree, spans);
    var asked = PlainText.question(inputs);
    var question = traceBudget.content(asked == null ? content.asked() : asked);
    var answer = traceBudget.content(PlainText.answer(outputs));
    int cuts = traceBudget.cuts() + spanBudget.cuts();
    if (cuts > 0) {
      facts.truncated(cuts);
    }
    var root = spans[top];
    boolean rootEnded = !tree.span(top).hasParent() && tree.span(top).hasEnded();
    var header =
        new TraceHeader(
            traceId,
            revision,
            facts.app(),
            facts.environment(),
            facts.appVersion(),
            facts.session(),
            facts.user(),
            orElse(facts.name(), root.name()),
            rootEnded ? root.startNanos() : earliest(spans),
            rootEnded ? root.durationNanos() : latest(spans) - earliest(spans),
            status(root, rootEnded),
            samplingProbability(tree, top),
            reason,
            closedNanos,
            spanCount,
            facts.tags(),
            facts.metadata(),
            counted.tokens());
    return new Trace(
        header, inputs, outputs, question, answer, null, counted.costUsd(), List.of(spans), told);
  }

  private static SpanDraft draft(ReceivedSpan received, TraceFacts facts) {
    var draft = new SpanDraft(received.span(), received.resource(), received.scope(), facts);
    Conventions.fill(draft);
    return draft;
  }

  private static Span span(
      ReceivedSpan received, SpanDraft draft, boolean isTop, Budget budget, long closedNanos) {
    var times = SpanTimes.of(received.span(), closedNanos);
    if (times.clamped()) {
      draft.note(
          "assay.clamped_time",
          Long.toUnsignedString(received.span().getStartTimeUnixNano())
              + "/"
              + Long.toUnsignedString(received.span().getEndTimeUnixNano()));
    }
    return draft.finish(
        SpanIds.hex(received.id()),
        received.hasParent() ? SpanIds.hex(received.parentId()) : null,
        times.startNanos(),
        times.durationNanos(),
        isTop,
        budget);
  }

  private static String orElse(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }

  /**
   * A trace whose root never came is in progress, unless its topmost span is known to have failed.
   */
  private static TraceStatus status(Span root, boolean rootEnded) {
    if (root.status() == SpanStatus.ERROR) {
      return TraceStatus.ERROR;
    }
    return rootEnded ? TraceStatus.OK : TraceStatus.IN_PROGRESS;
  }

  /** The root's, or of whichever span carries one. */
  private static double samplingProbability(SpanTree tree, int top) {
    double probability = SamplingThreshold.probability(tree.span(top).span().getTraceState());
    for (int i = 0; probability == 1 && i < tree.size(); i++) {
      probability = SamplingThreshold.probability(tree.span(i).span().getTraceState());
    }
    return probability;
  }

  private static long earliest(Span[] spans) {
    long earliest = Long.MAX_VALUE;
    for (var span : spans) {
      earliest = Math.min(earliest, span.startNanos());
    }
    return earliest;
  }

  private static long latest(Span[] spans) {
    long latest = Long.MIN_VALUE;
    for (var span : spans) {
      latest = Math.max(latest, span.endNanos());
    }
    return latest;
  }
}
