package dev.assay.lookup;

import dev.assay.model.Assessment;
import dev.assay.model.Outcome;
import dev.assay.model.Trace;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/**
 * Answers from the stores of {@code LookupPipeline} in this process. With several instances each
 * holds the partitions it owns and answers for those alone.
 */
public final class StreamsLookup implements Lookup {
  static final int MAX_ASSESSMENTS = 500;

  private final StoreSource stores;
  private final RecordReader records;
  private final Topics topics;
  private final Duration retention;
  private final Clock clock;

  /** Where stores come from: Kafka Streams, or a test's driver. */
  interface StoreSource {
    <T> T store(String name, QueryableStoreType<T> type);
  }

  /**
   * @param streams runs {@code LookupPipeline}
   * @param retention as the pipeline was given
   */
  public StreamsLookup(
      KafkaStreams streams, RecordReader records, Topics topics, Duration retention, Clock clock) {
    this(
        new StoreSource() {
          @Override
          public <T> T store(String name, QueryableStoreType<T> type) {
            return streams.store(StoreQueryParameters.fromNameAndType(name, type));
          }
        },
        records,
        topics,
        retention,
        clock);
  }

  StreamsLookup(
      StoreSource stores, RecordReader records, Topics topics, Duration retention, Clock clock) {
    this.stores = stores;
    this.records = records;
    this.topics = topics;
    this.retention = retention;
    this.clock = clock;
  }

  @Override
  public Optional<Trace> trace(String traceId) {
    return place(traceId)
        .flatMap(place -> records.read(topics.traces(), place))
        .map(EncodedTrace::trace);
  }

  Optional<Place> place(String traceId) {
    return answered(() -> {
      var places =
          stores.store(LookupStores.TRACES, QueryableStoreTypes.<String, Place>windowStore());
      try (var newestFirst = places.backwardFetch(traceId, from(), to())) {
        return newestFirst.hasNext() ? Optional.of(newestFirst.next().value) : Optional.empty();
      }
    });
  }

  @Override
  public List<Assessment> assessments(String traceId) {
    var places = places(traceId).stream().map(AssessmentPlace::place).toList();
    return distinct(places);
  }

  // The worker lane may write one assessment twice, under one id.
  private List<Assessment> distinct(List<Place> places) {
    var read = records.read(topics.assessments(), places);
    var byId = new LinkedHashMap<String, Assessment>();
    for (var place : places) {
      var assessment = read.get(place);
      if (assessment != null) {
        byId.putIfAbsent(assessment.assessmentId(), assessment);
      }
    }
    return List.copyOf(byId.values());
  }

  List<AssessmentPlace> places(String traceId) {
    return answered(() -> {
      var places =
          stores.store(
              LookupStores.ASSESSMENTS, QueryableStoreTypes.<String, AssessmentPlace>windowStore());
      var newest = new ArrayDeque<AssessmentPlace>();
      try (var found = places.fetch(traceId, from(), to())) {
        while (found.hasNext()) {
          newest.addLast(found.next().value);
          if (newest.size() > MAX_ASSESSMENTS) {
            newest.removeFirst();
          }
        }
      }
      return List.copyOf(newest);
    });
  }

  @Override
  public List<TraceRow> recent(TraceFilter filter, int limit) {
    var entries =
        answered(() -> {
          var recent =
              stores.store(
                  LookupStores.RECENT_TRACES,
                  QueryableStoreTypes.<Integer, TraceEntry>keyValueStore());
          var accepted = new ArrayList<TraceEntry>();
          try (var all = recent.all()) {
            while (all.hasNext()) {
              var entry = all.next().value;
              if (filter.accepts(entry)) {
                accepted.add(entry);
              }
            }
          }
          return accepted;
        });
    // A trace that was reopened is listed once, as it is now.
    var newest = new LinkedHashMap<String, TraceEntry>();
    entries.stream()
        .sorted(
            Comparator.comparingLong(TraceEntry::indexedMillis)
                .thenComparingLong(TraceEntry::sequence)
                .reversed())
        .forEach(entry -> newest.putIfAbsent(entry.traceId(), entry));
    return newest.values().stream().limit(limit).map(this::row).toList();
  }

  private TraceRow row(TraceEntry entry) {
    // Later verdicts of a name replace earlier ones: another revision's, or a repeat.
    var verdicts = new LinkedHashMap<String, Outcome>();
    places(entry.traceId()).forEach(found -> verdicts.put(found.name(), found.outcome()));
    return new TraceRow(
        entry.traceId(),
        entry.revision(),
        entry.app(),
        entry.environment(),
        entry.appVersion(),
        entry.name(),
        entry.startNanos() + entry.durationNanos(),
        entry.durationNanos(),
        entry.status(),
        entry.spanCount(),
        verdicts.entrySet().stream()
            .map(verdict -> new TraceRow.Verdict(verdict.getKey(), verdict.getValue()))
            .toList());
  }

  @Override
  public List<AssessmentRow> latest(AssessmentFilter filter, int limit) {
    return latestEntries(filter, limit).stream().map(AssessmentEntry::row).toList();
  }

  @Override
  public List<Assessment> latestAssessments(AssessmentFilter filter, int limit) {
    return distinct(latestEntries(filter, limit).stream().map(AssessmentEntry::place).toList());
  }

  private List<AssessmentEntry> latestEntries(AssessmentFilter filter, int limit) {
    return answered(() -> {
      var recent =
          stores.store(
              LookupStores.RECENT_ASSESSMENTS,
              QueryableStoreTypes.<String, AssessmentEntry>keyValueStore());
      var accepted = new ArrayList<AssessmentEntry>();
      var outcome = filter.outcome();
      try (var entries =
          outcome == null
              ? recent.all()
              : recent.prefixScan(outcome + "\u001f", new StringSerializer())) {
        while (entries.hasNext()) {
          var entry = entries.next().value;
          if (filter.accepts(entry.row())) {
            accepted.add(entry);
          }
        }
      }
      return accepted.stream()
          .sorted(
              Comparator.comparingLong(AssessmentEntry::indexedMillis)
                  .thenComparingLong(entry -> entry.place().offset())
                  .reversed())
          .limit(limit)
          .toList();
    });
  }

  private Instant from() {
    return clock.instant().minus(retention);
  }

  // Entries carry the indexing machine's time, which may be a little ahead of this one's.
  private Instant to() {
    return clock.instant().plus(Duration.ofMinutes(5));
  }

  private static <T> T answered(Supplier<T> question) {
    try {
      return question.get();
    } catch (InvalidStateStoreException e) {
      throw new LookupUnavailableException(
          "the index of traces is starting or being restored; try again in a moment", e);
    }
  }
}
