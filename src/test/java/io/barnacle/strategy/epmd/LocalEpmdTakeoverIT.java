package io.barnacle.strategy.epmd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.testkit.FreePort;
import io.barnacle.testkit.JvmProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that lose the one that serves as epmd. */
class LocalEpmdTakeoverIT {

  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration TAKEOVER = Duration.ofSeconds(2);

  private final List<JvmProcess> processes = new ArrayList<>();
  private Loopback loopback;
  private EpmdClient outside;
  private int port;

  @BeforeEach
  void open() throws Exception {
    loopback = new Loopback();
    outside = new EpmdClient(loopback.vertx, Duration.ofSeconds(5));
    port = FreePort.next();
  }

  @AfterEach
  void close() {
    processes.forEach(JvmProcess::close);
    loopback.close();
  }

  private JvmProcess launch(String name) throws Exception {
    JvmProcess process = JvmProcess.start(LocalEpmdNodeMain.class, Integer.toString(port), name);
    processes.add(process);
    return process;
  }

  private JvmProcess started(String name) throws Exception {
    JvmProcess process = launch(name);
    process.awaitLine("^started " + name, START);
    return process;
  }

  /** Waits until exactly these are registered, as anybody may see; how long that took. */
  private long awaitNames(Set<String> names, Duration timeout) {
    long start = System.nanoTime();
    try {
      Awaitility.await().atMost(timeout).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10))
          .ignoreExceptionsInstanceOf(EpmdException.class)
          .until(() -> Set.copyOf(loopback.on(() -> outside.names(PortMapper.LOOPBACK, port))).equals(names));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("not " + names + " within " + timeout.toMillis() + " ms; the processes said "
          + processes.stream().map(JvmProcess::lines).toList(), e);
    }
    return Duration.ofNanos(System.nanoTime() - start).toMillis();
  }

  @ParameterizedTest
  @ValueSource(strings = {"KILL", "TERM"})
  void allRegisterAnewWhenTheOwnerEnds(String signal) throws Exception {
    JvmProcess owner = started("a");
    JvmProcess b = started("b");
    JvmProcess c = started("c");
    awaitNames(Set.of("a", "b", "c"), TAKEOVER);
    owner.signal(signal);
    long tookMs = awaitNames(Set.of("b", "c"), TAKEOVER);
    System.out.println("takeover after SIG" + signal + ": all registered after " + tookMs + " ms");
    b.awaitLine("^sees \\[b, c]$", TAKEOVER);
    c.awaitLine("^sees \\[b, c]$", TAKEOVER);
    for (JvmProcess survivor : List.of(b, c)) {
      assertTrue(survivor.lines().stream().noneMatch(line -> line.startsWith("cannot see")),
          survivor.lines().toString());
    }
  }

  @Test
  void oneTakeoverAfterTheOther() throws Exception {
    JvmProcess a = started("a");
    JvmProcess b = started("b");
    started("c");
    a.kill();
    awaitNames(Set.of("b", "c"), TAKEOVER);
    JvmProcess again = started("a");
    awaitNames(Set.of("a", "b", "c"), TAKEOVER);
    b.kill();
    awaitNames(Set.of("a", "c"), TAKEOVER);
    again.awaitLine("^sees \\[a, c]$", TAKEOVER);
  }

  @Test
  void severalThatStartAtOnceAgreeOnOneMapper() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      launch(name);
    }
    for (JvmProcess process : processes) {
      process.awaitLine("^sees \\[a, b, c]$", START);
    }
  }

  @Test
  void aKilledNodeComesBackUnderItsName() throws Exception {
    started("a");
    JvmProcess b = started("b");
    b.kill();
    JvmProcess again = started("b");
    again.awaitLine("^sees \\[a, b]$", TAKEOVER);
  }

  @Test
  void aTakenNameEndsTheStart() throws Exception {
    started("a");
    JvmProcess second = launch("a");
    String message = second.awaitLine("^failed (.*)", START).group(1);
    assertTrue(message.startsWith("the name \"a\" is taken on this machine: epmd at 127.0.0.1:" + port
        + " says that it is a node of the cluster \"takeover\" at 127.0.0.1, port "), message);
    assertEquals(0, second.awaitExit(START));
  }
}
