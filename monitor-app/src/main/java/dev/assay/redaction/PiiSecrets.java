package dev.assay.redaction;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Keys and tokens by the shape their issuers gave them, and by the name they are given under. */
final class PiiSecrets {
  /**
   * A prefix and what follows it.
   *
   * @param more characters that may follow besides ASCII letters and digits
   */
  private record Shape(String prefix, int min, int max, String more) {}

  private static final List<Shape> SHAPES =
      List.of(
          new Shape("AKIA", 16, 16, ""), // AWS
          new Shape("ASIA", 16, 16, ""),
          new Shape("AIza", 35, 35, "_-"), // Google
          new Shape("ghp_", 36, 255, ""), // GitHub
          new Shape("gho_", 36, 255, ""),
          new Shape("ghu_", 36, 255, ""),
          new Shape("ghs_", 36, 255, ""),
          new Shape("ghr_", 36, 255, ""),
          new Shape("github_pat_", 22, 255, "_"),
          new Shape("glpat-", 20, 255, "_-"), // GitLab
          new Shape("sk-", 20, 255, "_-"), // OpenAI, Anthropic, DeepSeek …
          new Shape("sk_live_", 16, 255, ""), // Stripe
          new Shape("sk_test_", 16, 255, ""),
          new Shape("rk_live_", 16, 255, ""),
          new Shape("rk_test_", 16, 255, ""),
          new Shape("whsec_", 16, 255, ""),
          new Shape("xoxa-", 10, 255, "-"), // Slack
          new Shape("xoxb-", 10, 255, "-"),
          new Shape("xoxp-", 10, 255, "-"),
          new Shape("xoxr-", 10, 255, "-"),
          new Shape("xoxs-", 10, 255, "-"),
          new Shape("SG.", 40, 255, "._-"), // SendGrid
          new Shape("hf_", 30, 255, ""), // Hugging Face
          new Shape("npm_", 36, 36, ""),
          new Shape("pypi-", 50, 255, "_-"),
          new Shape("dop_v1_", 64, 64, "")); // DigitalOcean

  // by their first character, which is ASCII; arrays, as every word of every text is looked up
  private static final Shape[][] BY_FIRST =
      byFirst(
          first ->
              SHAPES.stream()
                  .filter(shape -> shape.prefix.charAt(0) == first)
                  .toArray(Shape[]::new),
          Shape[][]::new);

  // Names before ":" or "=" whose value is a secret if it looks random.
  private static final List<String> NAMES =
      List.of(
          "api_key",
          "api-key",
          "apikey",
          "access_token",
          "auth_token",
          "access_key",
          "secret_key",
          "client_secret",
          "private_key",
          "secret",
          "token",
          "authorization",
          "bearer");

  private static final int MIN_RANDOM = 20;
  private static final int MAX_RANDOM = 512;
  private static final String RUN = "_-+"; // not the slash: it parts a path
  private static final double MIN_ENTROPY = 3.7;

  private static final String KEY_HEADER = "-----BEGIN ";
  private static final String KEY_FOOTER = "-----END ";
  private static final String VALUE = "_-./+=~";
  private static final int MAX_KEY = 8_192;
  private static final int MAX_TOKEN = 4_096;
  private static final int MIN_VALUE = 16;
  private static final int LOOKED_AT = 64;

  // by their first character in either case
  private static final String[][] NAMES_BY_FIRST =
      byFirst(
          first ->
              NAMES.stream()
                  .filter(name -> name.charAt(0) == Character.toLowerCase(first))
                  .toArray(String[]::new),
          String[][]::new);
  private static final Shape[] NO_SHAPES = {};
  private static final String[] NO_NAMES = {};

  // of two ASCII letters: whether no secret starts with them
  private static final boolean[] NONE = new boolean[1 << 14];

  static {
    for (char c = 0; c < 128; c++) {
      for (char next = 0; next < 128; next++) {
        NONE[c << 7 | next] = isLetter(c) && isLetter(next) && !starts("" + c + next);
      }
    }
  }

  private static boolean starts(String two) {
    return two.equals("ey")
        || SHAPES.stream().anyMatch(shape -> shape.prefix.startsWith(two))
        || NAMES.stream().anyMatch(name -> name.startsWith(two.toLowerCase(Locale.ROOT)));
  }

  private static boolean isLetter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private PiiSecrets() {}

  /** Whether these are ASCII letters and no secret but a random one starts with them. */
  static boolean isNone(char first, char second) {
    return first < 128 && second < 128 && NONE[first << 7 | second];
  }

  /** Where the secret that starts here ends, or -1. */
  static int end(String text, int start) {
    char c = text.charAt(start);
    if (c == '-') {
      return privateKeyEnd(text, start);
    }
    if (start + 1 < text.length() && isNone(c, text.charAt(start + 1))) {
      return -1;
    }
    // tokens hold hyphens and full stops themselves: one is read once, not from each of its parts
    char before = start > 0 ? text.charAt(start - 1) : ' ';
    boolean within = before == '-' || before == '.';
    return within ? assignedEnd(text, start) : tokenEnd(text, start, c);
  }

  private static int tokenEnd(String text, int start, char c) {
    for (var shape : c < 128 ? BY_FIRST[c] : NO_SHAPES) {
      if (text.startsWith(shape.prefix, start)) {
        int from = start + shape.prefix.length();
        int end = tokenEnd(text, from, shape.max, shape.more);
        boolean over = end == text.length() || !PiiScan.isWord(text.charAt(end));
        if (end - from >= shape.min && over && hasDigit(text, from, end)) {
          return end;
        }
      }
    }
    if (c == 'e' && text.startsWith("eyJ", start)) {
      return jwtEnd(text, start);
    }
    return assignedEnd(text, start);
  }

  private static <T> T[][] byFirst(IntFunction<T[]> startingWith, IntFunction<T[][]> array) {
    return IntStream.range(0, 128).mapToObj(startingWith).toArray(array);
  }

  private static int privateKeyEnd(String text, int start) {
    if (!text.startsWith(KEY_HEADER, start)) {
      return -1;
    }
    int header = text.indexOf("-----", start + KEY_HEADER.length(), limit(text, start, 64));
    if (header < 0 || !text.substring(start, header).endsWith("PRIVATE KEY")) {
      return -1;
    }
    int from = header + 5;
    int footer = text.indexOf(KEY_FOOTER, from, limit(text, from, MAX_KEY));
    if (footer < 0) {
      return limit(text, from, MAX_KEY);
    }
    int close = text.indexOf("-----", footer + KEY_FOOTER.length(), limit(text, footer, 64));
    return close < 0 ? footer : close + 5;
  }

  // Three base64url parts, the first of them JSON that names an algorithm.
  private static int jwtEnd(String text, int start) {
    int header = tokenEnd(text, start, MAX_TOKEN, "_-");
    if (header - start < 12 || header >= text.length() || text.charAt(header) != '.') {
      return -1;
    }
    int payload = tokenEnd(text, header + 1, MAX_TOKEN, "_-");
    if (payload - header < 8 || payload >= text.length() || text.charAt(payload) != '.') {
      return -1;
    }
    int signature = tokenEnd(text, payload + 1, MAX_TOKEN, "_-");
    try {
      var json = Base64.getUrlDecoder().decode(text.substring(start, header));
      return new String(json, StandardCharsets.UTF_8).contains("\"alg\"") ? signature : -1;
    } catch (IllegalArgumentException notBase64) {
      return -1;
    }
  }

  // api_key = "…", "Authorization: Bearer …": the value must look random
  private static int assignedEnd(String text, int start) {
    char c = text.charAt(start);
    for (var name : c < 128 ? NAMES_BY_FIRST[c] : NO_NAMES) {
      if (text.regionMatches(true, start, name, 0, name.length())) {
        int from = valueStart(text, start + name.length(), name.equals("bearer"));
        int end = from < 0 ? -1 : tokenEnd(text, from, LOOKED_AT, VALUE);
        if (end - from >= MIN_VALUE && looksRandom(text, from, end)) {
          return tokenEnd(text, from, MAX_TOKEN, VALUE);
        }
      }
    }
    return -1;
  }

  private static int valueStart(String text, int from, boolean spaceIsEnough) {
    int i = from;
    boolean assigned = false;
    while (i < text.length() && i - from < 8 && " \"'`:=>\t".indexOf(text.charAt(i)) >= 0) {
      assigned |= ":=".indexOf(text.charAt(i)) >= 0;
      i++;
    }
    return i > from && (assigned || spaceIsEnough) ? i : -1;
  }

  private static int tokenEnd(String text, int from, int max, String more) {
    int end = from;
    while (end < text.length() && end - from < max && isToken(text.charAt(end), more)) {
      end++;
    }
    return end;
  }

  private static boolean isToken(char c, String more) {
    return PiiScan.isDigit(c) || isLetter(c) || more.indexOf(c) >= 0;
  }

  private static boolean hasDigit(String text, int from, int end) {
    return text.substring(from, end).chars().anyMatch(c -> PiiScan.isDigit((char) c));
  }

  // "see-section-4-of-the-manual" is made of words and numbers; a key has long mixed parts
  private static boolean looksRandom(String text, int from, int end) {
    int letters = 0;
    int digits = 0;
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      boolean part = Character.isLetterOrDigit(c);
      letters = part ? letters + (Character.isLetter(c) ? 1 : 0) : 0;
      digits = part ? digits + (PiiScan.isDigit(c) ? 1 : 0) : 0;
      if (letters >= 1 && digits >= 2 && letters + digits >= 8) {
        return true;
      }
    }
    return false;
  }

  /**
   * Where a random string that starts here ends, or -1: at least {@value #MIN_RANDOM} characters,
   * capitals, small letters and digits among them, and an entropy of {@value #MIN_ENTROPY} bits a
   * character by their frequencies (Shannon), which words, paths, UUIDs and hexadecimal ids lack.
   * Longer than {@value #MAX_RANDOM} it is content, such as a picture.
   */
  static int randomEnd(String text, int start) {
    if (start > 0 && RUN.indexOf(text.charAt(start - 1)) >= 0) {
      return -1; // within a longer run, which was looked at from its start
    }
    int end = tokenEnd(text, start, MAX_RANDOM + 1, RUN);
    int length = end - start;
    if (length < MIN_RANDOM || length > MAX_RANDOM) {
      return -1;
    }
    var counts = new int[128];
    int capitals = 0;
    int digits = 0;
    int small = 0;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      counts[c]++;
      capitals += c >= 'A' && c <= 'Z' ? 1 : 0;
      small += c >= 'a' && c <= 'z' ? 1 : 0;
      digits += PiiScan.isDigit(c) ? 1 : 0;
    }
    double entropy = 0;
    for (int count : counts) {
      if (count > 0) {
        double share = (double) count / length;
        entropy -= share * Math.log(share) / Math.log(2);
      }
    }
    boolean mixed = capitals >= 3 && small >= 3 && digits >= 3;
    return mixed && entropy >= MIN_ENTROPY ? end : -1;
  }

  private static int limit(String text, int from, int length) {
    return Math.min(text.length(), from + length);
  }
}
