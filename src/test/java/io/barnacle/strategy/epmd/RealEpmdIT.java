package io.barnacle.strategy.epmd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.epmd.EpmdException.NameTaken;
import io.barnacle.testkit.ChildProcess;
import io.barnacle.testkit.FreePort;
import io.barnacle.testkit.SystemRequirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Erlang's own epmd and nodes, and ours, both ways. */
class RealEpmdIT {

  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final String HOST = PortMapper.LOOPBACK;

  private final List<ChildProcess> processes = new ArrayList<>();
  private Loopback loopback;
  private int port;

  @TempDir
  private Path home;

  @BeforeEach
  void open() throws Exception {
    for (String command : List.of("epmd", "erl")) {
      SystemRequirement.require(isOnPath(command), command + " is missing: apt-get install erlang-base");
    }
    loopback = new Loopback();
    port = FreePort.next();
  }

  @AfterEach
  void close() {
    processes.forEach(ChildProcess::close);
    if (loopback != null) {
      loopback.close();
    }
  }

  private static boolean isOnPath(String command) {
    for (String directory : System.getenv("PATH").split(java.io.File.pathSeparator)) {
      if (Files.isExecutable(Path.of(directory, command))) {
        return true;
      }
    }
    return false;
  }

  private ChildProcess run(String... command) throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("ERL_EPMD_PORT", Integer.toString(port));
    environment.put("ERL_EPMD_ADDRESS", HOST);
    environment.put("HOME", home.toString()); // where erl keeps its cookie
    ChildProcess process = ChildProcess.start(environment, List.of(command));
    processes.add(process);
    return process;
  }

  private ChildProcess epmd() throws Exception {
    ChildProcess epmd = run("epmd");
    EpmdClient client = new EpmdClient(loopback.vertx, Duration.ofSeconds(5));
    Awaitility.await().atMost(DEADLINE).ignoreExceptionsInstanceOf(EpmdException.class)
        .until(() -> loopback.on(() -> client.names(HOST, port)).isEmpty());
    return epmd;
  }

  /** An Erlang node that evaluates an expression when it is registered, and stays. */
  private ChildProcess erl(String name, String expression) throws Exception {
    ChildProcess erl = run("erl", "-noinput", "-name", name + "@127.0.0.1", "-start_epmd", "false",
        "-setcookie", "test",
        "-eval", "io:format(\"alive ~p~n\", [node()]), io:format(\"value ~p~n\", [" + expression + "])");
    erl.awaitLine("^alive '" + name + "@127.0.0.1'", DEADLINE);
    return erl;
  }

  private Strategy started(String name, int memberPort) throws Exception {
    Strategy strategy = new LocalEpmdOptions().setPort(port).create(loopback.vertx);
    loopback.on(() -> strategy.start(new LocalNode(Node.of(name, HOST, memberPort), "c")));
    return strategy;
  }

  private List<String> epmdNames() throws Exception {
    ChildProcess names = run("epmd", "-names");
    assertEquals(0, names.awaitExit(DEADLINE), names.lines().toString());
    return names.lines();
  }

  @Test
  void ourNodesUseARealEpmd() throws Exception {
    epmd();
    Strategy one = started("one", 6001);
    Strategy two = started("two", 6002);
    Set<Node> both = Set.of(Node.of("one", HOST, 6001), Node.of("two", HOST, 6002));
    assertEquals(both, loopback.on(one::discoverNodes));
    assertEquals(both, loopback.on(two::discoverNodes));
    List<String> names = epmdNames();
    assertTrue(names.containsAll(List.of("name one at port 6001", "name two at port 6002")), names.toString());
    loopback.on(two::close);
    Awaitility.await().until(() -> !epmdNames().contains("name two at port 6002"));
    assertEquals(Set.of(Node.of("one", HOST, 6001)), loopback.on(one::discoverNodes));
  }

  @Test
  void erlangNodesAtARealEpmdAreNoPeers() throws Exception {
    epmd();
    erl("beam", "ok");
    Strategy one = started("one", 6001);
    assertEquals(Set.of(Node.of("one", HOST, 6001)), loopback.on(one::discoverNodes));
    NameTaken taken = assertThrows(NameTaken.class, () -> started("beam", 6002));
    assertTrue(taken.getMessage().contains("an Erlang node"), taken.getMessage());
  }

  @Test
  void aRealEpmdThatDiesIsReplaced() throws Exception {
    ChildProcess epmd = epmd();
    Strategy one = started("one", 6001);
    Strategy two = started("two", 6002);
    epmd.kill();
    Awaitility.await().atMost(Duration.ofSeconds(2)).until(() -> loopback.on(one::discoverNodes).size() == 2);
    assertEquals(2, loopback.on(two::discoverNodes).size());
    assertTrue(epmdNames().contains("name one at port 6001"));
  }

  @Test
  void erlangsToolsUseOurPortMapper() throws Exception {
    started("one", 6001);
    List<String> names = epmdNames();
    assertEquals("epmd: up and running on port " + port + " with data:", names.get(0));
    assertTrue(names.contains("name one at port 6001"), names.toString());
  }

  @Test
  void erlangNodesMeetThroughOurPortMapper() throws Exception {
    Strategy one = started("one", 6001);
    erl("beam1", "ok");
    ChildProcess second = erl("beam2", "{net_adm:ping('beam1@127.0.0.1'), erl_epmd:names({127,0,0,1})}");
    String value = second.awaitLine("^value (.*)", DEADLINE).group(1)
        + String.join("", second.lines().subList(second.lines().indexOf("alive 'beam2@127.0.0.1'") + 2,
            second.lines().size()));
    assertTrue(value.startsWith("{pong,") && value.contains("{\"one\",6001}"), value);
    List<String> names = epmdNames();
    assertTrue(names.stream().anyMatch(line -> line.startsWith("name beam1 at port ")), names.toString());
    assertEquals(Set.of(Node.of("one", HOST, 6001)), loopback.on(one::discoverNodes));
    second.kill();
    Awaitility.await().until(() -> epmdNames().stream().noneMatch(line -> line.startsWith("name beam2 ")));
  }

  @Test
  void ourPortMapperCannotBeStopped() throws Exception {
    Strategy one = started("one", 6001);
    run("epmd", "-kill").awaitExit(DEADLINE);
    run("epmd", "-stop", "one").awaitExit(DEADLINE);
    assertFalse(loopback.on(one::discoverNodes).isEmpty());
    assertTrue(epmdNames().contains("name one at port 6001"));
  }

  @Test
  void aKnownListAsksARealEpmd() throws Exception {
    epmd();
    started("one", 6001);
    Strategy list = new EpmdOptions().setEpmdPort(port).addNode("one@127.0.0.1").addNode("gone@127.0.0.1")
        .addNode("given@127.0.0.1:6003").create(loopback.vertx);
    loopback.on(() -> list.start(new LocalNode(Node.of("self", HOST, 6004), "c")));
    assertEquals(Set.of(Node.of("one", HOST, 6001), Node.of("given", HOST, 6003)), loopback.on(list::discoverNodes));
    assertTrue(epmdNames().contains("name self at port 6004"));
  }
}
