package dev.assay.api;

import dev.assay.model.EpochNanos;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Figures and times as pages write them: short, with their unit, the same everywhere. */
final class Formats {
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Formats() {}

  /** {@code 96.2%}; never 100% or 0% unless it is. */
  static String percent(double ratio) {
    if (ratio < 1 && ratio >= 0.9995) {
      return ">99.9%";
    }
    if (ratio > 0 && ratio < 0.0005) {
      return "<0.1%";
    }
    if (ratio == 1 || ratio == 0) {
      return ratio == 1 ? "100%" : "0%";
    }
    return String.format(Locale.ROOT, "%.1f%%", ratio * 100);
  }

  /** {@code 94.8–97.3%}. */
  static String interval(double lower, double upper) {
    return String.format(Locale.ROOT, "%s–%s%%", end(lower), end(upper));
  }

  private static String end(double ratio) {
    return ratio == 0 || ratio == 1
        ? String.valueOf(Math.round(ratio * 100))
        : String.format(Locale.ROOT, "%.1f", ratio * 100);
  }

  /** A target as it was written: {@code 95%}, {@code 99.9%}. */
  static String target(double ratio) {
    return trimmed(ratio * 100, 3) + "%";
  }

  /** {@code 1,204}. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  static String count(double count) {
    return count(Math.round(count));
  }

  /** {@code 12.5}, {@code 0.00042}, {@code 1,204}. */
  static String number(double value) {
    double size = Math.abs(value);
    if (size >= 1e15 || (size > 0 && size < 1e-6)) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    if (size >= 1_000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return trimmed(value, size >= 100 ? 1 : size >= 1 ? 3 : size >= 0.01 ? 4 : 6);
  }

  /** A rate a minute: {@code 1,204}, {@code 12.5}, {@code 0.4}. */
  static String perMinute(double perSecond) {
    double rate = perSecond * 60;
    return rate >= 100 ? count(rate) : trimmed(rate, 1);
  }

  /** {@code 850 µs}, {@code 45 ms}, {@code 1.23 s}, {@code 3 min 2 s}. */
  static String duration(long nanos) {
    if (nanos < 1_000_000) {
      return nanos / 1_000 + " µs";
    }
    if (nanos < 1_000_000_000) {
      return trimmed(nanos / 1e6, nanos < 10_000_000 ? 1 : 0) + " ms";
    }
    if (nanos < 60_000_000_000L) {
      return trimmed(nanos / 1e9, 2) + " s";
    }
    var duration = Duration.ofNanos(nanos);
    if (duration.toHours() > 0) {
      return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
    return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
  }

  /** {@code 12 s ago}. */
  static String ago(Instant then, Instant now) {
    var age = Duration.between(then, now);
    if (age.toSeconds() < 1) {
      return "now";
    }
    if (age.toMinutes() < 1) {
      return age.toSeconds() + " s ago";
    }
    if (age.toHours() < 1) {
      return age.toMinutes() + " min ago";
    }
    if (age.toDays() < 2) {
      return age.toHours() + " h ago";
    }
    return age.toDays() + " d ago";
  }

  /** {@code 2026-11-24 23:15:02.120 UTC}. */
  static String utc(long nanos) {
    return UTC.format(EpochNanos.instant(nanos));
  }

  static String usd(double dollars) {
    return "$" + (dollars >= 1 ? String.format(Locale.ROOT, "%.2f", dollars) : trimmed(dollars, 6));
  }

  private static String trimmed(double value, int digits) {
    var text = String.format(Locale.ROOT, "%." + digits + "f", value);
    return text.indexOf('.') < 0 ? text : text.replaceAll("0+$", "").replaceAll("\\.$", "");
  }
}
