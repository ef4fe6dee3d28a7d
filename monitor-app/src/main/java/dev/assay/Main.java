package dev.assay;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;

/** The command line. */
@Command(
    name = "assay",
    header = "Streaming quality monitoring for GenAI applications.",
    description = {
      "Receives traces (OTLP, Kafka), scores them with code and with LLM judges, and exposes"
          + " quality with intervals on /metrics, on pages and on Kafka topics.",
      "",
      "New here? 'assay demo' runs everything, with traffic, and says where to look."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      BenchCommand.class,
      ExplainCommand.class,
      ReferenceCommand.class,
      HealthCommand.class,
      HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done, or stopped by a signal",
      "1:it failed while running; the log says why",
      "2:the command line or the configuration is wrong; nothing was started"
    })
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    var commandLine = commandLine();
    // whatever the locale: a terminal that shows no UTF-8 is rarer than one whose locale is POSIX
    commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    commandLine.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    System.exit(commandLine.execute(args));
  }

  static CommandLine commandLine() {
    var commandLine = new CommandLine(new Main());
    for (var subcommand : commandLine.getSubcommands().values()) {
      if (!(subcommand.getCommand() instanceof HelpCommand)) {
        subcommand.addMixin("help", new Help());
      }
    }
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setExecutionExceptionHandler((failure, command, _) -> {
      command.getErr().println("assay: " + failure.getMessage());
      if (!(failure instanceof Settings.InvalidSettingsException
          || failure instanceof dev.assay.registry.InvalidScorersException
          || failure instanceof dev.assay.scoring.InvalidPluginException)) {
        org.slf4j.LoggerFactory.getLogger(Main.class).debug("failed", failure);
        return 1;
      }
      return 2;
    });
    return commandLine;
  }

  /** What every command understands, so that none forgets it. */
  @Command
  static final class Help {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help and exit.")
    boolean asked;
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"assay " + Version.number()};
    }

    /** Of the jar's manifest. */
    static String number() {
      var home = Main.class.getPackage();
      var version = home == null ? null : home.getImplementationVersion();
      return version == null ? "(not packaged)" : version;
    }
  }
}
