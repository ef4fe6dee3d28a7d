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
  private final Map<String, String> tags = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Budget budget;

  public TraceFacts(Budget budget) {
    this.budget = budget;
  }

  void app(@Nullable String value) {
    app = app == null ? name(value) : app;
  }

  void environment(@Nullable String value) {
    environment = environment == null ? name(value) : environment;
  }

  void appVersion(@Nullable String value) {
    appVersion = appVersion == null ? name(value) : appVersion;
  }

  void session(@Nullable String value) {
    session = session == null ? name(value) : session;
  }

  void user(@Nullable String value) {
    user = user == null ? name(value) : user;
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

  public Map<String, String> tags() {
    return tags;
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  private @Nullable String name(@Nullable String value) {
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
