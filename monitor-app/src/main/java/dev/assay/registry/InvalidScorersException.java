package dev.assay.registry;

import java.util.List;

/** A scorers file that cannot be used. The message tells every mistake, one a line. */
public final class InvalidScorersException extends Exception {
  private static final long serialVersionUID = 1L;

  // transient: nobody serializes it, and List is not Serializable
  private final transient List<String> problems;

  InvalidScorersException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** Each with file, line, scorer, field, what is wrong and what is allowed. */
  public List<String> problems() {
    return problems;
  }
}
