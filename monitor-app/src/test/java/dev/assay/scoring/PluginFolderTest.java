package dev.assay.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.model.Score;
import dev.assay.model.ScorerSpec;
import dev.assay.model.TestTraces;
import dev.assay.model.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginFolderTest {
  private static final Path EXAMPLE = Path.of("examples/plugin/src/main");
  private static final String SERVICE = "META-INF/services/dev.assay.scoring.ScorerFactory";

  @TempDir Path plugins;
  @TempDir Path work;

  @Test
  void theExamplePluginIsCompiledLoadedAndScoresATrace() throws Exception {
    var sources = new ArrayList<Path>();
    try (var files = Files.walk(EXAMPLE.resolve("java"))) {
      files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
    }
    jar(
        "citations.jar",
        compile(sources),
        Map.of(SERVICE, Files.readString(EXAMPLE.resolve("resources").resolve(SERVICE))));

    var factories = PluginFolder.load(plugins);

    assertThat(factories).extracting(ScorerFactory::kind).containsExactly("citations");
    var all = new ArrayList<>(BuiltInScorers.all());
    all.addAll(factories);
    var scorers = new Scorers(all);
    var spec = ScorerSpec.of("cites_sources", "citations", Map.of("min_cited", 1));
    var agent = TestTraces.agentWithFailedTool("t1");
    var cited =
        new Trace(
            agent.header(), null, null, null, "We open at nine [1].", null, null, agent.spans());
    var assessments = Assessments.of(scorers.create(spec), spec, cited, 1.0, 1, 2);
    assertThat(assessments).hasSize(2);
    assertThat(assessments.get(0).name()).isEqualTo("cites_sources");
    assertThat(assessments.get(0).score()).isEqualTo(new Score.Num(1));
    assertThat(assessments.get(1).name()).isEqualTo("cites_sources/valid");
    assertThat(assessments.get(1).score()).isEqualTo(new Score.Bool(true));
    assertThat(assessments.get(1).rationale()).isEqualTo("cites [1] of 1 documents");
    assertThatThrownBy(
            () -> scorers.create(ScorerSpec.of("cites", "citations", Map.of("min_cited", "many"))))
        .isInstanceOf(InvalidScorerException.class)
        .hasMessageContaining("parameters.min_cited: was 'many'");
  }

  @Test
  void theInterfaceNeedsNothingButJava() throws Exception {
    // the plugin compiles with no library in sight but these two packages and their annotations
    var classes = Path.of("target/classes/dev/assay");
    var only = Files.createDirectories(work.resolve("only/dev/assay"));
    for (var name : List.of("model", "scoring")) {
      Files.createDirectories(only.resolve(name));
      try (var files = Files.list(classes.resolve(name))) {
        for (var file : files.filter(Files::isRegularFile).toList()) {
          Files.copy(file, only.resolve(name).resolve(file.getFileName().toString()));
        }
      }
    }
    var sources = new ArrayList<Path>();
    try (var files = Files.walk(EXAMPLE.resolve("java"))) {
      files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
    }
    assertThat(compile(sources, work.resolve("only").toString())).isDirectory();
  }

  @Test
  void twoPluginsMayHoldClassesOfOneName() throws Exception {
    for (var kind : List.of("first_kind", "second_kind")) {
      plugin(kind + ".jar", "Same", factory("Same", "\"" + kind + "\""));
    }
    assertThat(PluginFolder.load(plugins))
        .extracting(ScorerFactory::kind)
        .containsExactly("first_kind", "second_kind");
  }

  @Test
  void everyBrokenJarIsNamedWithItsReason() throws Exception {
    Files.writeString(plugins.resolve("a-text.jar"), "not a jar");
    jar("b-no-service.jar", work, Map.of("x.txt", "x"));
    jar("c-no-class.jar", work, Map.of(SERVICE, "com.example.Missing\n"));
    jar("d-not-a-factory.jar", work, Map.of(SERVICE, "java.lang.String\n"));
    plugin("e-throws.jar", "Throws", factory("Throws", "boom()"));
    plugin("f-bad-kind.jar", "BadKind", factory("BadKind", "\"Bad Kind\""));
    plugin("g-good.jar", "Good", factory("Good", "\"good\""));
    jar("h-borrowed.jar", work, Map.of(SERVICE, PluginFolderTest.class.getName() + "$Borrowed\n"));
    Files.writeString(plugins.resolve("readme.txt"), "ignored");

    assertThatThrownBy(() -> PluginFolder.load(plugins))
        .isInstanceOf(InvalidPluginException.class)
        .satisfies(failure -> {
          var lines = String.valueOf(failure.getMessage()).lines().toList();
          assertThat(lines).hasSize(7);
          assertThat(lines.get(0)).startsWith("a-text.jar: not a readable jar");
          assertThat(lines.get(1)).isEqualTo("b-no-service.jar: has no " + SERVICE);
          assertThat(lines.get(2)).startsWith("c-no-class.jar: ").contains("Missing");
          assertThat(lines.get(3))
              .startsWith("d-not-a-factory.jar: ")
              .contains("no class of this jar");
          assertThat(lines.get(4)).startsWith("e-throws.jar: ").contains("boom of Throws");
          assertThat(lines.get(5))
              .isEqualTo(
                  "f-bad-kind.jar: BadKind: kind must match [a-z][a-z0-9_]*, was 'Bad Kind'");
          assertThat(lines.get(6)).startsWith("h-borrowed.jar: ").contains("no class of this");
        });
  }

  @Test
  void anEmptyFolderHasNoneAndAMissingOneIsAnError() throws Exception {
    assertThat(PluginFolder.load(plugins)).isEmpty();
    assertThatThrownBy(() -> PluginFolder.load(plugins.resolve("missing")))
        .isInstanceOf(NoSuchFileException.class);
  }

  /** A factory of the application itself, which a jar may not claim as its own. */
  public static final class Borrowed implements ScorerFactory {
    @Override
    public String kind() {
      return "borrowed";
    }

    @Override
    public String description() {
      return "";
    }

    @Override
    public List<Parameter> parameters() {
      return List.of();
    }

    @Override
    public Scorer create(ScorerSpec spec) {
      return _ -> List.of();
    }
  }

  private static String factory(String name, String kind) {
    return """
    import dev.assay.model.*;
    import dev.assay.scoring.*;
    import java.util.List;
    public final class NAME implements ScorerFactory {
      static String boom() { throw new IllegalStateException("boom of NAME"); }
      public String kind() { return KIND; }
      public String description() { return "d"; }
      public List<Parameter> parameters() { return List.of(); }
      public Scorer create(ScorerSpec spec) { return trace -> List.of(); }
    }
    """
        .replace("NAME", name)
        .replace("KIND", kind);
  }

  private void plugin(String jar, String className, String source) throws IOException {
    var folder = Files.createTempDirectory(work, "src");
    var file = Files.writeString(folder.resolve(className + ".java"), source);
    jar(jar, compile(List.of(file)), Map.of(SERVICE, className + "\n"));
  }

  private Path compile(List<Path> sources) throws IOException {
    return compile(sources, System.getProperty("java.class.path"));
  }

  private Path compile(List<Path> sources, String classPath) throws IOException {
    var classes = Files.createTempDirectory(work, "classes");
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
      boolean compiled =
          compiler
              .getTask(
                  null,
                  files,
                  null,
                  List.of("-cp", classPath, "-d", classes.toString(), "-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertThat(compiled).isTrue();
    }
    return classes;
  }

  private void jar(String name, Path classes, Map<String, String> resources) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(plugins.resolve(name)));
        var files = Files.walk(classes)) {
      for (var file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        if (!classes.equals(work)) {
          out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
          Files.copy(file, out);
        }
      }
      for (var resource : resources.entrySet()) {
        out.putNextEntry(new JarEntry(resource.getKey()));
        out.write(resource.getValue().getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
  }
}
