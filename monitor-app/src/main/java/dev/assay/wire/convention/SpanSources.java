package dev.assay.wire.convention;

import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the fields of a span come from, and why others are empty. Nobody keeps a record of that
 * while traces are assembled; it is found out afterwards, by experiment: a field comes from the
 * places of the span at which something else would have made it another, and an empty one was
 * looked for at the places at which something would have filled it. That is right whatever a
 * convention does with what it reads. One thread.
 */
public final class SpanSources {
  /** Beyond so many places (a span has some tens) the rest is not tried. */
  private static final int MAX_PLACES = 2_000;

  private static final int MAX_LOOKALIKES = 3;

  private static final Set<String> NAMED =
      Set.of(TraceField.SESSION.key(), TraceField.USER.key(), TraceField.TAG.key());

  private static final String OF_ANY_SPAN = new OpenTelemetryGeneral().title();

  /**
   * Where a field comes from.
   *
   * @param convention who said it, by the name people know
   * @param from the field of the span from which it follows; null where it was said itself
   * @param places the one that holds the value first; several where it is put together
   */
  public record Origin(
      String convention, @Nullable SpanField from, Object value, List<Place> places) {
    public Origin {
      places = List.copyOf(places);
    }
  }

  /**
   * Why a field is empty.
   *
   * @param lookedFor names of the places that were looked at, by convention
   * @param unusable places at which something stands that says nothing of the field
   * @param lookalikes attributes whose names are like those looked for, and which nobody reads
   */
  public record Absence(
      Map<String, List<String>> lookedFor, List<Place> unusable, List<Place> lookalikes) {
    public Absence {
      unusable = List.copyOf(unusable);
      lookalikes = List.copyOf(lookalikes);
    }
  }

  /** What is found out about conventions, for all spans of a trace. One thread. */
  public static final class Memory {
    private final Probes probes = new Probes();
  }

  private final SpanInput in;
  private final TraceFacts before;
  private final Observation observation;
  private final Memory memory;
  private @Nullable Map<String, List<Place>> places;

  private SpanSources(SpanInput in, TraceFacts facts, Memory memory) {
    this.in = in;
    this.before = facts.copy();
    this.observation = Observation.of(in, facts);
    this.memory = memory;
  }

  /**
   * Of a span.
   *
   * @param scope name of the instrumentation scope, or empty
   * @param facts what spans before it said of the trace; added to
   */
  public static SpanSources of(
      Span span, Resource resource, String scope, TraceFacts facts, Memory memory) {
    return new SpanSources(new SpanInput(span, resource, scope), facts, memory);
  }

  /** Facts that nobody has added to. */
  public static TraceFacts noFacts() {
    return new TraceFacts(Budget.unbounded());
  }

  /**
   * Names of the fields that were said: of the span by their titles, of the trace by their keys.
   */
  public Set<String> fields() {
    return observation.said().keySet();
  }

  /** Where a field comes from; null where it is empty. */
  public @Nullable Origin origin(String field) {
    var said = observation.said().get(field);
    return said == null
        ? null
        : new Origin(
            said.convention(), said.from(), said.value(), places().getOrDefault(field, List.of()));
  }

  /** Why a field is empty. */
  public Absence absence(String field) {
    var lookedFor = new LinkedHashMap<String, Set<String>>();
    var unusable = new LinkedHashSet<Place>();
    var present = new HashMap<String, Place>();
    Places.of(in).forEach(place -> present.put(place.kind() + place.key(), place));
    for (var probe : Probes.of(in, observation.questions())) {
      if (memory.probes.wouldFill(probe, in, field)) {
        var place = probe.place();
        lookedFor
            .computeIfAbsent(probe.convention().title(), _ -> new LinkedHashSet<>())
            .add(names(probe, field));
        var there = present.get(place.kind() + place.key());
        if (there != null && place.kind() != Place.Kind.EVENT) {
          unusable.add(there);
        }
      }
    }
    var lists = new LinkedHashMap<String, List<String>>();
    lookedFor.forEach((convention, keys) -> lists.put(convention, List.copyOf(keys)));
    return new Absence(lists, List.copyOf(unusable), lookalikes(lookedFor.values()));
  }

  /** The conventions that said something. */
  public Set<String> conventions() {
    var conventions = new LinkedHashSet<String>();
    observation.said().values().forEach(said -> conventions.add(said.convention()));
    return conventions;
  }

  /** Whether a convention knows the span by more than what stands on any. */
  public boolean isKnown() {
    return conventions().stream().anyMatch(name -> !name.equals(OF_ANY_SPAN));
  }

  /** By what conventions know their spans: what they asked for to find out, and is not there. */
  public Map<String, List<String>> marks() {
    var marks = new LinkedHashMap<String, List<String>>();
    for (var question : observation.questions()) {
      var convention = question.convention().title();
      boolean isAbsent =
          in.span().getAttributesList().stream()
              .noneMatch(attribute ->
                  question.ask() == Observation.Ask.ATTRIBUTE
                      ? attribute.getKey().equals(question.key())
                      : attribute.getKey().startsWith(question.key()));
      if (isAbsent
          && !convention.equals(OF_ANY_SPAN)
          && question.ask() != Observation.Ask.RESOURCE) {
        marks
            .computeIfAbsent(convention, _ -> new ArrayList<>())
            .add(
                question.ask() == Observation.Ask.ATTRIBUTE
                    ? question.key()
                    : question.key() + "*");
      }
    }
    return marks;
  }

  /** The attributes that no convention asked for: kept as they are. */
  public List<Place> unread() {
    var asked = new LinkedHashSet<String>();
    var prefixes = new ArrayList<String>();
    for (var question : observation.questions()) {
      switch (question.ask()) {
        case ATTRIBUTE -> asked.add(question.key());
        case BELOW -> prefixes.add(question.key());
        case PREFIX, RESOURCE -> {}
      }
    }
    var sources = new LinkedHashSet<String>();
    places().values().forEach(list -> list.forEach(place -> sources.add(place.key())));
    return Places.of(in).stream()
        .filter(place -> place.kind() == Place.Kind.ATTRIBUTE)
        .filter(place -> !asked.contains(place.key()) && !sources.contains(place.key()))
        .filter(place -> prefixes.stream().noneMatch(place.key()::startsWith))
        .toList();
  }

  /** Below a prefix, names of their own mean something of session, user and tags only. */
  private static String names(Probes.Probe probe, String field) {
    return probe.prefix() == null || NAMED.contains(field)
        ? name(probe.place())
        : probe.prefix() + "*";
  }

  private static String name(Place place) {
    return switch (place.kind()) {
      case ATTRIBUTE -> place.name();
      case RESOURCE -> "resource " + place.name();
      case EVENT -> "event " + place.name();
      case SPAN -> place.name();
    };
  }

  private List<Place> lookalikes(Iterable<Set<String>> lookedFor) {
    var wanted = new LinkedHashSet<String>();
    for (var keys : lookedFor) {
      for (var key : keys) {
        var segments = key.split("[. ]", -1);
        int last = segments.length - 1;
        wanted.add(plain(segments[last]));
        if (last > 0) {
          wanted.add(plain(segments[last - 1] + segments[last]));
        }
      }
    }
    wanted.removeIf(word -> word.length() < 6);
    return unread().stream()
        .filter(place -> wanted.stream().anyMatch(plain(place.key())::endsWith))
        .limit(MAX_LOOKALIKES)
        .toList();
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  private Map<String, List<Place>> places() {
    var found = places;
    if (found == null) {
      var all = Places.of(in);
      found = found(all.subList(0, Math.min(all.size(), MAX_PLACES)));
      found.replaceAll(this::inOrder);
      places = found;
    }
    return found;
  }

  private Map<String, List<Place>> found(List<Place> all) {
    var found = new HashMap<String, List<Place>>();
    for (var place : all) {
      if (hasValue(place)) {
        changes(Places.changed(in, place))
            .forEach(field -> found.computeIfAbsent(field, _ -> new ArrayList<>()).add(place));
      }
    }
    // what is said because something stands there, whatever that is
    remove(single(all), found);
    for (var field : observation.said().keySet()) {
      var sufficient = found.containsKey(field) ? null : sufficient(field, all);
      if (sufficient != null) {
        found.put(field, new ArrayList<>(List.of(sufficient)));
      }
    }
    remove(groups(all), found);
    return found;
  }

  private void remove(List<List<Place>> groups, Map<String, List<Place>> found) {
    for (var group : groups) {
      if (found.keySet().containsAll(observation.said().keySet())) {
        return;
      }
      var fields = changes(Places.without(in, group));
      fields.removeAll(Set.copyOf(found.keySet()));
      fields.forEach(field -> found.put(field, new ArrayList<>(group)));
    }
  }

  private static List<List<Place>> single(List<Place> all) {
    var single = new ArrayList<List<Place>>();
    all.forEach(place -> single.add(List.of(place)));
    return single;
  }

  private static boolean hasValue(Place place) {
    var text = place.text();
    return text != null
        && !text.isEmpty()
        && (place.kind() == Place.Kind.SPAN || !place.key().isEmpty());
  }

  /** Of several places that say the same, each by itself, the first that was asked for. */
  private @Nullable Place sufficient(String field, List<Place> all) {
    var asked = new ArrayList<Place>();
    for (var question : observation.questions()) {
      if (question.convention().equals(observation.by(field))) {
        all.stream()
            .filter(
                place -> place.kind() == Place.Kind.ATTRIBUTE && place.key().equals(question.key()))
            .forEach(asked::add);
      }
    }
    for (var place : asked) {
      var others = new ArrayList<>(asked);
      others.remove(place);
      if (!changes(Places.without(in, others)).contains(field)) {
        return place;
      }
    }
    return null;
  }

  /** Events of one name; attributes below a prefix, fewest first. */
  private List<List<Place>> groups(List<Place> all) {
    var groups = new ArrayList<List<Place>>();
    var events = new TreeMap<String, List<Place>>();
    all.stream()
        .filter(place -> place.kind() == Place.Kind.EVENT && place.key().isEmpty())
        .forEach(place -> events.computeIfAbsent(place.name(), _ -> new ArrayList<>()).add(place));
    groups.addAll(events.values());
    var prefixes = new LinkedHashMap<String, List<Place>>();
    for (var question : observation.questions()) {
      if (question.ask() == Observation.Ask.PREFIX || question.ask() == Observation.Ask.BELOW) {
        prefixes.put(
            question.key(),
            all.stream()
                .filter(place ->
                    place.kind() == Place.Kind.ATTRIBUTE && place.key().startsWith(question.key()))
                .toList());
      }
    }
    prefixes.values().stream()
        .filter(group -> !group.isEmpty())
        .sorted(Comparator.comparingInt(List::size))
        .forEach(groups::add);
    return groups;
  }

  /** The fields that would be others if the span were this one. */
  private Set<String> changes(SpanInput copy) {
    var said = Observation.ofCopy(copy, before.copy(), observation.type());
    var changes = new LinkedHashSet<String>();
    observation
        .said()
        .forEach((field, value) -> {
          if (!value.equals(said.get(field))) {
            changes.add(field);
          }
        });
    return changes;
  }

  /** The places that hold the value as it stands come first. */
  private List<Place> inOrder(String field, List<Place> unordered) {
    var said = observation.said().get(field);
    var value = said == null ? "" : text(said.value());
    var ordered = new ArrayList<>(unordered);
    ordered.sort(
        Comparator.comparingInt(place -> {
          var text = place.text();
          return text == null ? 2 : text.equals(value) ? 0 : text.contains(value) ? 1 : 2;
        }));
    return ordered;
  }

  private static String text(Object value) {
    return value instanceof Content content
        ? content.tree().isTextual() ? content.tree().textValue() : content.json()
        : String.valueOf(value);
  }
}
