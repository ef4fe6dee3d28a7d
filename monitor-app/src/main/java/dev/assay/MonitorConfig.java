package dev.assay;

import java.util.List;

/** What an instance is started with. */
final class MonitorConfig {
  /** What an instance can do; {@code roles} names some. */
  static final List<String> ROLES = List.of("ingest", "traces", "workers", "quality", "api");

  private MonitorConfig() {}
}
