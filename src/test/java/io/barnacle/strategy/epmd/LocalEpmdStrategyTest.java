package io.barnacle.strategy.epmd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.StrategyException;
import io.barnacle.strategy.epmd.EpmdException.NameTaken;
import io.barnacle.strategy.epmd.EpmdException.NotEpmd;
import io.barnacle.strategy.epmd.EpmdException.Silent;
import io.barnacle.testkit.FreePort;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalEpmdStrategyTest {

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

  private static LocalNode node(String name, int memberPort) {
    return new LocalNode(Node.of(name, HOST, memberPort), "c");
  }

  private LocalEpmdStrategy strategy(Loopback where, int epmdPort, int timeoutMs) {
    return new LocalEpmdStrategy(where.vertx, epmdPort, Duration.ofMillis(timeoutMs));
  }

  private LocalEpmdStrategy started(Loopback where, LocalNode self) throws Exception {
    LocalEpmdStrategy strategy = strategy(where, port, 5_000);
    where.on(() -> strategy.start(self));
    return strategy;
  }

  private PortMapper mapper(Loopback where) throws Exception {
    PortMapper mapper = new PortMapper(where.vertx, port);
    where.on(mapper::open);
    return mapper;
  }

  private NetSocket register(Entry entry) throws Exception {
    return loopback.on(() -> outside.register(HOST, port, entry)).orElseThrow();
  }

  @Test
  void nodesOfOneVertxSeeEachOther() throws Exception {
    LocalEpmdStrategy first = started(loopback, node("one", 6001));
    LocalEpmdStrategy second = started(loopback, node("two", 6002));
    Set<Node> both = Set.of(Node.of("one", HOST, 6001), Node.of("two", HOST, 6002));
    assertEquals(both, loopback.on(first::discoverNodes));
    assertEquals(both, loopback.on(second::discoverNodes));
  }

  @Test
  void nodesThatStartAtOnceShareOneMapper() throws Exception {
    LocalEpmdStrategy first = strategy(loopback, port, 5_000);
    LocalEpmdStrategy second = strategy(loopback, port, 5_000);
    loopback.on(() -> Future.all(first.start(node("one", 6001)), second.start(node("two", 6002))));
    assertEquals(2, loopback.on(first::discoverNodes).size());
    assertEquals(2, loopback.on(second::discoverNodes).size());
  }

  @Test
  void strangersAreNoPeers() throws Exception {
    mapper(loopback);
    register(new Entry("erlang", 6001, 77, 0, 6, 5, Buffer.buffer()));
    register(new Entry("other_program", 6002, 77, 0, 6, 5, Buffer.buffer("Brnc")));
    register(Entry.of("other_cluster", 6003, new Identity("d", HOST)));
    register(Entry.of("no@basename", 6004, new Identity("c", HOST)));
    register(Entry.of("no_host", 6005, new Identity("c", "no host")));
    register(Entry.of("peer", 6006, new Identity("c", "fd00::1")));
    LocalEpmdStrategy strategy = started(loopback, node("self", 6007));
    assertEquals(Set.of(Node.parse("peer@[fd00::1]:6006"), Node.parse("self@127.0.0.1:6007")),
        loopback.on(strategy::discoverNodes));
  }

  @Test
  void findsManyMoreThanItAsksForAtOnce() throws Exception {
    mapper(loopback);
    for (int i = 0; i < 60; i++) {
      register(Entry.of("peer-" + i, 6001 + i, new Identity("c", HOST)));
    }
    LocalEpmdStrategy strategy = started(loopback, node("self", 6000));
    assertEquals(61, loopback.on(strategy::discoverNodes).size());
  }

  @Test
  void aTakenNameFailsTheStartAndSaysWhoseItIs() throws Exception {
    mapper(loopback);
    int taken = loopback.silence();
    register(Entry.of("x1", taken, new Identity("their cluster", HOST)));
    NameTaken failure = assertThrows(NameTaken.class, () -> started(loopback, node("x1", 6001)));
    assertEquals(Optional.of(taken), failure.ownerPort());
    assertEquals("the name \"x1\" is taken on this machine: epmd at 127.0.0.1:" + port + " says that it is a node of "
        + "the cluster \"their cluster\" at 127.0.0.1, port " + taken + "; set another node.name",
        failure.getMessage());
  }

  @Test
  void aNameOfAnErlangNodeIsTakenToo() throws Exception {
    mapper(loopback);
    int taken = loopback.silence();
    register(new Entry("x1", taken, 77, 0, 6, 5, Buffer.buffer()));
    NameTaken failure = assertThrows(NameTaken.class, () -> started(loopback, node("x1", 6001)));
    assertTrue(failure.getMessage().contains("an Erlang node (or another program's) at port " + taken));
  }

  @Test
  void aRemnantOfADeadProcessIsWaitedFor() throws Exception {
    mapper(loopback);
    NetSocket remnant = register(Entry.of("x1", FreePort.next(), new Identity("c", HOST)));
    loopback.vertx.setTimer(300, id -> remnant.close());
    started(loopback, node("x1", 6001));
    assertEquals(6001, loopback.on(() -> outside.find(HOST, port, "x1")).orElseThrow().port());
  }

  @Test
  void aRemnantOnOurOwnPortIsWaitedFor() throws Exception {
    mapper(loopback);
    int mine = loopback.silence(); // this node listens already
    NetSocket remnant = register(Entry.of("x1", mine, new Identity("c", HOST)));
    loopback.vertx.setTimer(300, id -> remnant.close());
    started(loopback, node("x1", mine));
  }

  @Test
  void aRemnantThatStaysIsAnErrorInTheEnd() throws Exception {
    mapper(loopback);
    register(Entry.of("x1", FreePort.next(), new Identity("c", HOST)));
    NameTaken failure = assertThrows(NameTaken.class, () -> started(loopback, node("x1", 6001)));
    assertTrue(failure.getMessage().contains("though nothing answers there"), failure.getMessage());
  }

  @Test
  void whatIsNoEpmdFailsTheStart() throws Exception {
    int garbage = loopback.serve(socket -> socket.write("220 mail.example.org ESMTP\r\n"));
    assertThrows(NotEpmd.class, () -> loopback.on(() -> strategy(loopback, garbage, 5_000).start(node("x1", 6001))));
    int silent = loopback.silence();
    assertThrows(Silent.class, () -> loopback.on(() -> strategy(loopback, silent, 1_000).start(node("x1", 6001))));
  }

  @Test
  void aBrokenEpmdFailsDiscovery() throws Exception {
    Entry entry = Entry.of("x1", 6001, new Identity("c", HOST));
    Buffer noise = Buffer.buffer("noise");
    for (boolean answersNames : new boolean[] {false, true}) {
      int epmd = loopback.serve(socket -> socket.handler(request -> {
        switch (request.getByte(2)) {
          case 'x' -> socket.write(Replies.alive(entry, true, 1));
          case 'n' -> socket.end(answersNames ? Replies.names(4369, List.of(entry)) : noise);
          default -> socket.end(noise);
        }
      }));
      LocalEpmdStrategy strategy = strategy(loopback, epmd, 5_000);
      loopback.on(() -> strategy.start(node("x1", 6001)));
      assertThrows(NotEpmd.class, () -> loopback.on(strategy::discoverNodes));
    }
  }

  @Test
  void aSilentEpmdFailsDiscovery() throws Exception {
    int epmd = loopback.serve(socket -> socket.handler(request -> {
      if (request.getByte(2) == 'x') {
        socket.write(Replies.alive(Entry.of("x1", 6001, new Identity("c", HOST)), true, 1));
      }
    }));
    LocalEpmdStrategy strategy = strategy(loopback, epmd, 1_000);
    loopback.on(() -> strategy.start(node("x1", 6001)));
    assertThrows(Silent.class, () -> loopback.on(strategy::discoverNodes));
  }

  @Test
  void aQuestionThatBreaksOffIsAskedOnceMore() throws Exception {
    Entry entry = Entry.of("x1", 6001, new Identity("c", HOST));
    AtomicInteger questions = new AtomicInteger();
    int epmd = loopback.serve(socket -> socket.handler(request -> {
      switch (request.getByte(2)) {
        case 'x' -> socket.write(Replies.alive(entry, true, 1));
        case 'n' -> socket.end(questions.getAndIncrement() % 3 == 2 ? Replies.names(4369, List.of(entry))
            : Buffer.buffer("\0"));
        default -> socket.end(Replies.port(Optional.of(entry)));
      }
    }));
    LocalEpmdStrategy strategy = strategy(loopback, epmd, 5_000);
    loopback.on(() -> strategy.start(node("x1", 6001)));
    assertThrows(EpmdException.BrokeOff.class, () -> loopback.on(strategy::discoverNodes)); // questions 0 and 1
    assertEquals(Set.of(Node.of("x1", HOST, 6001)), loopback.on(strategy::discoverNodes)); // 2
    questions.set(1);
    assertEquals(Set.of(Node.of("x1", HOST, 6001)), loopback.on(strategy::discoverNodes)); // 1, then 2
  }

  @Test
  void takesOverWhenTheMapperCloses() throws Exception {
    try (Loopback other = new Loopback()) {
      PortMapper mapper = mapper(other);
      LocalEpmdStrategy first = started(loopback, node("one", 6001));
      LocalEpmdStrategy second = started(loopback, node("two", 6002));
      other.on(mapper::close);
      Awaitility.await().atMost(Duration.ofSeconds(2)).until(() -> loopback.on(first::discoverNodes).size() == 2);
      assertEquals(2, loopback.on(second::discoverNodes).size());
    }
  }

  @Test
  void registersAnewWithoutBeingAsked() throws Exception {
    try (Loopback other = new Loopback()) {
      PortMapper mapper = mapper(other);
      started(loopback, node("one", 6001));
      other.on(mapper::close);
      Awaitility.await().atMost(Duration.ofSeconds(2)).ignoreException(EpmdException.NotListening.class)
          .until(() -> loopback.on(() -> outside.names(HOST, port)).equals(List.of("one")));
    }
  }

  @Test
  void discoveryRightAfterTheLossOfTheMapperIsNoFailure() throws Exception {
    try (Loopback other = new Loopback()) {
      PortMapper mapper = mapper(other);
      LocalEpmdStrategy strategy = started(loopback, node("one", 6001));
      other.on(mapper::close);
      for (int i = 0; i < 20; i++) {
        assertEquals(Set.of(Node.of("one", HOST, 6001)), loopback.on(strategy::discoverNodes));
      }
    }
  }

  @Test
  void takesOverWhenTheOwnersVertxCloses() throws Exception {
    Loopback owner = new Loopback();
    started(owner, node("one", 6001));
    LocalEpmdStrategy second = started(loopback, node("two", 6002));
    assertEquals(2, loopback.on(second::discoverNodes).size());
    owner.close(); // without closing the strategy
    Awaitility.await().atMost(Duration.ofSeconds(2)).until(
        () -> loopback.on(second::discoverNodes).equals(Set.of(Node.of("two", HOST, 6002))));
  }

  @Test
  void closingGivesNameAndPortBack() throws Exception {
    LocalEpmdStrategy first = started(loopback, node("one", 6001));
    loopback.on(first::close);
    assertThrows(EpmdException.NotListening.class, () -> loopback.on(() -> outside.names(HOST, port)));
    started(loopback, node("one", 6001));
  }

  @Test
  void closingDuringTheStartOpensNothing() throws Exception {
    LocalEpmdStrategy strategy = strategy(loopback, port, 5_000);
    assertThrows(StrategyException.class, () -> loopback.on(() -> {
      Future<Void> start = strategy.start(node("one", 6001));
      return strategy.close().eventually(() -> start).compose(v -> start);
    }));
    assertThrows(EpmdException.NotListening.class, () -> loopback.on(() -> outside.names(HOST, port)));
  }

  @Test
  void closingLetsADiscoveryUnderWayEnd() throws Exception {
    Entry entry = Entry.of("x1", 6001, new Identity("c", HOST));
    int epmd = loopback.serve(socket -> socket.handler(request -> {
      switch (request.getByte(2)) {
        case 'x' -> socket.write(Replies.alive(entry, true, 1));
        case 'n' -> loopback.vertx.setTimer(100, id -> socket.end(Replies.names(4369, List.of(entry))));
        default -> socket.end(Replies.port(Optional.of(entry)));
      }
    }));
    LocalEpmdStrategy strategy = strategy(loopback, epmd, 5_000);
    loopback.on(() -> strategy.start(node("x1", 6001)));
    boolean ended = loopback.on(() -> {
      Future<Set<Node>> looking = strategy.discoverNodes();
      return strategy.close().map(closed -> looking.succeeded());
    });
    assertTrue(ended);
  }

  @Test
  void closingWaitsNotLongForAnEpmdThatHangs() throws Exception {
    int epmd = loopback.serve(socket -> socket.handler(request -> {
      if (request.getByte(2) == 'x') {
        socket.write(Replies.alive(Entry.of("x1", 6001, new Identity("c", HOST)), true, 1));
      }
    }));
    LocalEpmdStrategy strategy = strategy(loopback, epmd, 60_000);
    loopback.on(() -> strategy.start(node("x1", 6001)));
    boolean found = loopback.on(() -> {
      Future<Set<Node>> looking = strategy.discoverNodes();
      return strategy.close().map(closed -> looking.succeeded());
    });
    assertFalse(found);
  }

  @Test
  void whatEpmdCannotPublishFailsTheStart() {
    LocalNode noPort = new LocalNode(Node.parse("x1@127.0.0.1"), "c");
    LocalNode longName = node("é".repeat(128), 6001);
    LocalNode longCluster = new LocalNode(Node.of("x1", HOST, 6001), "c".repeat(256));
    for (LocalNode self : List.of(noPort, longName, longCluster)) {
      assertThrows(StrategyException.class, () -> started(loopback, self));
    }
  }

  @Test
  void discoveryBeforeTheStartIsRefused() {
    LocalEpmdStrategy strategy = strategy(loopback, port, 5_000);
    assertThrows(StrategyException.class, () -> loopback.on(strategy::discoverNodes));
  }
}
