package dev.assay.scoring;

/**
 * A scorer cannot work on any trace until somebody mends something: a wrong key, a model that does
 * not exist, a spent quota. The worker lane pauses the scorer, visibly, and tries it again from
 * time to time. In the inline lane it is a failure like any other.
 */
public final class UnavailableScorerException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * @param code upper snake case from a bounded set, such as {@code JUDGE_UNAUTHORIZED}
   * @param reason for people, and what to mend; no secrets, no trace content
   */
  public UnavailableScorerException(String code, String reason) {
    super(reason);
    this.code = code;
  }

  public String code() {
    return code;
  }
}
