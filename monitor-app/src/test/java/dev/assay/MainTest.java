package dev.assay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MainTest {
  private record Outcome(int exitCode, String out, String err) {}

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandExplainsItself(String command) {
    var asked = run(command, "--help");

    assertThat(asked.exitCode()).isZero();
    assertThat(asked.err()).isEmpty();
    assertThat(asked.out()).contains("Usage: assay " + command);
    // what it is for stands above how to call it
    assertThat(asked.out().indexOf("Usage:")).isGreaterThan(20);
    if (!command.equals("help")) {
      assertThat(asked.out()).contains("--help").contains("xample");
      assertThat(run("help", command).out()).isEqualTo(asked.out());
      assertThat(run(command, "-h").out()).isEqualTo(asked.out());
    }
  }

  static Set<String> commands() {
    return new TreeSet<>(Main.commandLine().getSubcommands().keySet());
  }

  @Test
  void theHelpNamesEveryCommandAndTheExitCodes() {
    var help = run("--help");

    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains(commands()).contains("Exit codes:");
  }

  @Test
  void whatIsNotUnderstoodIsNamed() {
    var near = run("run", "--rolls", "ingest");
    assertThat(near.exitCode()).isEqualTo(2);
    assertThat(near.err()).contains("--rolls", "--roles");

    var strange = run("health", "--colour");
    assertThat(strange.exitCode()).isEqualTo(2);
    assertThat(strange.err()).contains("--colour", "Usage: assay health");
  }

  @Test
  void aNumberOutOfItsRangeIsNamedWithIt() {
    var none = run("bench", "--threads", "0");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("--threads: 0 is not allowed; allowed: 1 to 64");
    assertThat(run("bench", "--repeats", "-1").err()).contains("--repeats: -1", "1 to 100");
    assertThat(run("bench", "--traces", "9").err()).contains("--traces: 9", "1000 to 100000000");
    assertThat(run("bench", "--stages", "inline").err())
        .contains("--stages: 'inline' is not a stage; allowed: inline-1.0, ");
  }

  private static Outcome run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    int exitCode = commandLine.execute(arguments);
    return new Outcome(exitCode, out.toString(), err.toString());
  }
}
