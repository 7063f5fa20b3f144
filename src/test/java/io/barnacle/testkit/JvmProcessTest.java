package io.barnacle.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class JvmProcessTest {

  private static final Duration DEADLINE = Duration.ofSeconds(20);

  /** Says what it was given, then ends or waits to be killed. */
  static final class Echo {

    private Echo() {
    }

    public static void main(String[] args) throws InterruptedException {
      System.out.println("arg " + args[0]);
      System.out.println("property " + System.getProperty("a.key") + " variable " + System.getenv("A_VARIABLE"));
      if (args[0].equals("stay")) {
        new CountDownLatch(1).await();
      }
    }
  }

  @Test
  void runsAMainClassToItsEnd() throws Exception {
    try (var jvm = JvmProcess.start(List.of("-Da.key=1"), Map.of("A_VARIABLE", "2"), Echo.class, "go")) {
      assertEquals("go", jvm.awaitLine("arg (.*)", DEADLINE).group(1));
      jvm.awaitLine("property 1 variable 2", DEADLINE);
      assertEquals(0, jvm.awaitExit(DEADLINE));
      assertEquals(2, jvm.lines().size());
    }
  }

  @Test
  void saysWhatTheProcessSaidWhenALineIsMissing() throws Exception {
    try (var jvm = JvmProcess.start(Echo.class, "go")) {
      AssertionError missing = assertThrows(AssertionError.class, () -> jvm.awaitLine("never", DEADLINE));
      assertTrue(missing.getMessage().contains("Echo ended without") && missing.getMessage().contains("arg go"));
    }
  }

  @Test
  void killsWhatStays() throws Exception {
    JvmProcess jvm = JvmProcess.start(Echo.class, "stay");
    jvm.awaitLine("arg stay", DEADLINE);
    jvm.signal("STOP");
    assertTrue(jvm.isAlive());
    jvm.close();
    assertFalse(ProcessHandle.of(jvm.pid()).map(ProcessHandle::isAlive).orElse(false));
  }
}
