package dev.assay.demo;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Where the log goes while the terminal is painted on: anything else would tear the picture. */
public final class LogFile {
  private static final String PATTERN =
      "%d{HH:mm:ss.SSS} %-5level %logger{0} - %replace(%msg){'[\\r\\n\\x1b]',' '}%n%ex{short}";

  private LogFile() {}

  /** Sends everything that is logged from now on to this file, and nothing to the terminal. */
  public static void to(Path file) {
    bridgeJavaUtilLogging();
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    var appender = new FileAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setFile(file.toString());
    appender.setEncoder(encoder);
    appender.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender);
  }

  /** Some libraries log with {@code java.util.logging}, which writes to the terminal by itself. */
  public static void bridgeJavaUtilLogging() {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }
}
