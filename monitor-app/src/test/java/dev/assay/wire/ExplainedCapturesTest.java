package dev.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.assay.model.CloseReason;
import dev.assay.model.Trace;
import dev.assay.wire.Explanation.ExplainedSpan;
import dev.assay.wire.Explanation.Field;
import dev.assay.wire.Explanation.Holding;
import dev.assay.wire.convention.SpanDraft;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Exports of real SDKs, explained. Where a field is said to come from is looked up in the messages
 * as they were sent, and not by the code that says so.
 */
class ExplainedCapturesTest {
  /** Text that came as it stands, or within the text that came. */
  private static final Set<String> LABELS =
      Set.of(
          "app",
          "version",
          "environment",
          "name",
          "session",
          "user",
          "model",
          "tool",
          "prompt",
          "prompt version");

  private static final Set<String> CONTENT =
      Set.of("inputs", "outputs", "arguments", "result", "question", "answer");

  /** What needs no source: it stands for nothing that was said. */
  private static final Set<String> DEFAULTS =
      Set.of("app=unknown_service", "environment=default", "sampling probability=1");

  @TestFactory
  Stream<DynamicTest> whereAFieldComesFromThereItsValueStands() throws IOException {
    return Capture.all().stream()
        .map(capture -> DynamicTest.dynamicTest(capture.name(), () -> check(capture)));
  }

  private static void check(Capture capture) throws Exception {
    for (var entry : capture.messages().entrySet()) {
      var id = entry.getKey();
      var messages = entry.getValue();
      var plain =
          new TraceMapper(10_000).map(id, messages, 1, CloseReason.ROOT_ENDED, Capture.CLOSED);

      var explanation =
          new TraceExplainer(10_000, RootSelector.NONE)
              .explain(id, messages, Capture.CLOSED)
              .orElseThrow();

      assertThat(explanation.trace()).isEqualTo(plain.trace());
      var sent = Sent.of(messages);
      ofTrace(explanation.fields(), explanation.trace());
      explanation.fields().forEach(field -> check(field, "trace", sent, true));
      for (var span : explanation.spans()) {
        ofSpan(span, explanation.trace());
        span.fields().forEach(field -> check(field, span.name(), sent, false));
        span.kept().forEach(kept -> assertThat(sent.text(kept)).isEqualTo(kept.text()));
      }
    }
  }

  private static void check(Field field, String of, Sent sent, boolean ofTrace) {
    var where = "%s of %s: %s".formatted(field.name(), of, field);
    var holdings = holdings(field);
    // every place exists, and holds what it is said to hold
    for (var holding : holdings) {
      assertThat(sent.text(holding)).as(where).isEqualTo(holding.text());
    }
    field.unusable().forEach(at -> assertThat(sent.text(at)).as(where).isEqualTo(at.text()));
    var value = field.value();
    if (value == null) {
      // what was looked for is not there, unless it is there and says nothing
      var unusable = field.unusable().stream().map(Holding::name).toList();
      field
          .lookedFor()
          .values()
          .forEach(keys -> {
            if (ofTrace && unusable.isEmpty()) {
              assertThat(keys).as(where).noneMatch(sent::hasAttribute);
            }
          });
      return;
    }
    if (DEFAULTS.contains(field.name() + "=" + value)) {
      return;
    }
    assertThat(holdings).as(where).isNotEmpty();
    if (LABELS.contains(field.name())) {
      assertThat(holdings)
          .as(where)
          .anyMatch(holding -> String.valueOf(holding.text()).contains(value));
    } else if (field.name().equals("error")) {
      // an exception's type and message, or a status message
      assertThat(holdings)
          .as(where)
          .anyMatch(holding ->
              !holding.name().equals("status code")
                  && value.contains(String.valueOf(holding.text())));
    } else if (CONTENT.contains(field.name())) {
      var texts = new LinkedHashSet<String>();
      holdings.forEach(holding -> leaves(holding.text(), texts));
      var wanted = new LinkedHashSet<String>();
      leaves(value, wanted);
      wanted.removeAll(Set.of("user", "assistant", "system", "tool")); // an event's role
      assertThat(wanted)
          .as(where)
          .allMatch(leaf -> texts.stream().anyMatch(text -> text.contains(leaf)));
    }
  }

  /** A field that is said to be empty is empty in the trace, and one with a value has that. */
  private static void ofTrace(List<Field> fields, Trace trace) {
    var header = trace.header();
    assertThat(value(fields, "app")).isEqualTo(header.app());
    assertThat(orEmpty(value(fields, "version"))).isEqualTo(header.appVersion());
    assertThat(value(fields, "environment")).isEqualTo(header.environment());
    assertThat(value(fields, "name")).isEqualTo(header.name());
    assertThat(value(fields, "session")).isEqualTo(header.sessionId());
    assertThat(value(fields, "user")).isEqualTo(header.userId());
    assertThat(value(fields, "question")).isEqualTo(trace.question());
    assertThat(value(fields, "answer")).isEqualTo(trace.answer());
    assertThat(value(fields, "inputs")).isEqualTo(trace.inputs());
    assertThat(value(fields, "outputs")).isEqualTo(trace.outputs());
    assertThat(value(fields, "tokens") == null).isEqualTo(header.tokenUsage() == null);
    trace
        .toldToolCalls()
        .forEach(call ->
            assertThat(value(fields, "tool call " + call.name()))
                .isEqualTo(call.arguments() + " returned " + call.result()));
    assertThat(value(fields, "cost") == null).isEqualTo(trace.costUsd() == null);
    assertThat(value(fields, "status")).isEqualTo(header.status().name());
    header.tags().forEach((key, said) -> assertThat(value(fields, "tag " + key)).isEqualTo(said));
    header
        .metadata()
        .forEach((key, said) -> assertThat(value(fields, "metadata " + key)).isEqualTo(said));
  }

  private static void ofSpan(ExplainedSpan explained, Trace trace) {
    var span =
        trace.spans().stream()
            .filter(one -> one.spanId().equals(explained.spanId()))
            .findFirst()
            .orElseThrow();
    var fields = explained.fields();
    assertThat(orElse(value(fields, "type"), "UNKNOWN")).isEqualTo(span.type().name());
    assertThat(value(fields, "inputs")).isEqualTo(span.inputs());
    assertThat(value(fields, "outputs")).isEqualTo(span.outputs());
    assertThat(value(fields, "model")).isEqualTo(span.model());
    assertThat(value(fields, "tokens") == null).isEqualTo(span.tokenUsage() == null);
    assertThat(value(fields, "cost") == null).isEqualTo(span.costUsd() == null);
    assertThat(value(fields, "documents") == null).isEqualTo(span.documents().isEmpty());
    assertThat(
            value(fields, "messages asked") == null && value(fields, "messages answered") == null)
        .isEqualTo(span.messages().isEmpty());
    assertThat(value(fields, "error")).isEqualTo(span.statusMessage());
  }

  private static @Nullable String value(List<Field> fields, String name) {
    return fields.stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  private static String orEmpty(@Nullable String text) {
    return orElse(text, "");
  }

  private static String orElse(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }

  private static List<Holding> holdings(Field field) {
    return field.origins().stream().flatMap(origin -> origin.holding().stream()).toList();
  }

  /** The texts in a text: itself, and where it is JSON, its values. */
  private static void leaves(@Nullable String text, Set<String> into) {
    if (text == null) {
      return;
    }
    into.add(text);
    leaves(Json.parse(text).orElse(TextNode.valueOf(text)), into);
    if (into.size() > 1) {
      Json.parse(text).filter(JsonNode::isContainerNode).ifPresent(_ -> into.remove(text));
      Json.parse(text).filter(JsonNode::isTextual).ifPresent(_ -> into.remove(text));
    }
  }

  private static void leaves(JsonNode node, Set<String> into) {
    if (node.isTextual()) {
      var inner = Json.parse(node.textValue()).filter(it -> it.isContainerNode() || it.isTextual());
      if (inner.isPresent()) {
        leaves(inner.get(), into);
      } else {
        into.add(node.textValue());
      }
    } else if (node.isValueNode() && !node.isNull()) {
      into.add(node.asText());
    }
    node.forEach(child -> leaves(child, into));
  }

  /** The spans as they were sent. */
  private record Sent(Map<String, Span> spans, Map<String, Resource> resources) {
    static Sent of(List<byte[]> messages) throws InvalidProtocolBufferException {
      var sent = new Sent(new HashMap<>(), new HashMap<>());
      var told = new HashMap<String, List<Span.Event>>();
      for (var message : messages) {
        for (var resource : TracesData.parseFrom(message).getResourceSpansList()) {
          for (var scope : resource.getScopeSpansList()) {
            for (var span : scope.getSpansList()) {
              var id = SpanIds.hex(span.getSpanId());
              if (LogEvents.isRemark(span)) {
                told.computeIfAbsent(id, _ -> new ArrayList<>()).addAll(span.getEventsList());
              } else {
                sent.spans.put(id, span);
                sent.resources.put(id, resource.getResource());
              }
            }
          }
        }
      }
      told.forEach((id, events) ->
          sent.spans.computeIfPresent(
              id, (_, span) -> span.toBuilder().addAllEvents(events).build()));
      return sent;
    }

    boolean hasAttribute(String key) {
      return spans.values().stream()
          .anyMatch(span ->
              span.getAttributesList().stream().map(KeyValue::getKey).anyMatch(key::equals));
    }

    /** What stands at a place; null where there is no such place. */
    @Nullable String text(Holding at) {
      var span = spans.get(at.spanId());
      assertThat(span).as(at.toString()).isNotNull();
      assertThat(at.spanName()).isEqualTo(span.getName());
      return switch (at.kind()) {
        case ATTRIBUTE -> {
          assertThat(span.getAttributesList()).anyMatch(kv -> kv.getKey().equals(at.name()));
          yield SpanDraft.attribute(span, at.name());
        }
        case RESOURCE -> {
          var resource = resources.get(at.spanId()).getAttributesList();
          assertThat(resource).anyMatch(kv -> kv.getKey().equals(at.name()));
          yield SpanDraft.attribute(
              Span.newBuilder().addAllAttributes(resource).build(), at.name());
        }
        case EVENT -> {
          var texts = new ArrayList<String>();
          for (var event : span.getEventsList()) {
            if (event.getName().equals(at.name())) {
              texts.add(event.getName());
            }
            for (var attribute : event.getAttributesList()) {
              if (at.name().equals(event.getName() + ": " + attribute.getKey())) {
                var one = Span.newBuilder().addAttributes(attribute).build();
                texts.add(String.valueOf(SpanDraft.attribute(one, attribute.getKey())));
              }
            }
          }
          assertThat(texts).contains(at.text());
          yield at.text();
        }
        default ->
            switch (at.name()) {
              case "name" -> span.getName();
              case "status code" -> span.getStatus().getCode().name().replace("STATUS_CODE_", "");
              case "status message" -> span.getStatus().getMessage();
              default -> span.getTraceState();
            };
      };
    }
  }
}
