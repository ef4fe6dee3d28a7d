package dev.assay.api;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.assay.lookup.Lookup;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads parameters and refuses, by name, what is not allowed. */
final class Parameters {
  static final int MAX_LIMIT = 200;

  // Names of scorers and of their feedbacks.
  private static final Pattern SCORER = Pattern.compile("[a-zA-Z0-9_./-]{1,128}");
  private static final Pattern WINDOW = Pattern.compile("([1-9][0-9]{0,5})([mhd])");
  private static final int MAX_APP = 256;

  private final ServiceRequestContext context;
  private final QueryParams query;

  private Parameters(ServiceRequestContext context) {
    this.context = context;
    this.query = QueryParams.fromQueryString(context.query());
  }

  static Parameters of(ServiceRequestContext context) {
    return new Parameters(context);
  }

  /** Refuses every query parameter but these. */
  Parameters only(String... names) {
    var allowed = List.of(names);
    for (var name : query.names()) {
      if (!allowed.contains(name)) {
        throw Problem.unknownParameter(
            name, allowed.isEmpty() ? "none" : String.join(", ", allowed));
      }
    }
    return this;
  }

  /** The trace id of the path. */
  String traceId() {
    var id = pathParam("id");
    if (!Lookup.TRACE_ID.matcher(id).matches()) {
      throw Problem.parameter("id", id, "a trace id of 1 to 128 letters, digits, . _ : -");
    }
    return id;
  }

  /** The scorer of the path. */
  String scorerOfPath() {
    return scorer("name", pathParam("name"));
  }

  @Nullable String scorer() {
    var name = query.get("scorer");
    return name == null || name.isEmpty() ? null : scorer("scorer", name);
  }

  private static String scorer(String parameter, String name) {
    if (!SCORER.matcher(name).matches()) {
      throw Problem.parameter(
          parameter, name, "the name of a scorer: 1 to 128 letters, digits, _ . / -");
    }
    return name;
  }

  @Nullable String app() {
    var app = query.get("app");
    if (app == null || app.isEmpty()) {
      return null;
    }
    if (app.length() > MAX_APP) {
      throw Problem.parameter("app", app, "at most " + MAX_APP + " characters");
    }
    return app;
  }

  int limit(int otherwise) {
    var text = query.get("limit");
    if (text == null || text.isEmpty()) {
      return otherwise;
    }
    if (text.matches("[0-9]{1,4}")) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    }
    throw Problem.parameter("limit", text, "a whole number from 1 to " + MAX_LIMIT);
  }

  /**
   * A window like {@code 90m}.
   *
   * @param longest allowed
   */
  Duration window(Duration otherwise, Duration longest) {
    var text = query.get("window");
    if (text == null || text.isEmpty()) {
      return otherwise;
    }
    var parts = WINDOW.matcher(text);
    if (parts.matches()) {
      long number = Long.parseLong(requireNonNull(parts.group(1)));
      var window =
          switch (requireNonNull(parts.group(2))) {
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> throw new IllegalStateException(text);
          };
      if (window.compareTo(longest) <= 0) {
        return window;
      }
    }
    throw Problem.parameter(
        "window",
        text,
        "a number with m, h or d behind it, from 1m to " + longest.toHours() + "h, for example 1h");
  }

  <E extends Enum<E>> @Nullable E constant(String name, Class<E> type) {
    var text = query.get(name);
    return text == null || text.isEmpty() ? null : constant(name, text, type);
  }

  <E extends Enum<E>> E constant(String name, Class<E> type, E otherwise) {
    var constant = constant(name, type);
    return constant == null ? otherwise : constant;
  }

  private static <E extends Enum<E>> E constant(String name, String text, Class<E> type) {
    for (var constant : EnumSet.allOf(type)) {
      if (constant.name().equalsIgnoreCase(text)) {
        return constant;
      }
    }
    throw Problem.parameter(
        name,
        text,
        String.join(
            ", ",
            EnumSet.allOf(type).stream()
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList()));
  }

  private String pathParam(String name) {
    var value = context.pathParam(name);
    return value == null ? "" : value;
  }
}
