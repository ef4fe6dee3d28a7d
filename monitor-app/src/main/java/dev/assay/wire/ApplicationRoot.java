package dev.assay.wire;

/**
 * Which of a trace's spans is the application's own root, and who says so.
 *
 * @param position in the trace's {@link SpanTree}
 */
record ApplicationRoot(int position, Rule rule) {
  /** In order of precedence. */
  enum Rule {
    /** The configuration. */
    SELECTED("the span that assembly.root names"),
    /** The SDK. */
    MARKED("the span that its SDK marks as the application's root"),
    /** The tree. */
    TOP("the trace's topmost span");

    private final String title;

    Rule(String title) {
      this.title = title;
    }

    /** For people. */
    String title() {
      return title;
    }
  }

  /**
   * @param selected the first that the configuration names; −1 for none
   * @param marked the first that its SDK marks; −1 for none
   * @param top the trace's topmost
   */
  static ApplicationRoot of(int selected, int marked, int top) {
    if (selected >= 0) {
      return new ApplicationRoot(selected, Rule.SELECTED);
    }
    return marked >= 0
        ? new ApplicationRoot(marked, Rule.MARKED)
        : new ApplicationRoot(top, Rule.TOP);
  }
}
