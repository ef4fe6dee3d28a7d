package dev.assay.judging;

/** One model at one provider. Whatever goes wrong there is a value here. */
@FunctionalInterface
interface ModelClient {
  /**
   * Asks and waits, at most the provider's time-out. Called from many threads at once.
   *
   * @throws InterruptedException if the caller no longer wants to know
   */
  ModelOutcome ask(ModelRequest request) throws InterruptedException;
}
