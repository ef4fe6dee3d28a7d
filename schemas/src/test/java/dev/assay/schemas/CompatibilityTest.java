package dev.assay.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;

/**
 * Today's schemas read what the published ones wrote. {@code src/main/resources/published} holds
 * the schemas of the last release; a release copies {@code src/main/avro} over it.
 */
class CompatibilityTest {
  private static final Path TODAY = Path.of("src/main/avro");
  private static final Path PUBLISHED = Path.of("src/main/resources/published");

  @Test
  void everyPublishedRecordCanStillBeRead() throws IOException {
    var today = parse(TODAY);
    var published = parse(PUBLISHED);
    assertThat(today.keySet()).containsAll(published.keySet());
    published.forEach((name, writer) ->
        assertThat(problems(today.get(name), writer)).as("reading an earlier %s", name).isEmpty());
  }

  @Test
  void theCheckSeesAnIncompatibleChange() throws IOException {
    var writer = parse(PUBLISHED).get("QualityEvent");
    var withNewRequiredField =
        new Schema.Parser()
            .parse(
                writer
                    .toString()
                    .replace(
                        "\"fields\":[",
                        "\"fields\":[{\"name\":\"must_have\",\"type\":\"string\"},"));
    assertThat(problems(withNewRequiredField, writer)).contains("must_have");
  }

  @Test
  void everyFieldSaysWhatItIs() throws IOException {
    for (var schema : parse(TODAY).values()) {
      assertThat(schema.getDoc()).as(schema.getName()).isNotBlank();
      for (var field : schema.getFields()) {
        assertThat(field.doc()).as("%s.%s", schema.getName(), field.name()).isNotBlank();
      }
    }
  }

  private static String problems(Schema reader, Schema writer) {
    var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    return result.getType() == SchemaCompatibilityType.COMPATIBLE ? "" : result.getDescription();
  }

  // one parser for a folder: ScoringRequest names ScorerDefinition
  private static Map<String, Schema> parse(Path folder) throws IOException {
    List<File> files;
    try (var listed = Files.list(folder)) {
      files = listed.map(Path::toFile).sorted().toList();
    }
    var parser = new Schema.Parser();
    var schemas = new java.util.TreeMap<String, Schema>();
    for (var file : files) {
      var schema = parser.parse(file);
      schemas.put(schema.getName(), schema);
    }
    return schemas;
  }
}
