package io.barnacle.strategy.epmd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.testkit.FreePort;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EpmdStrategyTest {

  private static final String HOST = PortMapper.LOOPBACK;

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
    loopback.close();
  }

  private EpmdOptions options() {
    return new EpmdOptions().setEpmdPort(port).setDefaultPort(7000).setTimeout(Duration.ofSeconds(5));
  }

  private void register(Entry entry) throws Exception {
    assertTrue(loopback.on(() -> outside.register(HOST, port, entry)).isPresent());
  }

  private Set<String> discover(EpmdOptions options) throws Exception {
    Strategy strategy = options.create(loopback.vertx);
    return loopback.on(strategy::discoverNodes).stream().map(Node::toString).collect(Collectors.toSet());
  }

  @Test
  void takesPortsThatAreGivenAsTheyAre() throws Exception {
    assertEquals(Set.of("a@127.0.0.1:6001", "b@[::1]:6002"),
        discover(options().addNode("a@127.0.0.1:6001").addNode("b@[::1]:6002")));
  }

  @Test
  void asksTheEpmdOfTheHostForAPort() throws Exception {
    loopback.on(new PortMapper(loopback.vertx, port)::open);
    register(Entry.of("a", 6001, new Identity("c", "10.0.0.1")));
    assertEquals(Set.of("a@127.0.0.1:6001"), discover(options().addNode("a@127.0.0.1")));
    assertEquals(Set.of("a@localhost:6001"), discover(options().addNode("a@localhost")));
  }

  @Test
  void leavesOutWhatTheEpmdDoesNotKnowOrKnowsAsErlangs() throws Exception {
    loopback.on(new PortMapper(loopback.vertx, port)::open);
    register(new Entry("erlang", 6001, 77, 0, 6, 5, Buffer.buffer()));
    register(Entry.of("a", 6002, new Identity("c", HOST)));
    assertEquals(Set.of("a@127.0.0.1:6002"),
        discover(options().addNode("erlang@127.0.0.1").addNode("unknown@127.0.0.1").addNode("a@127.0.0.1")));
  }

  @Test
  void takesTheDefaultPortWhereNoEpmdAnswers() throws Exception {
    loopback.on(new PortMapper(loopback.vertx, port)::open);
    register(Entry.of("asked", 6001, new Identity("c", HOST)));
    loopback.serve("127.0.0.2", port, socket -> socket.handler(request -> { }));
    loopback.serve("127.0.0.3", port, socket -> socket.end(Buffer.buffer("HTTP/1.1 400 Bad Request\r\n\r\n")));
    assertEquals(
        Set.of("asked@127.0.0.1:6001", "silent@127.0.0.2:7000", "garbage@127.0.0.3:7000", "refused@127.0.0.4:7000",
            "nowhere@no-such-host.invalid:7000"),
        discover(options().setTimeout(Duration.ofSeconds(2)).addNode("asked@127.0.0.1")
            .addNode("silent@127.0.0.2").addNode("garbage@127.0.0.3").addNode("refused@127.0.0.4")
            .addNode("nowhere@no-such-host.invalid")));
  }

  @Test
  void registersThisNodeWhereAnEpmdIs() throws Exception {
    LocalNode self = new LocalNode(Node.of("self", HOST, 6009), "c");
    Strategy strategy = options().addNode("self@127.0.0.1").create(loopback.vertx);
    loopback.on(() -> strategy.start(self)); // no epmd yet, which is fine
    assertEquals(Set.of(Node.of("self", HOST, 7000)), loopback.on(strategy::discoverNodes));
    PortMapper mapper = new PortMapper(loopback.vertx, port);
    loopback.on(mapper::open);
    Awaitility.await().until(
        () -> loopback.on(strategy::discoverNodes).equals(Set.of(Node.of("self", HOST, 6009))));
    loopback.on(strategy::close);
    Awaitility.await().until(() -> loopback.on(() -> outside.names(HOST, port)).equals(List.of()));
  }

  @Test
  void startsAlthoughItsNameIsTaken() throws Exception {
    loopback.on(new PortMapper(loopback.vertx, port)::open);
    register(Entry.of("self", loopback.silence(), new Identity("c", HOST)));
    Strategy strategy = options().addNode("a@127.0.0.1:6001").create(loopback.vertx);
    loopback.on(() -> strategy.start(new LocalNode(Node.of("self", HOST, 6009), "c")));
    assertEquals(Set.of(Node.of("a", HOST, 6001)), loopback.on(strategy::discoverNodes));
  }

  @Test
  void opensNoPortMapper() throws Exception {
    Strategy strategy = options().create(loopback.vertx);
    loopback.on(() -> strategy.start(new LocalNode(Node.of("self", HOST, 6009), "c")));
    assertTrue(loopback.on(() -> outside.refuses(HOST, port)));
  }
}
