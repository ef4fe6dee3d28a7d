package dev.assay.wire.convention;

/** What a convention can say of a whole trace, in the order in which people read it. */
public enum TraceField {
  APP("app"),
  APP_VERSION("version"),
  ENVIRONMENT("environment"),
  NAME("name"),
  SESSION("session"),
  USER("user"),
  TAG("tag"),
  METADATA("metadata"),
  INPUTS("inputs"),
  OUTPUTS("outputs");

  private final String title;

  TraceField(String title) {
    this.title = title;
  }

  /** For people. */
  public String title() {
    return title;
  }

  /** Told apart from the field of a span that has the same title. */
  public String key() {
    return "trace " + title;
  }

  /** The field of which this is, or of which it is an entry. */
  static String family(String key) {
    for (var many : new TraceField[] {TAG, METADATA}) {
      if (key.startsWith(many.of(""))) {
        return many.key();
      }
    }
    return key;
  }

  /** One entry of tags or of metadata. */
  String of(String entry) {
    return key() + " " + entry;
  }
}
