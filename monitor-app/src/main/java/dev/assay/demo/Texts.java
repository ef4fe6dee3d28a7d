package dev.assay.demo;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The texts the applications speak in: YAML beside this class, one file per application. */
final class Texts {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private Texts() {}

  static <T> T load(String file, Class<T> type) {
    try (var in = Texts.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing on the class path");
      }
      return YAML.readValue(in, type);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " is not readable", e);
    }
  }

  static <T> T pick(List<T> choices, SplittableRandom random) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** An absent list is an empty one. */
  static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  /** The first list that has anything in it. */
  static <T> List<T> firstFilled(List<T> specific, List<T> common) {
    return specific.isEmpty() ? common : specific;
  }
}
