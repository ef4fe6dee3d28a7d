package dev.assay.demo;

import java.util.Map;

/** Is told the truth about every trace before the trace is sent. */
@FunctionalInterface
public interface TruthSink {
  /**
   * Called by one thread at a time.
   *
   * @param traceId 32 lower-case hex digits
   * @param question what the user asked, as in the trace
   * @param answer what the application answered, as in the trace; empty where it failed
   * @param truth by {@link Aspect#key}: whether the answer really is so
   */
  void plant(String traceId, String question, String answer, Map<String, Boolean> truth);
}
