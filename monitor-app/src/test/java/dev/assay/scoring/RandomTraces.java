package dev.assay.scoring;

import dev.assay.model.CloseReason;
import dev.assay.model.Document;
import dev.assay.model.Message;
import dev.assay.model.Span;
import dev.assay.model.SpanEvent;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import dev.assay.model.Trace;
import dev.assay.model.TraceHeader;
import dev.assay.model.TraceStatus;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Traces of any content: what comes from strangers. */
final class RandomTraces {
  private RandomTraces() {}

  /** Any text, and often text that looks like JSON, personal data or an instruction. */
  static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(200),
        Arbitraries.strings().withChars("{}[]\",:0123456789.eE-+ntrufals \\").ofMaxLength(100),
        Arbitraries.strings().withChars("0123456789 -.+()@abcDE89").ofMaxLength(80),
        Arbitraries.of(
            "",
            "null",
            "{}",
            "[]",
            "{\"answer\": \"We open at nine.\"}",
            "{\"answer\": null, \"n\": 1e999, \"k\": 123456789012345678901234567890}",
            "{\"a\":{\"a\":{\"a\":[[[[]]]]}}}",
            "\"text\"",
            "jane@example.com 4111 1111 1111 1111",
            "I'm sorry, but I can't help with that.",
            "\ud800 lone surrogate",
            "\u0000\u202e",
            "=cmd|' /C calc'!A0"));
  }

  static Arbitrary<Trace> traces() {
    return Combinators.combine(
            headers(),
            texts().injectNull(0.2),
            texts().injectNull(0.2),
            texts().injectNull(0.2),
            texts().injectNull(0.2),
            texts().injectNull(0.8),
            spans().list().ofMaxSize(6))
        .as((header, inputs, outputs, question, answer, expectations, spans) ->
            new Trace(header, inputs, outputs, question, answer, expectations, null, spans));
  }

  private static Arbitrary<TraceHeader> headers() {
    return Combinators.combine(
            texts(),
            Arbitraries.longs().between(0, Long.MAX_VALUE / 4),
            Arbitraries.longs().between(0, Long.MAX_VALUE / 4),
            Arbitraries.of(TraceStatus.class),
            texts().injectNull(0.5),
            Arbitraries.maps(texts(), texts()).ofMaxSize(3))
        .as((name, start, duration, status, session, tags) ->
            new TraceHeader(
                "t-random",
                1,
                "app",
                "env",
                "",
                session,
                null,
                name,
                start,
                duration,
                status,
                1.0,
                CloseReason.IDLE,
                0,
                1,
                tags,
                tags,
                null));
  }

  private static Arbitrary<Span> spans() {
    return Combinators.combine(
            Arbitraries.strings().withChars("0123456789abcdef").ofLength(16),
            Arbitraries.strings().withChars("0123456789abcdef").ofLength(16).injectNull(0.3),
            texts(),
            Arbitraries.of(SpanType.class),
            Arbitraries.of(SpanStatus.class),
            texts().injectNull(0.3),
            Arbitraries.maps(texts(), texts()).ofMaxSize(2))
        .as((id, parent, name, type, status, content, attributes) ->
            new Span(
                id,
                parent,
                name,
                type,
                1,
                2,
                status,
                content,
                content,
                content,
                content,
                content == null ? null : TokenUsage.of(1, 2),
                null,
                content == null ? null : new ToolCall(name, content, content, status),
                content == null ? List.of() : List.of(new Document(null, content, null)),
                content == null ? List.of() : List.of(new Message("user", content)),
                attributes,
                List.of(new SpanEvent(name, 3, Map.of()))));
  }
}
