package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.opentelemetry.proto.common.v1.AnyValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which field would have been filled if something had stood at a place a convention looked at:
 * found out by putting there what SDKs put at such places. What was found out once is remembered:
 * it holds for the convention and not for the span. One thread.
 */
final class Probes {
  /**
   * A place and who looks there.
   *
   * @param prefix below which all is looked at; null where the place is
   */
  record Probe(Convention convention, Place place, @Nullable String prefix) {
    Probe(Convention convention, Place place) {
      this(convention, place, null);
    }

    String key() {
      return convention.title() + '|' + place.kind() + '|' + place.name() + '|' + place.key();
    }
  }

  /** Below a prefix that applications fill with names of their own, names that mean something. */
  private static final List<String> MEANINGFUL =
      List.of(
          "session_id",
          "sessionId",
          "user_id",
          "userId",
          "tags",
          "langfuse_session_id",
          "langfuse_user_id",
          "langfuse_tags");

  /** The same, of lists that were flattened. */
  private static final List<String> FLATTENED =
      List.of("0.message.content", "0.document.content", "0.content", "0.name");

  private static final List<String[]> EVENTS =
      List.of(
          new String[] {"gen_ai.client.inference.operation.details", "gen_ai.input.messages"},
          new String[] {"gen_ai.client.inference.operation.details", "gen_ai.output.messages"},
          new String[] {"gen_ai.user.message", "content"},
          new String[] {"gen_ai.choice", "message"},
          new String[] {"gen_ai.content.prompt", "gen_ai.prompt"},
          new String[] {"gen_ai.content.completion", "gen_ai.completion"},
          new String[] {"db.query.result", "db.query.result.document"},
          new String[] {"exception", "exception.message"});

  private static final List<AnyValue> VALUES = values();

  private final Map<String, Set<String>> fills = new HashMap<>();
  private final Map<String, Set<String>> tried = new HashMap<>();

  /** The places that were looked at, in the order of the conventions. */
  static List<Probe> of(SpanInput in, Set<Observation.Question> questions) {
    var probes = new ArrayList<Probe>();
    for (var convention : Conventions.all()) {
      for (var question : questions) {
        if (question.convention().equals(convention)) {
          var key = question.key();
          switch (question.ask()) {
            case ATTRIBUTE -> probes.add(new Probe(convention, Place.attribute(key, null)));
            case RESOURCE -> probes.add(new Probe(convention, Place.resource(key, null)));
            case BELOW -> below(convention, key, probes);
            case PREFIX -> {}
          }
        }
      }
      for (var event : EVENTS) {
        probes.add(
            new Probe(
                convention,
                new Place(Place.Kind.EVENT, in.span().getEventsCount(), event[0], event[1], null)));
      }
    }
    return probes;
  }

  private static void below(Convention convention, String prefix, List<Probe> probes) {
    for (var suffix : MEANINGFUL) {
      var key = prefix + suffix;
      probes.add(new Probe(convention, Place.attribute(key, null), prefix));
    }
    for (var suffix : FLATTENED) {
      var place = new Place(Place.Kind.ATTRIBUTE, -1, prefix + "*", prefix + suffix, null);
      probes.add(new Probe(convention, place, prefix));
    }
  }

  /** Whether the field, which is empty, would have been filled. */
  boolean wouldFill(Probe probe, SpanInput in, String field) {
    var key = probe.key();
    var filled = fills.computeIfAbsent(key, _ -> new HashSet<>());
    if (filled.contains(field)) {
      return true;
    }
    if (!tried.computeIfAbsent(key, _ -> new HashSet<>()).add(field)) {
      return false;
    }
    var before = Observation.byOne(probe.convention(), Places.without(in, existing(probe)));
    for (var value : VALUES) {
      var after =
          new LinkedHashSet<>(
              Observation.byOne(probe.convention(), Places.with(in, probe.place(), value)));
      after.removeAll(before);
      after.forEach(name -> filled.add(TraceField.family(name)));
    }
    return filled.contains(field);
  }

  private static List<Place> existing(Probe probe) {
    return probe.place().kind() == Place.Kind.EVENT ? List.of() : List.of(probe.place());
  }

  /** A number, types by their names, a mark, one object and one list of all that is read. */
  private static List<AnyValue> values() {
    var nodes = JsonNodeFactory.instance;
    var message = nodes.objectNode().put("role", "user").put("content", "x").put("name", "x");
    message.put("id", "x").put("version", "1").put("event.name", "gen_ai.user.message");
    var answer = message.deepCopy().put("role", "assistant").put("event.name", "gen_ai.choice");
    var messages = nodes.arrayNode().add(message).add(answer);
    var numbers = nodes.objectNode();
    for (var count :
        List.of(
            "input",
            "output",
            "total",
            "input_tokens",
            "output_tokens",
            "total_cost",
            "prompt_token_count",
            "cache_read")) {
      numbers.put(count, 1);
    }
    var object = message.deepCopy().put("model", "x").put("model_version", "x");
    object.setAll(numbers);
    object.set("usage", numbers);
    object.set("usage_metadata", numbers);
    object.set("contents", messages);
    object.set("tools", messages);
    object.set("config", nodes.objectNode().set("tools", messages));
    var values = new ArrayList<AnyValue>();
    for (var text :
        List.of(
            "1",
            "true",
            "ERROR",
            "tool",
            "chat",
            "ai.toolCall",
            object.toString(),
            messages.toString())) {
      values.add(AnyValue.newBuilder().setStringValue(text).build());
    }
    return values;
  }
}
