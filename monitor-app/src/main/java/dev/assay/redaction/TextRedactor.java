package dev.assay.redaction;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Takes personal data and secrets out of the texts of one trace and counts them. JSON stays JSON: a
 * number that is taken out becomes a string, an escape is not torn apart. Marks of an earlier
 * redaction are left as they are. One thread.
 */
final class TextRedactor {
  // Marks can be longer than what they replace. Beyond this much growth of a trace, which no honest
  // one has, what is found is masked: the record must fit its topic.
  private static final long MAX_GROWTH = 500_000;

  private final Redaction redaction;
  private final Map<String, Integer> found = new TreeMap<>();
  private long growth;

  private record Finding(String name, int start, int end) {}

  TextRedactor(Redaction redaction) {
    this.redaction = redaction;
  }

  /** How many were found, by the type or the pattern's name. */
  Map<String, Integer> found() {
    return found;
  }

  @Nullable String redact(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return text;
    }
    var findings = findings(text);
    return findings.isEmpty() ? text : replaced(text, findings);
  }

  private List<Finding> findings(String text) {
    var findings = new ArrayList<Finding>();
    if (!redaction.types().isEmpty()) {
      PiiScan.scan(
          text,
          redaction.types().contains(PiiType.RANDOM),
          (type, start, end) -> {
            if (redaction.types().contains(type) && !PiiScan.isMark(text, start)) {
              findings.add(new Finding(type.label(), start, end));
            }
          });
    }
    redaction.patterns().forEach((name, pattern) -> match(text, name, pattern, findings));
    findings.sort(Comparator.comparingInt(Finding::start).thenComparing(Finding::name));
    return findings;
  }

  private static void match(String text, String name, Pattern pattern, List<Finding> findings) {
    if (Patterns.refusal(text, pattern.programSize()).isPresent()) {
      // not looked through, so none of it may stay
      findings.add(new Finding(name, 0, text.length()));
      return;
    }
    var matcher = pattern.matcher(text);
    while (matcher.find()) {
      if (matcher.end() > matcher.start() && !PiiScan.isMark(text, matcher.start())) {
        findings.add(new Finding(name, matcher.start(), matcher.end()));
      }
    }
  }

  private String replaced(String text, List<Finding> findings) {
    var json = JsonPlace.of(text);
    var result = new StringBuilder(text.length() + 64);
    int copied = 0;
    for (var finding : findings) {
      int start = Math.max(finding.start, copied);
      if (start >= finding.end) {
        continue; // within the one before
      }
      if (json != null) {
        start = json.start(start, finding.end);
      }
      boolean number = json != null && !json.isInString();
      if (number && start > copied && text.charAt(start - 1) == '-') {
        start--;
      }
      result.append(text, copied, start);
      var mark = mark(finding.name, text.substring(start, finding.end));
      result.append(number ? '"' + mark + '"' : mark);
      growth += mark.length() - (finding.end - start);
      copied = finding.end;
      found.merge(finding.name, 1, Integer::sum);
    }
    return result.append(text, copied, text.length()).toString();
  }

  private String mark(String name, String value) {
    if (growth > MAX_GROWTH) {
      return masked(value);
    }
    return switch (redaction.action()) {
      case Redaction.Action.Replace _ -> "[redacted:" + name + "]";
      case Redaction.Action.Mask _ -> masked(value);
      case Redaction.Action.Hmac(var key) -> "[redacted:" + name + ":" + hmac(key, value) + "]";
    };
  }

  private static String masked(String value) {
    var masked = new StringBuilder(value);
    for (int i = 0; i < masked.length(); i++) {
      if (Character.isLetterOrDigit(masked.charAt(i)) || Character.isSurrogate(masked.charAt(i))) {
        masked.setCharAt(i, '*');
      }
    }
    return masked.toString();
  }

  /** Letter case does not tell addresses, or IBANs, apart. */
  private static String hmac(byte[] key, String value) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      var digest = mac.doFinal(value.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JRE has HmacSHA256", e);
    }
  }

  /** Where in a JSON text one is; read from left to right. */
  private static final class JsonPlace {
    private final String text;
    private int read;
    private boolean inString;

    private JsonPlace(String text) {
      this.text = text;
    }

    /** Null where the text is no object or list. */
    static @Nullable JsonPlace of(String text) {
      int first = 0;
      while (first < text.length() && Character.isWhitespace(text.charAt(first))) {
        first++;
      }
      boolean json =
          first < text.length() && (text.charAt(first) == '{' || text.charAt(first) == '[');
      return json ? new JsonPlace(text) : null;
    }

    /** Reads up to a finding; its start, moved behind the escape it would tear apart. */
    int start(int start, int end) {
      while (read < start) {
        char c = text.charAt(read);
        if (c == '"') {
          inString = !inString;
        } else if (c == '\\' && inString) {
          int escape = read + 1 < text.length() && text.charAt(read + 1) == 'u' ? 6 : 2;
          if (read + escape > start && read + escape < end) {
            read += escape;
            return read;
          }
          read += escape - 1;
        }
        read++;
      }
      return start;
    }

    boolean isInString() {
      return inString;
    }
  }
}
