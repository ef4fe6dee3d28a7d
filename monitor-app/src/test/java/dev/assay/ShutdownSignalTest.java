package dev.assay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In a process of its own: signals end processes. */
@Timeout(60)
class ShutdownSignalTest {
  /** Says when it waits, and what it did when it was told; takes for ever to close if asked to. */
  static final class Waiting {
    private Waiting() {}

    public static void main(String[] args) throws Exception {
      try (var signal = ShutdownSignal.held()) {
        System.out.println("waiting");
        boolean told = signal.await(Duration.ofSeconds(50));
        System.out.println(told ? "told" : "not told");
        if (args.length > 0) {
          Thread.sleep(Duration.ofSeconds(50));
        }
      }
      System.out.println("closed");
      System.exit(7);
    }
  }

  private static Process start(String... arguments) throws IOException {
    var command = new java.util.ArrayList<String>();
    if (System.getProperty("os.name").equals("Linux")) {
      // nohup and background jobs hand on ignored signals, and a JVM leaves those ignored
      command.addAll(java.util.List.of("env", "--default-signal"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Waiting.class.getName());
    command.addAll(java.util.List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static void kill(Process process, String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
  }

  private static String line(Process process) throws IOException {
    var line = new StringBuilder();
    int c = process.getInputStream().read();
    while (c >= 0 && c != '\n') {
      line.append((char) c);
      c = process.getInputStream().read();
    }
    return line.toString();
  }

  @Test
  void whoIsToldClosesInOrderAndChoosesTheExitCode() throws Exception {
    for (var signal : new String[] {"INT", "TERM"}) {
      var process = start();
      assertThat(line(process)).isEqualTo("waiting");

      kill(process, signal);

      assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .as(signal)
          .isEqualTo("told\nclosed\n");
      assertThat(process.waitFor()).as(signal).isEqualTo(7);
    }
  }

  @Test
  void anEndForAnotherReasonWaitsForTheClosing() throws Exception {
    var process = start();
    assertThat(line(process)).isEqualTo("waiting");

    kill(process, "HUP");

    assertThat(line(process)).isEqualTo("told");
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void theSecondSignalEndsTheProcessAtOnce() throws Exception {
    var process = start("slow");
    assertThat(line(process)).isEqualTo("waiting");
    kill(process, "INT");
    assertThat(line(process)).isEqualTo("told");

    kill(process, "INT");

    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
  }
}
