package dev.assay.wire.convention;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The places of a span at which something may stand that a convention reads, and the span as it
 * would be if something else stood there, or nothing.
 */
final class Places {
  static final String NAME = "name";
  static final String STATUS_CODE = "status code";
  static final String STATUS_MESSAGE = "status message";

  /** What makes a text another one, its words still words and its prefix the same. */
  private static final String MARK = "~";

  private Places() {}

  /** All of them; a key that stands twice, once. */
  static List<Place> of(SpanInput in) {
    var places = new ArrayList<Place>();
    var span = in.span();
    distinct(span.getAttributesList())
        .forEach((key, value) -> places.add(Place.attribute(key, Values.text(value))));
    for (int i = 0; i < span.getEventsCount(); i++) {
      var event = span.getEvents(i);
      for (var attribute : event.getAttributesList()) {
        places.add(
            new Place(
                Place.Kind.EVENT,
                i,
                event.getName() + ": " + attribute.getKey(),
                attribute.getKey(),
                Values.text(attribute.getValue())));
      }
      places.add(new Place(Place.Kind.EVENT, i, event.getName(), "", event.getName()));
    }
    distinct(in.resource().getAttributesList())
        .forEach((key, value) -> places.add(Place.resource(key, Values.text(value))));
    places.add(Place.ofSpan(STATUS_CODE, code(span)));
    places.add(Place.ofSpan(STATUS_MESSAGE, span.getStatus().getMessage()));
    places.add(Place.ofSpan(NAME, span.getName()));
    return places;
  }

  /** {@code OK}, {@code ERROR} or {@code UNSET}. */
  private static String code(Span span) {
    return span.getStatus().getCode().name().replace("STATUS_CODE_", "");
  }

  private static Map<String, AnyValue> distinct(List<KeyValue> attributes) {
    var distinct = new LinkedHashMap<String, AnyValue>();
    attributes.forEach(attribute -> distinct.put(attribute.getKey(), attribute.getValue()));
    return distinct;
  }

  /** Something else stands there, of the same kind. */
  static SpanInput changed(SpanInput in, Place place) {
    if (place.kind() == Place.Kind.SPAN) {
      var span = in.span().toBuilder();
      switch (place.name()) {
        case NAME -> span.setName(span.getName() + MARK);
        case STATUS_MESSAGE ->
            span.getStatusBuilder().setMessage(span.getStatus().getMessage() + MARK);
        default ->
            span.getStatusBuilder()
                .setCode(
                    span.getStatus().getCode() == StatusCode.STATUS_CODE_ERROR
                        ? StatusCode.STATUS_CODE_UNSET
                        : StatusCode.STATUS_CODE_ERROR);
      }
      return in.with(span.build());
    }
    return replaced(in, place, Places::changed);
  }

  /** This stands there; at an event's place, in a further event. */
  static SpanInput with(SpanInput in, Place place, AnyValue value) {
    var added = KeyValue.newBuilder().setKey(place.key()).setValue(value).build();
    var cleared = place.kind() == Place.Kind.EVENT ? in : without(in, List.of(place));
    return switch (place.kind()) {
      case ATTRIBUTE -> cleared.with(cleared.span().toBuilder().addAttributes(added).build());
      case RESOURCE -> cleared.with(cleared.resource().toBuilder().addAttributes(added).build());
      case EVENT ->
          in.with(
              in.span().toBuilder()
                  .addEvents(Span.Event.newBuilder().setName(place.name()).addAttributes(added))
                  .build());
      case SPAN -> in;
    };
  }

  /** Nothing stands there. */
  static SpanInput without(SpanInput in, List<Place> places) {
    var span = in.span().toBuilder();
    var resource = in.resource().toBuilder();
    for (var place : places) {
      switch (place.kind()) {
        case ATTRIBUTE -> {
          var left = without(span.getAttributesList(), place.key());
          span.clearAttributes().addAllAttributes(left);
        }
        case RESOURCE -> {
          var left = without(resource.getAttributesList(), place.key());
          resource.clearAttributes().addAllAttributes(left);
        }
        case EVENT -> {
          var event = span.getEventsBuilder(place.event());
          if (place.key().isEmpty()) {
            // emptied and not removed: the others keep their positions
            event.clear();
          } else {
            var left = without(event.getAttributesList(), place.key());
            event.clearAttributes().addAllAttributes(left);
          }
        }
        case SPAN -> {}
      }
    }
    return new SpanInput(span.build(), resource.build(), in.scope());
  }

  private static List<KeyValue> without(List<KeyValue> attributes, String key) {
    return attributes.stream().filter(attribute -> !attribute.getKey().equals(key)).toList();
  }

  private static SpanInput replaced(SpanInput in, Place place, UnaryOperator<AnyValue> by) {
    return switch (place.kind()) {
      case ATTRIBUTE -> {
        var span = in.span().toBuilder().clearAttributes();
        in.span().getAttributesList().forEach(a -> span.addAttributes(replaced(a, place, by)));
        yield in.with(span.build());
      }
      case RESOURCE -> {
        var resource = in.resource().toBuilder().clearAttributes();
        in.resource()
            .getAttributesList()
            .forEach(a -> resource.addAttributes(replaced(a, place, by)));
        yield in.with(resource.build());
      }
      case EVENT -> {
        var span = in.span().toBuilder();
        var event = span.getEventsBuilder(place.event()).clearAttributes();
        in.span()
            .getEvents(place.event())
            .getAttributesList()
            .forEach(a -> event.addAttributes(replaced(a, place, by)));
        yield in.with(span.build());
      }
      case SPAN -> in;
    };
  }

  private static KeyValue replaced(KeyValue attribute, Place place, UnaryOperator<AnyValue> by) {
    return attribute.getKey().equals(place.key())
        ? attribute.toBuilder().setValue(by.apply(attribute.getValue())).build()
        : attribute;
  }

  private static AnyValue changed(AnyValue value) {
    var other = AnyValue.newBuilder();
    return switch (value.getValueCase()) {
      case STRING_VALUE ->
          // each of several texts by comma
          other.setStringValue(value.getStringValue().replace(",", MARK + ",") + MARK).build();
      case BOOL_VALUE -> other.setBoolValue(!value.getBoolValue()).build();
      case INT_VALUE -> other.setIntValue(value.getIntValue() + 1).build();
      case DOUBLE_VALUE -> other.setDoubleValue(value.getDoubleValue() + 1).build();
      case BYTES_VALUE ->
          other.setBytesValue(value.getBytesValue().concat(ByteString.copyFromUtf8(MARK))).build();
      case ARRAY_VALUE -> {
        var array = other.getArrayValueBuilder();
        value.getArrayValue().getValuesList().forEach(item -> array.addValues(changed(item)));
        yield other.build();
      }
      case KVLIST_VALUE -> {
        var entries = other.getKvlistValueBuilder();
        value
            .getKvlistValue()
            .getValuesList()
            .forEach(
                entry -> entries.addValues(entry.toBuilder().setValue(changed(entry.getValue()))));
        yield other.build();
      }
      case STRING_VALUE_STRINDEX, VALUE_NOT_SET -> value;
    };
  }
}
