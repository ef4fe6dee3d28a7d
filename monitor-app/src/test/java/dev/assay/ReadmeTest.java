package dev.assay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The README's tables are those the code prints. */
class ReadmeTest {
  private static final Path README = Path.of("../README.md");

  @ParameterizedTest
  @EnumSource
  void theTableIsTheOneOfTheCode(ReferenceCommand.Part part) throws Exception {
    var name = part.name().toLowerCase(Locale.ROOT);
    var begin = "<!-- " + name + " -->\n";
    var end = "<!-- /" + name + " -->";
    var readme = Files.readString(README);
    int from = readme.indexOf(begin) + begin.length();
    int to = readme.indexOf(end);
    assertThat(to).as("README has the marks of " + name).isGreaterThanOrEqualTo(from);
    var table = ReferenceCommand.of(part);
    if (Boolean.getBoolean("readme.write")) {
      readme = readme.substring(0, from) + table + readme.substring(to);
      Files.writeString(README, readme);
      to = readme.indexOf(end);
    }
    assertThat(readme.substring(from, to))
        .as("rewrite with mvn -q -Dquick test -Dtest=ReadmeTest -Dreadme.write=true")
        .isEqualTo(table);
  }
}
