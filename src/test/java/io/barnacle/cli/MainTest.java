package io.barnacle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void helpListsOptionsAndTheDemo() {
    assertEquals(0, execute("--help"));
    assertTrue(out.toString().contains("--config=FILE"), out.toString());
    assertTrue(out.toString().contains("demo "), out.toString());
    assertFalse(out.toString().contains("demo-node"), out.toString());
  }

  @Test
  void versionNamesTheJava() {
    assertEquals(0, execute("--version"));
    assertTrue(out.toString().contains("java " + Runtime.version()), out.toString());
  }

  @Test
  void aWrongOptionIsNamed() {
    assertEquals(2, execute("--prot", "1"));
    assertTrue(err.toString().startsWith("Unknown options: '--prot'"), err.toString());
    assertEquals(2, execute("--port", "many"));
    assertTrue(err.toString().contains("'--port'"), err.toString());
  }

  @Test
  void aFailureIsOneMessageWithoutStack() {
    CommandLine line = commandLine();
    assertEquals(1, Failure.print(new IllegalArgumentException("node.port: 70000 is not in 0..65535"), line));
    assertEquals("barnacle: node.port: 70000 is not in 0..65535" + System.lineSeparator(), err.toString());
  }

  @Test
  void aFailureWithoutMessageIsNamedByItsClass() {
    assertEquals("barnacle: java.lang.IllegalStateException", Failure.messageOf(new IllegalStateException()));
  }

  private int execute(String... args) {
    return commandLine().execute(args);
  }

  private CommandLine commandLine() {
    return Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
  }
}
