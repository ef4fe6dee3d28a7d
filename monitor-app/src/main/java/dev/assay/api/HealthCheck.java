package dev.assay.api;

import java.util.function.Supplier;

/**
 * One part of the process that is well or not.
 *
 * @param name for people: {@code kafka}, {@code assay-traces} …
 * @param status asked at every request, from several threads; must not wait for long
 */
public record HealthCheck(String name, Supplier<Status> status) {
  /**
   * How it is.
   *
   * @param detail for people; shown on pages, so no secrets
   */
  public record Status(boolean up, String detail) {
    public static Status up(String detail) {
      return new Status(true, detail);
    }

    public static Status down(String detail) {
      return new Status(false, detail);
    }
  }

  /** The status; a check that throws is down. */
  Status check() {
    try {
      return status.get();
    } catch (RuntimeException e) {
      return Status.down("the check failed: " + e.getClass().getSimpleName());
    }
  }
}
