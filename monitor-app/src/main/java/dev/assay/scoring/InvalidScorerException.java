package dev.assay.scoring;

/** A definition that cannot work. The message names the field and what is allowed. */
public final class InvalidScorerException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * @param field path within the definition, such as {@code parameters.pattern}
   * @param problem what is wrong and what is allowed
   */
  public InvalidScorerException(String field, String problem) {
    super(field + ": " + problem);
    this.field = field;
  }

  public String field() {
    return field;
  }
}
