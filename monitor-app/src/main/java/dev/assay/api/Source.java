package dev.assay.api;

import dev.assay.model.SourceType;

/**
 * Who assessed, for people.
 *
 * @param words {@code code}, {@code LLM judge}, {@code simulated judge} or {@code human}
 * @param id the scorer's kind, the model, the person
 */
record Source(String words, String id, boolean simulated) {
  static Source of(SourceType type, String id, boolean simulated) {
    return new Source(
        switch (type) {
          case CODE -> simulated ? "simulated code" : "code";
          case LLM_JUDGE -> simulated ? "simulated judge" : "LLM judge";
          case HUMAN -> simulated ? "simulated human" : "human";
        },
        id,
        simulated);
  }
}
