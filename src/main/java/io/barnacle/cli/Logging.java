package io.barnacle.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The log of the command line: java.util.logging, one line for each record, on standard error. A logging configuration of
 * the user's own ({@code -Djava.util.logging.config.file}) is left as it is.
 */
final class Logging {

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  /** What these say stands in a line of {@link MembershipLines}, or in the message of a failed start. */
  private static final List<String> TOLD_OTHERWISE = List.of(
      "io.barnacle.reconcile.RefreshLoop",
      "io.vertx.core.impl.VertxImpl",
      "com.hazelcast.internal.server.tcp.TcpServerConnectionErrorHandler");

  /** Loggers whose level was set; the log manager itself would let them be collected. */
  private static List<Logger> kept = List.of();

  private static volatile boolean verbose;

  private Logging() {
  }

  /** Says to libraries, before any of their classes is loaded, what keeps them from printing. */
  static void quietLibraries() {
    setUnlessSet("hazelcast.logging.type", "jdk");
    if (Runtime.version().feature() >= 24) {
      setUnlessSet("io.netty.noUnsafe", "true"); // from 24 on the JVM warns of each user of sun.misc.Unsafe
    }
  }

  /** Sets levels and format. */
  static void setUp(boolean wantsMore) {
    verbose = wantsMore;
    if (System.getProperty("java.util.logging.config.file") != null) {
      return;
    }
    LogManager.getLogManager().reset();
    Handler handler = new ConsoleHandler();
    handler.setLevel(Level.ALL);
    handler.setFormatter(new Line());
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    root.setLevel(wantsMore ? Level.INFO : Level.WARNING);
    List<Logger> changed = new ArrayList<>(List.of(root));
    if (wantsMore) {
      changed.add(at(Level.FINE, "io.barnacle"));
    } else {
      TOLD_OTHERWISE.forEach(name -> changed.add(at(Level.OFF, name)));
    }
    kept = changed;
  }

  static boolean isVerbose() {
    return verbose;
  }

  /** A time of day, as every line begins with. */
  static String time(LocalTime time) {
    return TIME.format(time);
  }

  private static Logger at(Level level, String name) {
    Logger logger = Logger.getLogger(name);
    logger.setLevel(level);
    return logger;
  }

  private static void setUnlessSet(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }

  /** {@code 12:00:01 ! message}; verbose, the level and the logger too, and the stack. */
  static final class Line extends Formatter {
    @Override
    public String format(LogRecord record) {
      LocalTime at = LocalTime.ofInstant(record.getInstant(), ZoneId.systemDefault());
      StringBuilder line = new StringBuilder(time(at));
      if (verbose) {
        line.append(' ').append(record.getLevel()).append(' ').append(record.getLoggerName()).append(": ");
      } else {
        line.append(" ! ");
      }
      line.append(formatMessage(record));
      Throwable thrown = record.getThrown();
      if (thrown != null && verbose) {
        StringWriter stack = new StringWriter();
        thrown.printStackTrace(new PrintWriter(stack));
        line.append(System.lineSeparator()).append(stack.toString().stripTrailing());
      } else if (thrown != null) {
        line.append(": ").append(thrown);
      }
      return line.append(System.lineSeparator()).toString();
    }
  }
}
