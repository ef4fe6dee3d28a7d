package dev.assay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/assay} with JDKs and a Maven that only say what they were asked for. */
class BinAssayTest {
  private static final Path SCRIPT = Path.of("bin/assay").toAbsolutePath();

  @TempDir Path temp;
  private Path tools;
  private Path jdks;
  private Path installed;
  private final Map<String, String> environment = new HashMap<>();

  /** What a run of the script ended with. */
  private record Result(int exit, String out, String err, long pid) {}

  @BeforeEach
  void layOutAMachineWithoutJava() throws IOException {
    tools = Files.createDirectories(temp.resolve("tools"));
    for (var tool :
        List.of("sed", "head", "dirname", "readlink", "find", "mktemp", "touch", "rm", "cat")) {
      executable(tools.resolve(tool), "#!/bin/sh\nexec '%s' \"$@\"\n".formatted(onPath(tool)));
    }
    jdks = Files.createDirectories(temp.resolve("some jdks"));
    installed = Files.createDirectories(temp.resolve("My Assay"));
    Files.createDirectories(installed.resolve("lib"));
    Files.createFile(installed.resolve("assay.jar"));
    copyScript(installed.resolve("bin/assay"));
    environment.put("PATH", tools.toString());
    environment.put("HOME", temp.toString());
    environment.put("ASSAY_JDKS", jdks.toString());
  }

  private static Path onPath(String tool) {
    for (var folder : System.getenv("PATH").split(":", -1)) {
      var file = Path.of(folder, tool);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    throw new IllegalStateException("no " + tool + " on the PATH");
  }

  private static void copyScript(Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.copy(SCRIPT, to);
  }

  private static void executable(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** A JDK that prints its version, or who it is, its process and its arguments. */
  private static Path jdk(Path home, String version) throws IOException {
    executable(
        home.resolve("bin/java"),
        """
        #!/bin/sh
        case $1 in
          -XshowSettings:properties) echo "    java.home = %s" >&2 ;;
          -version) printf 'Picked up JAVA_TOOL_OPTIONS: -Da=b\\nopenjdk version "%s" 2025-04-15\\n' >&2 ;;
          *) echo "java %s"; echo "pid $$"; for a; do echo "[$a]"; done ;;
        esac
        """
            .formatted(home, version, version));
    executable(home.resolve("bin/javac"), "#!/bin/sh\n");
    return home;
  }

  private Result run(Path script, String... arguments) throws Exception {
    var command = new ArrayList<String>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(temp.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    var out = temp.resolve("out").toFile();
    var err = temp.resolve("err").toFile();
    var process = builder.redirectOutput(out).redirectError(err).start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Result(
        process.exitValue(),
        Files.readString(out.toPath()),
        Files.readString(err.toPath()),
        process.pid());
  }

  private Result run(String... arguments) throws Exception {
    return run(installed.resolve("bin/assay"), arguments);
  }

  @Test
  void isValidShell() throws Exception {
    for (var shell : List.of("sh", "bash", "dash")) {
      var process =
          new ProcessBuilder(shell, "-n", SCRIPT.toString()).redirectErrorStream(true).start();
      assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .as(shell)
          .isEmpty();
      assertThat(process.waitFor()).as(shell).isZero();
    }
  }

  @Test
  void hasNothingForShellcheckToSay() throws Exception {
    assumeTrue(
        List.of(System.getenv("PATH").split(":", -1)).stream()
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "shellcheck"))),
        "shellcheck is not installed");
    // SC2086: options are split on purpose
    var process =
        new ProcessBuilder("shellcheck", "-e", "SC2086", SCRIPT.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEmpty();
  }

  @Test
  void passesTheFlagsThatThePomNames() throws Exception {
    var pom = Files.readString(Path.of("../pom.xml"));
    var flags = Pattern.compile("<jvm.flags>(.*)</jvm.flags>").matcher(pom);
    assertThat(flags.find()).isTrue();
    jdk(jdks.resolve("25"), "25.0.3");

    var result = run();

    assertThat(result.out()).startsWith("java 25.0.3\n");
    assertThat(result.out().lines().skip(2).takeWhile(line -> !line.equals("[-cp]")).toList())
        .isEqualTo(List.of(flags.group(1).split(" ")).stream().map(f -> "[" + f + "]").toList());
  }

  @Test
  void passesArgumentsAsTheyAreAndOptionsSplit() throws Exception {
    jdk(jdks.resolve("25"), "25");
    environment.put("ASSAY_OPTS", "-Xmx1g -Dstar=*");

    var result = run("demo", "--data", "a folder", "");

    assertThat(result.exit()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains("[-Xmx1g]\n[-Dstar=*]\n[-cp]\n")
        .contains("[" + installed + "/assay.jar:" + installed + "/lib/*]\n")
        .endsWith("[dev.assay.Main]\n[demo]\n[--data]\n[a folder]\n[]\n");
  }

  @Test
  void becomesTheApplicationSoThatSignalsArrive() throws Exception {
    jdk(jdks.resolve("25"), "25.0.1");

    var result = run();

    assertThat(result.out()).contains("pid " + result.pid() + "\n");
  }

  @Test
  void takesTheFirstThatIsNewEnough() throws Exception {
    jdk(jdks.resolve("17"), "17.0.15");
    jdk(jdks.resolve("8"), "1.8.0_292");
    jdk(jdks.resolve("26"), "26-ea");

    assertThat(run().out()).startsWith("java 26-ea\n");
  }

  @Test
  void looksInJavaHomeFirst() throws Exception {
    jdk(jdks.resolve("25"), "25.0.1");
    environment.put("JAVA_HOME", jdk(temp.resolve("my own"), "25.0.2").toString());

    assertThat(run().out()).startsWith("java 25.0.2\n");
  }

  @Test
  void passesOverAJavaHomeThatIsTooOldOrMissing() throws Exception {
    jdk(jdks.resolve("25"), "25.0.1");
    environment.put("JAVA_HOME", jdk(temp.resolve("old"), "21.0.4").toString());
    assertThat(run().out()).startsWith("java 25.0.1\n");

    environment.put("JAVA_HOME", temp.resolve("gone").toString());
    assertThat(run().out()).startsWith("java 25.0.1\n");
  }

  @Test
  void findsJavaOnThePath() throws Exception {
    var home = jdk(temp.resolve("usr/lib/jdk"), "27");
    Files.createSymbolicLink(tools.resolve("java"), home.resolve("bin/java"));

    assertThat(run().out()).startsWith("java 27\n");
  }

  @Test
  void readsTheVersionFromTheReleaseFile() throws Exception {
    var home = jdk(jdks.resolve("jdk"), "17");
    Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"25.0.3\"\n");

    assertThat(run().exit()).isZero();
  }

  @Test
  void findsTheJdksOfMacOs() throws Exception {
    jdk(jdks.resolve("temurin-25.jdk/Contents/Home"), "25.0.9");

    assertThat(run().out()).startsWith("java 25.0.9\n");
  }

  @Test
  void saysWhatToInstallWhereThereIsNone() throws Exception {
    jdk(jdks.resolve("17"), "17.0.15");

    var result = run("demo");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("assay: a JDK 25 or newer is needed")
        .contains("found, but too old: Java 17 " + jdks.resolve("17/bin/java"))
        .contains("apt install openjdk-25-jdk-headless", "brew install openjdk@25", "JAVA_HOME");
  }

  @Test
  void worksThroughASymbolicLinkFromAnywhere() throws Exception {
    jdk(jdks.resolve("25"), "25");
    Files.createDirectories(temp.resolve("links"));
    var first = temp.resolve("links/first");
    Files.createSymbolicLink(first, Path.of("../My Assay/bin/assay"));
    var second = Files.createSymbolicLink(temp.resolve("assay"), first);

    assertThat(run(second, "run").out()).contains("[" + installed + "/assay.jar:");
  }

  @Test
  void saysThatAnInstallationIsIncomplete() throws Exception {
    jdk(jdks.resolve("25"), "25");
    Files.delete(installed.resolve("assay.jar"));

    var result = run();

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("there is no assay.jar in " + installed);
  }

  // ---- a source checkout

  private Path checkout() throws IOException {
    var root = temp.resolve("src of assay");
    copyScript(root.resolve("monitor-app/bin/assay"));
    for (var file :
        List.of(
            "pom.xml",
            "schemas/pom.xml",
            "schemas/src/main/avro/Trace.avsc",
            "monitor-app/pom.xml",
            "monitor-app/src/main/java/Main.java")) {
      Files.createDirectories(root.resolve(file).getParent());
      age(Files.writeString(root.resolve(file), ""), 1_000);
    }
    return root;
  }

  private static void age(Path file, int seconds) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(seconds)));
  }

  private void maven(int exit) throws IOException {
    executable(
        tools.resolve("mvn"),
        """
        #!/bin/sh
        echo "mvn $* in $PWD with $JAVA25_HOME"
        : > monitor-app/target/called
        : > monitor-app/target/assay.jar
        exit %d
        """
            .formatted(exit));
  }

  @Test
  void buildsWhatIsMissingThenRunsIt() throws Exception {
    jdk(jdks.resolve("25"), "25");
    var root = checkout();
    maven(0);
    Files.createDirectories(root.resolve("monitor-app/target/lib"));

    var result = run(root.resolve("monitor-app/bin/assay"), "demo");

    assertThat(result.exit()).isZero();
    assertThat(result.err())
        .contains("assay: building it first")
        .contains(
            "mvn -q -B -Dquick -DskipTests package in " + root + " with " + jdks.resolve("25"));
    assertThat(result.out())
        .startsWith("java 25\n")
        .contains("[%1$s/assay.jar:%1$s/lib/*]".formatted(root.resolve("monitor-app/target")));
  }

  @Test
  void buildsAgainOnlyWhenSourcesAreNewer() throws Exception {
    jdk(jdks.resolve("25"), "25");
    var root = checkout();
    var script = root.resolve("monitor-app/bin/assay");
    var target = Files.createDirectories(root.resolve("monitor-app/target/lib")).getParent();
    maven(0);
    Files.createFile(target.resolve("assay.jar"));

    var result = run(script);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).startsWith("java 25\n");

    age(target.resolve("assay.jar"), 2_000);
    assertThat(run(script).err()).contains("sources are newer than the jars");

    // Maven leaves a jar alone whose content would be the same
    age(target.resolve("assay.jar"), 2_000);
    assertThat(run(script).err()).isEmpty();

    Files.setLastModifiedTime(
        root.resolve("schemas/src/main/avro/Trace.avsc"),
        FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(run(script).err()).contains("sources are newer than the jars");
  }

  @Test
  void aFailedBuildIsNotRun() throws Exception {
    jdk(jdks.resolve("25"), "25");
    var root = checkout();
    Files.createDirectories(root.resolve("monitor-app/target"));
    maven(3);

    var result = run(root.resolve("monitor-app/bin/assay"), "demo");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("assay: the build failed");
  }

  @Test
  void saysThatMavenIsMissing() throws Exception {
    jdk(jdks.resolve("25"), "25");

    var result = run(checkout().resolve("monitor-app/bin/assay"), "demo");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("Maven is needed to build it", "apt install maven");
  }

  @Test
  void aRuntimeWithoutCompilerIsNotEnoughToBuild() throws Exception {
    Files.delete(jdk(jdks.resolve("25"), "25").resolve("bin/javac"));
    maven(0);

    var result = run(checkout().resolve("monitor-app/bin/assay"), "demo");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("found, but without a compiler: Java 25");
  }
}
