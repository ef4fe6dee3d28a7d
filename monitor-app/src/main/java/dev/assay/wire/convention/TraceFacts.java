package dev.assay.wire.convention;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What spans say about their trace, whichever of them carries it: spans are read parents first, and
 * the first to set a field wins. One thread.
 */
public final class TraceFacts {
  private static final int MAX_ENTRIES = 100;
  private static final int MAX_VALUE = 4_096;

  private @Nullable String app;
  private @Nullable String environment;
  private @Nullable String appVersion;
  private @Nullable String session;
  private @Nullable String user;
  private @Nullable String name;
  private @Nullable Content inputs;
  private @Nullable Content outputs;
  private final Map<String, String> tags = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Budget budget;

  public TraceFacts(Budget budget) {
    this.budget = budget;
  }

  /** The same facts, apart from these from now on; without bounds on their bytes. */
  TraceFacts copy() {
    var copy = new TraceFacts(Budget.unbounded());
    copy.app = app;
    copy.environment = environment;
    copy.appVersion = appVersion;
    copy.session = session;
    copy.user = user;
    copy.name = name;
    copy.inputs = inputs;
    copy.outputs = outputs;
    copy.tags.putAll(tags);
    copy.metadata.putAll(metadata);
    return copy;
  }

  /** What has been said so far, by {@link TraceField}; a tag and an entry of metadata each. */
  Map<String, Object> said() {
    var said = new LinkedHashMap<String, Object>();
    put(said, TraceField.APP, app);
    put(said, TraceField.APP_VERSION, appVersion);
    put(said, TraceField.ENVIRONMENT, environment);
    put(said, TraceField.NAME, name);
    put(said, TraceField.SESSION, session);
    put(said, TraceField.USER, user);
    put(said, TraceField.INPUTS, inputs);
    put(said, TraceField.OUTPUTS, outputs);
    tags.forEach((key, value) -> said.put(TraceField.TAG.of(key), value));
    metadata.forEach((key, value) -> said.put(TraceField.METADATA.of(key), value));
    return said;
  }

  private static void put(Map<String, Object> said, TraceField field, @Nullable Object value) {
    if (value != null) {
      said.put(field.key(), value);
    }
  }

  void app(@Nullable String value) {
    app = app == null ? label(value) : app;
  }

  void environment(@Nullable String value) {
    environment = environment == null ? label(value) : environment;
  }

  void appVersion(@Nullable String value) {
    appVersion = appVersion == null ? label(value) : appVersion;
  }

  void session(@Nullable String value) {
    session = session == null ? label(said(value)) : session;
  }

  void user(@Nullable String value) {
    user = user == null ? label(said(value)) : user;
  }

  /** Of the trace, where an SDK names it apart from its root. */
  void name(@Nullable String value) {
    name = name == null ? label(value) : name;
  }

  /** Of the trace, where an SDK states them apart from its root's. */
  void inputs(@Nullable Content value) {
    inputs = inputs == null ? value : inputs;
  }

  /** Of the trace, where an SDK states them apart from its root's. */
  void outputs(@Nullable Content value) {
    outputs = outputs == null ? value : outputs;
  }

  /** Tags without values, in whatever form: a list, JSON text of one, texts by comma. */
  void tags(@Nullable Content value) {
    if (value == null) {
      return;
    }
    if (value.tree().isTextual()) {
      for (var tag : value.tree().textValue().split(",", MAX_ENTRIES + 1)) {
        tag(tag.strip(), "true");
      }
    }
    if (value.tree().isArray()) {
      value.tree().forEach(tag -> tag(Content.text(tag), "true"));
    }
  }

  /** Each entry of an object. */
  void metadata(@Nullable Content value) {
    if (value != null && value.tree().isObject()) {
      value.tree().properties().forEach(e -> metadata(e.getKey(), Content.text(e.getValue())));
    }
  }

  /** Set by the application. */
  void tag(String key, @Nullable String value) {
    put(tags, key, value);
  }

  /** Set by an SDK. */
  void metadata(String key, @Nullable String value) {
    put(metadata, key, value);
  }

  /** Notes that values of the trace were cut or left out, also where there is no room for more. */
  public void truncated(int values) {
    metadata.put("assay.truncated", Integer.toString(values));
  }

  /** Whether a resource with a name has been read: the topmost application's is the trace's. */
  boolean knowsApp() {
    return app != null;
  }

  /** {@code service.name}, or what OpenTelemetry says where there is none. */
  public String app() {
    return app == null ? "unknown_service" : app;
  }

  public String environment() {
    return environment == null ? "default" : environment;
  }

  public String appVersion() {
    return appVersion == null ? "" : appVersion;
  }

  public @Nullable String session() {
    return session;
  }

  public @Nullable String user() {
    return user;
  }

  /** Null where the root's name is the trace's. */
  public @Nullable String name() {
    return name;
  }

  /** JSON text; null where the root's are the trace's. */
  public @Nullable String inputs() {
    return budget.json(inputs);
  }

  /** JSON text; null where the root's are the trace's. */
  public @Nullable String outputs() {
    return budget.json(outputs);
  }

  public Map<String, String> tags() {
    return tags;
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  /** MLflow writes every value as JSON, quotes included; Logfire blanks out what it scrubs. */
  private static @Nullable String said(@Nullable String value) {
    if (value == null || value.startsWith("[Scrubbed due to ")) {
      return null;
    }
    return value.startsWith("\"") ? Content.unquoted(value) : value;
  }

  private @Nullable String label(@Nullable String value) {
    return value == null || value.isBlank() ? null : budget.text(value.strip(), Budget.NAME);
  }

  private void put(Map<String, String> map, String key, @Nullable String value) {
    if (value == null || key.isBlank() || map.containsKey(key)) {
      return;
    }
    if (map.size() >= MAX_ENTRIES) {
      budget.cut(1);
      return;
    }
    var name = budget.text(key, Budget.NAME);
    var text = budget.text(value, MAX_VALUE);
    if (name != null && text != null) {
      map.putIfAbsent(name, text);
    }
  }
}
