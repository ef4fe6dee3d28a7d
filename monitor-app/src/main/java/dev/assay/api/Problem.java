package dev.assay.api;

import com.linecorp.armeria.common.HttpStatus;
import org.jspecify.annotations.Nullable;

/** Why a request gets no answer, in words for whoever made it. {@link Problems} renders it. */
final class Problem extends RuntimeException {
  final HttpStatus status;
  final String title;
  final String detail;
  final @Nullable String parameter;

  private Problem(HttpStatus status, String title, String detail, @Nullable String parameter) {
    super(detail, null, false, false);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.parameter = parameter;
  }

  int code() {
    return status.code();
  }

  String title() {
    return title;
  }

  String detail() {
    return detail;
  }

  static Problem notFound(String detail) {
    return new Problem(HttpStatus.NOT_FOUND, "Not found", detail, null);
  }

  /**
   * A parameter that cannot be understood.
   *
   * @param allowed what could stand there
   */
  static Problem parameter(String name, String value, String allowed) {
    return new Problem(
        HttpStatus.BAD_REQUEST,
        "Invalid parameter",
        "%s: '%s' is not allowed; allowed: %s".formatted(name, shown(value), allowed),
        name);
  }

  static Problem unknownParameter(String name, String allowed) {
    return new Problem(
        HttpStatus.BAD_REQUEST,
        "Unknown parameter",
        "'%s' is not a parameter here; allowed: %s".formatted(shown(name), allowed),
        shown(name));
  }

  static Problem methodNotAllowed(String method) {
    return new Problem(
        HttpStatus.METHOD_NOT_ALLOWED,
        "Method not allowed",
        shown(method) + " is not allowed here; allowed: GET, HEAD",
        null);
  }

  static Problem unavailable(String detail) {
    return new Problem(HttpStatus.SERVICE_UNAVAILABLE, "Not available for now", detail, null);
  }

  static Problem of(HttpStatus status, String detail) {
    return new Problem(status, status.reasonPhrase(), detail, null);
  }

  // What a stranger sent is repeated, but not at any length.
  private static String shown(String value) {
    return value.length() <= 100 ? value : value.substring(0, 100) + "…";
  }
}
