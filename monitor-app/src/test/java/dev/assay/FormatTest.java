package dev.assay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** google-java-format, run on the toolchain's JDK because Maven's own may be too old for it. */
class FormatTest {
  @Test
  void everySourceIsFormatted() throws Exception {
    var root = Path.of("..").toRealPath();
    boolean fix = Boolean.getBoolean("format.fix");
    List<Path> files;
    try (var walk = Files.walk(root)) {
      files =
          walk.filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !root.relativize(file).toString().contains("target/"))
              .toList();
    }
    var unformatted =
        files.parallelStream()
            .filter(file -> !isFormatted(file, fix))
            .map(file -> root.relativize(file).toString())
            .toList();
    assertThat(files).isNotEmpty();
    if (!fix) {
      assertThat(unformatted)
          .as("mvn -q -Dquick test -Dtest=FormatTest -Dformat.fix=true formats them")
          .isEmpty();
    }
  }

  private static boolean isFormatted(Path file, boolean fix) {
    try {
      var source = Files.readString(file);
      var formatted = new Formatter().formatSourceAndFixImports(source);
      if (fix && !formatted.equals(source)) {
        Files.writeString(file, formatted);
      }
      return formatted.equals(source);
    } catch (IOException | FormatterException e) {
      throw new IllegalStateException(file + ": " + e.getMessage(), e);
    }
  }
}
