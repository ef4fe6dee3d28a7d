package dev.assay.lookup;

import dev.assay.model.Assessment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.WindowStore;

/** Remembers where each trace's assessments are, and the newest of every name and outcome. */
public final class IndexAssessments implements Processor<String, Assessment, Void, Void> {
  /** Recent assessments kept of each name and outcome, each partition; and how many a second. */
  static final int RECENT = 50;

  static final int RECENT_PER_SECOND = 10;

  /** Lists kept, each partition: names beyond this many have no list of their own or any other. */
  static final int MAX_LISTS = 2_000;

  private final Map<String, Ring> rings = new HashMap<>();
  private ProcessorContext<Void, Void> context;
  private WindowStore<String, AssessmentPlace> places;
  private KeyValueStore<String, AssessmentEntry> recent;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process
  private IndexAssessments() {}

  /**
   * Makes the processor, with its stores.
   *
   * @param retention how long a place is kept: that of the topic
   */
  public static ProcessorSupplier<String, Assessment, Void, Void> keeping(Duration retention) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<String, Assessment, Void, Void> get() {
        return new IndexAssessments();
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(LookupStores.assessments(retention), LookupStores.recentAssessments());
      }
    };
  }

  @Override
  public void init(ProcessorContext<Void, Void> newContext) {
    context = newContext;
    places = newContext.getStateStore(LookupStores.ASSESSMENTS);
    recent = newContext.getStateStore(LookupStores.RECENT_ASSESSMENTS);
    try (var entries = recent.all()) {
      entries.forEachRemaining(
          entry -> ring(listOf(entry.value.row())).resumeAfter(entry.value.sequence()));
    }
  }

  @Override
  public void process(Record<String, Assessment> record) {
    var metadata = context.recordMetadata();
    var assessment = record.value();
    if (assessment == null
        || metadata.isEmpty()
        || !Lookup.TRACE_ID.matcher(assessment.traceId()).matches()) {
      return;
    }
    long now = context.currentSystemTimeMs();
    var place = new Place(metadata.get().partition(), metadata.get().offset());
    var row = AssessmentRow.of(assessment);
    places.put(row.traceId(), new AssessmentPlace(place, row.name(), row.outcome()), now);
    var list = listOf(row);
    if (rings.size() >= MAX_LISTS && !rings.containsKey(list)) {
      return;
    }
    var ring = ring(list);
    long sequence = ring.claim(now);
    if (sequence != Ring.FULL) {
      recent.put(list + ring.slot(sequence), new AssessmentEntry(sequence, now, place, row));
    }
  }

  private Ring ring(String list) {
    return rings.computeIfAbsent(list, _ -> new Ring(RECENT, RECENT_PER_SECOND));
  }

  // The outcome first, so that one outcome of every name is one range of keys.
  private static String listOf(AssessmentRow row) {
    return row.outcome() + "\u001f" + row.name() + "\u001f";
  }
}
