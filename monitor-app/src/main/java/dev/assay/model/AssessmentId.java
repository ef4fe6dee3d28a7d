package dev.assay.model;

import org.jspecify.annotations.Nullable;

/**
 * Ids that are a function of what they name: the same verdict made twice has one id, which is how a
 * reader recognises a worker's repeat.
 */
public final class AssessmentId {
  private static final char SEPARATOR = '\u001f';

  private AssessmentId() {}

  /**
   * The first 16 bytes of SHA-256 over {@code trace 0x1F span 0x1F name 0x1F scorer 0x1F version
   * 0x1F revision}, as 32 lower-case hex digits; an absent span is empty.
   */
  public static String of(
      String traceId,
      @Nullable String spanId,
      String name,
      String scorer,
      String scorerVersion,
      int revision) {
    // put together in one go: five of these a trace
    return digest(
        traceId
            + SEPARATOR
            + (spanId == null ? "" : spanId)
            + SEPARATOR
            + name
            + SEPARATOR
            + scorer
            + SEPARATOR
            + scorerVersion
            + SEPARATOR
            + revision);
  }

  /** The id of a withdrawal: of what it withdraws and the revision that does. */
  public static String ofWithdrawal(String withdrawn, int revision) {
    return digest("withdrawal" + SEPARATOR + withdrawn + SEPARATOR + revision);
  }

  /** The id of a scoring request: of its trace, scorer, version and revision. */
  public static String ofRequest(
      String traceId, String scorer, String scorerVersion, int revision) {
    return digest(traceId + SEPARATOR + scorer + SEPARATOR + scorerVersion + SEPARATOR + revision);
  }

  private static String digest(String parts) {
    return Sha256.hex(parts, 16);
  }
}
