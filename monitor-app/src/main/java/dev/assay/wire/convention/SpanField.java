package dev.assay.wire.convention;

/** What a convention can say of a span, in the order in which people read it. */
public enum SpanField {
  TYPE("type"),
  INPUTS("inputs"),
  OUTPUTS("outputs"),
  ASKED("messages asked"),
  ANSWERED("messages answered"),
  MODEL("model"),
  TOKENS("tokens"),
  COST("cost"),
  TOOL("tool"),
  ARGUMENTS("arguments"),
  RESULT("result"),
  DOCUMENTS("documents"),
  PROMPT("prompt"),
  PROMPT_VERSION("prompt version"),
  TOOLS_OFFERED("tools offered"),
  STATUS("status"),
  ERROR("error"),
  APPLICATION_ROOT("application root");

  private final String title;

  SpanField(String title) {
    this.title = title;
  }

  /** For people. */
  public String title() {
    return title;
  }
}
