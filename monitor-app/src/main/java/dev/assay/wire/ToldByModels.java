package dev.assay.wire;

import dev.assay.model.Span;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.ToolCall;
import dev.assay.wire.convention.Budget;
import dev.assay.wire.convention.CallsInMessages;
import dev.assay.wire.convention.CallsInMessages.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tool calls whose spans do not tell all: some SDKs give them no arguments or no result, or a
 * single value without the name of its parameter. What the model asked for, and what it was then
 * told, stands in the messages of the calls around.
 *
 * <p>And where no tool has a span, as in an application that has its model's client instrumented
 * and no more, the tools that a model asked for within the trace, and of which it was told within
 * the trace what they returned: a call of an earlier turn stands in the messages too, and one that
 * nobody answered need not have run. Whether a tool failed no message says, but Anthropic's,
 * LangChain's and those of ADK for JavaScript.
 *
 * <p>A span and a message are of one call if they have the same call id; else if it is the only one
 * of its name on both sides, or the only one with that value.
 */
final class ToldByModels {
  private static final List<String> CALL_IDS =
      List.of("gen_ai.tool.call.id", "tool_call.id", "ai.toolCall.id");

  /** Of one trace; those beyond are left out. */
  private static final int MAX_TOLD = 1_000;

  /** Spans of one name that a call is compared with. */
  private static final int MAX_LOOKED_AT = 20;

  private static final int NONE = -1;

  private ToldByModels() {}

  /**
   * Completes the calls.
   *
   * @param spans in the tree's order; replaced in place
   */
  static void complete(Span[] spans) {
    var wanting = wanting(spans);
    if (wanting.isEmpty()) {
      return;
    }
    var told = read(spans, Span::outputs, Span::inputs);
    var free = new ArrayList<>(told.calls());
    for (int i : wanting) {
      var said = Objects.requireNonNull(spans[i].toolCall());
      var call = matching(spans, i, said, free);
      if (call != null) {
        free.remove(call);
        boolean hasResult = said.result() != null || said.status() == SpanStatus.ERROR;
        boolean failed = said.result() == null && told.failed(call);
        spans[i] =
            spans[i].withFindings(
                new ToolCall(
                    said.name(),
                    isObject(said.arguments()) ? said.arguments() : call.arguments().toString(),
                    hasResult ? said.result() : told.result(call),
                    failed ? SpanStatus.ERROR : said.status()),
                spans[i].documents());
      }
    }
  }

  /**
   * The calls of a trace in which nobody says of a span that it is a tool's. One that has the name
   * of a tool a model asked for, and no other inputs than its arguments, is: a function that the
   * application traces itself. What is left is told by messages alone.
   *
   * @param spans in the tree's order; replaced in place
   * @return those that have no span
   */
  static List<ToolCall> without(Span[] spans, Budget budget) {
    for (var span : spans) {
      if (span.type() == SpanType.TOOL || span.toolCall() != null) {
        return List.of();
      }
    }
    var asked = read(spans, Span::outputs);
    if (asked.calls().isEmpty()) {
      return List.of();
    }
    var told = read(spans, Span::inputs);
    var functions = functions(spans);
    var calls = new ArrayList<ToolCall>();
    for (var call : asked.calls()) {
      var result = told.result(call);
      boolean failed = told.failed(call);
      int function = take(spans, functions.get(call.name()), call);
      if (function >= 0) {
        spans[function] = asTool(spans[function], call, result, failed);
      } else if (result != null && calls.size() < MAX_TOLD) {
        calls.add(
            new ToolCall(
                call.name(),
                budget.repeated(call.arguments().toString()),
                budget.repeated(result),
                failed ? SpanStatus.ERROR : SpanStatus.OK));
      }
    }
    return calls;
  }

  /** The messages of model calls. */
  @SafeVarargs
  private static CallsInMessages read(Span[] spans, Function<Span, @Nullable String>... contents) {
    var calls = new CallsInMessages();
    for (var span : spans) {
      if (span.type().isModelCall()) {
        for (var content : contents) {
          calls.read(content.apply(span));
        }
      }
    }
    return calls;
  }

  /** What may be a traced function, by its name: the last word of the span's. */
  private static Map<String, List<Integer>> functions(Span[] spans) {
    var functions = new HashMap<String, List<Integer>>();
    for (int i = 0; i < spans.length; i++) {
      switch (spans[i].type()) {
        case UNKNOWN, TASK, CHAIN ->
            functions.computeIfAbsent(lastWord(spans[i].name()), _ -> new ArrayList<>()).add(i);
        default -> {}
      }
    }
    return functions;
  }

  /** {@code Calling shop.get_weather} → {@code get_weather}. */
  private static String lastWord(String name) {
    int start = name.length();
    while (start > 0 && isOfName(name.charAt(start - 1))) {
      start--;
    }
    return name.substring(start);
  }

  private static boolean isOfName(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '-';
  }

  private static int take(Span[] spans, @Nullable List<Integer> functions, Call call) {
    if (functions != null) {
      var positions = functions.iterator();
      for (int looks = 0; positions.hasNext() && looks < MAX_LOOKED_AT; looks++) {
        int position = positions.next();
        if (CallsInMessages.isOf(call, spans[position].inputs())) {
          positions.remove();
          return position;
        }
      }
    }
    return NONE;
  }

  private static Span asTool(Span function, Call call, @Nullable String told, boolean failed) {
    boolean saysNothing = function.outputs() == null && function.status() != SpanStatus.ERROR;
    return function
        .withType(SpanType.TOOL)
        .withFindings(
            new ToolCall(
                call.name(),
                call.arguments().toString(),
                saysNothing ? told : function.outputs(),
                saysNothing && failed ? SpanStatus.ERROR : function.status()),
            function.documents());
  }

  private static List<Integer> wanting(Span[] spans) {
    var wanting = new ArrayList<Integer>();
    for (int i = 0; i < spans.length; i++) {
      var call = spans[i].toolCall();
      boolean wantsResult =
          call != null && call.result() == null && call.status() != SpanStatus.ERROR;
      if (call != null && (!isObject(call.arguments()) || wantsResult)) {
        wanting.add(i);
      }
    }
    return wanting;
  }

  private static boolean isObject(@Nullable String json) {
    return json != null && json.startsWith("{");
  }

  private static @Nullable Call matching(Span[] spans, int i, ToolCall said, List<Call> free) {
    var ofName = free.stream().filter(call -> call.name().equals(said.name())).toList();
    var id = callId(spans[i]);
    if (id != null) {
      var same = ofName.stream().filter(call -> id.equals(call.id())).toList();
      if (!same.isEmpty()) {
        return same.getFirst();
      }
    }
    if (said.arguments() != null) {
      var same = ofName.stream().filter(call -> isSame(said.arguments(), call)).toList();
      return same.size() == 1 ? same.getFirst() : null;
    }
    long spansOfName = 0;
    for (var span : spans) {
      spansOfName += span.toolCall() != null && span.toolCall().name().equals(said.name()) ? 1 : 0;
    }
    return ofName.size() == 1 && spansOfName == 1 ? ofName.getFirst() : null;
  }

  private static @Nullable String callId(Span span) {
    for (var key : CALL_IDS) {
      var id = span.attributes().get(key);
      if (id != null) {
        return id;
      }
    }
    return null;
  }

  /** Whether these are its arguments, or the value of the only one. */
  private static boolean isSame(String json, Call call) {
    var tree = Json.parse(json).orElse(null);
    var only = call.arguments().size() == 1 ? call.arguments().iterator().next() : null;
    return tree != null
        && (tree.equals(call.arguments()) || (only != null && tree.asText().equals(only.asText())));
  }
}
