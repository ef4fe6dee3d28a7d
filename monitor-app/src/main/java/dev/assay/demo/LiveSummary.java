package dev.assay.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a run while it lasts: repainted in place once a second on a terminal, a block of lines
 * every ten seconds elsewhere (a log, CI). Honours {@code NO_COLOR}.
 */
public final class LiveSummary implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveSummary.class);
  private static final Duration REPAINT = Duration.ofSeconds(1);
  private static final Duration BLOCK = Duration.ofSeconds(10);

  private final Supplier<Snapshot> snapshots;
  private final Canvas canvas;
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("terminal-summary").factory());
  private boolean closed;

  /** Where the picture goes. */
  private sealed interface Canvas {
    void show(Snapshot snapshot);

    void close();
  }

  private LiveSummary(Supplier<Snapshot> snapshots, Canvas canvas, Duration every) {
    this.snapshots = snapshots;
    this.canvas = canvas;
    var _ =
        scheduler.scheduleAtFixedRate(
            this::show, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Starts showing on standard output.
   *
   * @param snapshots called by one thread, about once a second
   * @param environment of the process: {@code NO_COLOR}, {@code TERM}
   */
  public static LiveSummary start(Supplier<Snapshot> snapshots, Map<String, String> environment) {
    return isTerminal(environment)
        ? new LiveSummary(snapshots, new Painted(hasColour(environment)), REPAINT)
        : new LiveSummary(snapshots, new Logged(System.out), BLOCK);
  }

  /** Whether standard input and output are a terminal that can be painted on. */
  @SuppressWarnings("SystemConsoleNull") // null where there is neither console nor JLine
  public static boolean isTerminal(Map<String, String> environment) {
    var console = System.console();
    return console != null
        && console.isTerminal()
        && !environment.getOrDefault("TERM", "dumb").equals("dumb");
  }

  private static boolean hasColour(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty();
  }

  /** Shows blocks of lines, for a log. */
  static LiveSummary toLog(Supplier<Snapshot> snapshots, PrintStream out, Duration every) {
    return new LiveSummary(snapshots, new Logged(out), every);
  }

  private synchronized void show() {
    if (!closed) {
      try {
        canvas.show(snapshots.get());
      } catch (RuntimeException e) {
        // a scheduler drops a task that throws; the next picture may be fine again
        LOG.warn("no summary this time: {}", e.getMessage(), e);
      }
    }
  }

  /** Shows the last state and leaves the terminal as it was. */
  @Override
  public void close() {
    scheduler.shutdownNow();
    synchronized (this) {
      if (!closed) {
        show();
        closed = true;
        canvas.close();
      }
    }
  }

  private static final class Logged implements Canvas {
    private final PrintStream out;

    Logged(PrintStream out) {
      this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
    }

    @Override
    public void show(Snapshot snapshot) {
      out.println(String.join("\n", TerminalSummary.renderForLog(snapshot)));
    }

    @Override
    public void close() {
      out.flush();
    }
  }

  private static final class Painted implements Canvas {
    private final Terminal terminal;
    private final Display display;
    private final boolean colour;
    private int rows;
    private int columns;

    Painted(boolean colour) {
      this.colour = colour;
      try {
        terminal = TerminalBuilder.builder().system(true).encoding(StandardCharsets.UTF_8).build();
      } catch (IOException e) {
        throw new UncheckedIOException("the terminal cannot be opened", e);
      }
      display = new Display(terminal, false);
      terminal.puts(Capability.cursor_invisible);
    }

    @Override
    public void show(Snapshot snapshot) {
      var size = terminal.getSize();
      boolean first = rows == 0;
      if (size.getRows() != rows || size.getColumns() != columns) {
        rows = size.getRows();
        columns = size.getColumns();
        display.resize(size);
        if (!first) {
          // what stood there was wrapped anew, nobody knows how
          terminal.puts(Capability.clear_screen);
          display.reset();
        }
      }
      // one line less than there are: the cursor stands below
      List<String> lines =
          TerminalSummary.render(snapshot, columns - 1, Math.max(8, rows - 1), colour);
      display.updateAnsi(lines, -1);
      terminal.flush();
    }

    @Override
    public void close() {
      terminal.puts(Capability.cursor_visible);
      terminal.writer().println();
      terminal.flush();
      try {
        terminal.close();
      } catch (IOException e) {
        throw new UncheckedIOException("the terminal cannot be closed", e);
      }
    }
  }
}
