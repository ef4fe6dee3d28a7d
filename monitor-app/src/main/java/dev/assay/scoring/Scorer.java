package dev.assay.scoring;

import dev.assay.model.Feedback;
import dev.assay.model.Lane;
import dev.assay.model.SourceType;
import dev.assay.model.Trace;
import java.util.List;

/**
 * Looks at a finished trace and says what it finds. A regular expression and an agent with tools
 * are both one of these.
 *
 * <p>An instance is made once per definition by its {@link ScorerFactory} and called from several
 * threads at once, so it must be immutable or synchronised. In the {@link Lane#INLINE} lane it must
 * be pure and take microseconds: no I/O, no clock, no randomness. Trace content is hostile: never
 * evaluate it, never fetch what it names.
 *
 * <p>Whatever it throws becomes an ERROR assessment, never a zero, and harms no other scorer.
 */
@FunctionalInterface
public interface Scorer {
  /**
   * One feedback, or several with a name of their own each. Empty: the scorer has nothing to say
   * about this trace, and no assessment is made.
   */
  List<Feedback> score(Trace trace) throws Exception;

  /** Where it runs; the same for every trace. */
  default Lane lane() {
    return Lane.INLINE;
  }

  /** Who is speaking: code, unless a model is asked. */
  default SourceType source() {
    return SourceType.CODE;
  }
}
