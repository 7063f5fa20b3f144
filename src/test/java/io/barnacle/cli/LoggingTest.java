package io.barnacle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LoggingTest {

  @Test
  void aRecordIsOneLineWithItsCauseButNoStack() {
    LogRecord record = new LogRecord(Level.WARNING, "{0} is slow");
    record.setParameters(new Object[] {"epmd"});
    record.setThrown(new IllegalStateException("still"));
    record.setInstant(LocalDateTime.of(2026, 1, 2, 3, 4, 5).atZone(ZoneId.systemDefault()).toInstant());
    assertEquals("03:04:05 ! epmd is slow: java.lang.IllegalStateException: still" + System.lineSeparator(),
        new Logging.Line().format(record));
  }
}
