package dev.assay.wire.convention;

import dev.assay.model.SpanType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the conventions said of one span, each field by whom, and what they asked for. The
 * conventions are run as they always are; what each of them said is what was not said before it.
 */
final class Observation {
  /** A field's value. */
  record Said(String convention, Object value, @Nullable SpanField from) {}

  /** What was asked for. */
  enum Ask {
    ATTRIBUTE,
    BELOW,
    PREFIX,
    RESOURCE
  }

  /** Something that a convention asked for. */
  record Question(Convention convention, Ask ask, String key) {}

  private final Map<String, Said> said = new LinkedHashMap<>();
  private final Set<Question> questions = new LinkedHashSet<>();
  private final Map<String, Convention> saidBy = new HashMap<>();
  private final SpanDraft draft;
  private final SpanType type;

  private Observation(SpanInput in, TraceFacts facts, List<Convention> conventions) {
    var watch = new Watch();
    var draft = new SpanDraft(in.span(), in.resource(), in.scope(), facts, watch);
    var before = all(draft, facts);
    for (var convention : conventions) {
      watch.convention = convention;
      Conventions.fill(convention, draft);
      var after = all(draft, facts);
      for (var field : after.entrySet()) {
        if (!before.containsKey(field.getKey())) {
          said.put(field.getKey(), new Said(convention.title(), field.getValue(), null));
          saidBy.put(field.getKey(), convention);
        }
      }
      before = after;
    }
    this.type = draft.kind();
    this.draft = draft;
  }

  /**
   * Of a span.
   *
   * @param facts what spans before it said of the trace; added to
   */
  static Observation of(SpanInput in, TraceFacts facts) {
    var observation = new Observation(in, facts, Conventions.all());
    return observation.derived(observation.type);
  }

  /**
   * Of a span that is another's changed copy: what is derived, by the other's type.
   *
   * @param facts as for the other; added to
   */
  static Map<String, Said> ofCopy(SpanInput in, TraceFacts facts, SpanType type) {
    return new Observation(in, facts, Conventions.all()).derived(type).said;
  }

  /** The names of fields that this convention alone would say something of. */
  static Set<String> byOne(Convention convention, SpanInput in) {
    var facts = new TraceFacts(Budget.unbounded());
    return new Observation(in, facts, List.of(convention)).said.keySet();
  }

  Map<String, Said> said() {
    return said;
  }

  /** In the order of the conventions, each once. */
  Set<Question> questions() {
    return questions;
  }

  /** Who said it; the conventions themselves and not what follows from them. */
  @Nullable Convention by(String field) {
    return saidBy.get(field);
  }

  SpanType type() {
    return type;
  }

  /** What follows from what was said, once everybody has spoken. */
  private Observation derived(SpanType kind) {
    var before = draft.said();
    draft.derive(kind);
    draft
        .said()
        .forEach((field, value) -> {
          var earlier = said.get(field);
          if (before.containsKey(field) && earlier != null) {
            said.put(field, new Said(earlier.convention(), value, earlier.from()));
          } else {
            said.put(field, derived(field, value));
          }
        });
    return this;
  }

  private Said derived(String field, Object value) {
    for (var from : origins(field)) {
      var origin = said.get(from.title());
      if (origin != null) {
        return new Said(origin.convention(), value, from);
      }
    }
    // of the span itself: its name, its status
    return new Said("OpenTelemetry", value, null);
  }

  private List<SpanField> origins(String field) {
    var origins = new ArrayList<SpanField>();
    for (var known : SpanField.values()) {
      if (known.title().equals(field)) {
        switch (known) {
          case INPUTS -> origins.add(SpanField.ARGUMENTS);
          case OUTPUTS -> origins.add(SpanField.RESULT);
          case ARGUMENTS, ASKED, TOOLS_OFFERED -> origins.add(SpanField.INPUTS);
          case RESULT, ANSWERED, DOCUMENTS -> origins.add(SpanField.OUTPUTS);
          case MODEL -> {
            origins.add(SpanField.OUTPUTS);
            origins.add(SpanField.INPUTS);
          }
          case TYPE,
              TOKENS,
              COST,
              TOOL,
              PROMPT,
              PROMPT_VERSION,
              STATUS,
              ERROR,
              APPLICATION_ROOT -> {}
        }
      }
    }
    return origins;
  }

  private static Map<String, Object> all(SpanDraft draft, TraceFacts facts) {
    var all = draft.said();
    all.putAll(facts.said());
    return all;
  }

  private final class Watch implements Lookups {
    private Convention convention = Conventions.all().getFirst();

    @Override
    public void attribute(String key) {
      questions.add(new Question(convention, Ask.ATTRIBUTE, key));
    }

    @Override
    public void below(String prefix) {
      questions.add(new Question(convention, Ask.BELOW, prefix));
    }

    @Override
    public void prefix(String prefix) {
      questions.add(new Question(convention, Ask.PREFIX, prefix));
    }

    @Override
    public void resource(String key) {
      questions.add(new Question(convention, Ask.RESOURCE, key));
    }
  }
}
