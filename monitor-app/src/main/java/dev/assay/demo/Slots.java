package dev.assay.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The slots of a conversation, each with one value, so that question, tools and answer speak of the
 * same thing. In a value {@code #} becomes a digit from 1 to 9 and {@code ^} a capital letter.
 */
final class Slots {
  private static final Pattern SLOT = Pattern.compile("<([a-z_.]+)>");

  private final Map<String, String> values;

  private Slots(Map<String, String> values) {
    this.values = values;
  }

  /** One value for every slot. */
  static Slots fill(Map<String, List<JsonNode>> choices, SplittableRandom random) {
    var values = new HashMap<String, String>();
    for (var slot : new TreeMap<>(choices).entrySet()) {
      var choice = Texts.pick(slot.getValue(), random);
      if (choice.isObject()) {
        choice
            .properties()
            .forEach(field ->
                values.put(slot.getKey() + "." + field.getKey(), field.getValue().asText()));
      } else {
        values.put(slot.getKey(), expand(choice.asText(), random));
      }
    }
    return new Slots(values);
  }

  private static String expand(String pattern, SplittableRandom random) {
    var value = new StringBuilder(pattern.length());
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      value.append(
          switch (c) {
            case '#' -> (char) ('1' + random.nextInt(9));
            case '^' -> (char) ('A' + random.nextInt(26));
            default -> c;
          });
    }
    return value.toString();
  }

  /**
   * The text with every {@code <slot>} replaced.
   *
   * @throws IllegalArgumentException if there is no such slot
   */
  String in(String template) {
    return SLOT.matcher(template)
        .replaceAll(slot -> {
          var value = values.get(slot.group(1));
          if (value == null) {
            throw new IllegalArgumentException("no slot <" + slot.group(1) + "> in: " + template);
          }
          return Matcher.quoteReplacement(value);
        });
  }
}
