package io.barnacle.strategy.epmd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.strategy.epmd.EpmdException.NotListening;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortMapperTest {

  private static final String HOST = PortMapper.LOOPBACK;
  private static final Identity IDENTITY = new Identity("c", HOST);

  private Loopback loopback;
  private EpmdClient client;
  private int port;
  private PortMapper mapper;

  @BeforeEach
  void open() throws Exception {
    loopback = new Loopback();
    client = new EpmdClient(loopback.vertx, Duration.ofSeconds(10));
    port = Loopback.freePort();
    mapper = new PortMapper(loopback.vertx, port);
    loopback.on(mapper::open);
  }

  /** Another mapper, at a port of its own: the old one is free only once the selector has let go of the closed channel. */
  private void limit(int connections, Duration request) throws Exception {
    loopback.on(mapper::close);
    port = Loopback.freePort();
    mapper = new PortMapper(loopback.vertx, port, new PortMapper.Limits(connections, request));
    loopback.on(mapper::open);
  }

  @AfterEach
  void close() {
    loopback.close();
  }

  private Optional<NetSocket> register(String name, int memberPort) throws Exception {
    return loopback.on(() -> client.register(HOST, port, Entry.of(name, memberPort, IDENTITY)));
  }

  private List<String> names() throws Exception {
    return loopback.on(() -> client.names(HOST, port));
  }

  /** Sends bytes as they are; completes with what came back when the mapper closes the connection. */
  private Future<Buffer> exchange(Buffer bytes) {
    Promise<Buffer> answered = Promise.promise();
    Buffer received = Buffer.buffer();
    loopback.vertx.createNetClient().connect(port, HOST).onFailure(answered::fail).onSuccess(socket -> {
      socket.handler(received::appendBuffer);
      socket.closeHandler(v -> answered.tryComplete(received));
      socket.write(bytes);
    });
    return answered.future();
  }

  @Test
  void keepsANameForAsLongAsItsConnection() throws Exception {
    NetSocket registered = register("x1", 5701).orElseThrow();
    assertEquals(List.of("x1"), names());
    assertEquals(Optional.of(Entry.of("x1", 5701, IDENTITY)), loopback.on(() -> client.find(HOST, port, "x1")));
    assertEquals(Optional.empty(), loopback.on(() -> client.find(HOST, port, "x2")));
    loopback.on(registered::close);
    Awaitility.await().until(() -> names().isEmpty());
    assertTrue(register("x1", 5702).isPresent());
  }

  @Test
  void refusesANameInUse() throws Exception {
    register("x1", 5701);
    assertTrue(register("x1", 5702).isEmpty());
    assertEquals(5701, loopback.on(() -> client.find(HOST, port, "x1")).orElseThrow().port());
  }

  @ParameterizedTest
  @ValueSource(strings = {"two\nname evil at port 1", "white space", "tab\t"})
  void refusesNamesThatCouldPassForOthers(String name) throws Exception {
    assertTrue(register(name, 5701).isEmpty());
    assertEquals(List.of(), names());
  }

  @Test
  void boundsNamesAndExtraFields() throws Exception {
    assertTrue(register("n".repeat(255), 5701).isPresent());
    assertTrue(register("n".repeat(256), 5701).isEmpty());
    Entry extra = new Entry("e", 5701, 72, 0, 6, 5, Buffer.buffer(new byte[1021 + 255]));
    assertEquals(0, loopback.on(() -> exchange(Requests.alive(extra))).length());
  }

  @ParameterizedTest
  @ValueSource(bytes = {'k', 's', 'd', 'q'})
  void closesOnRequestsThatItDoesNotServe(byte tag) throws Exception {
    register("x1", 5701);
    assertEquals(0, loopback.on(() -> exchange(Buffer.buffer(new byte[] {0, 3, tag, 'x', '1'}))).length());
    assertEquals(List.of("x1"), names());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\0", "\0\1"})
  void closesConnectionsThatDoNotAskInTime(String beginning) throws Exception {
    limit(8, Duration.ofSeconds(1));
    long start = System.nanoTime();
    assertEquals(0, loopback.on(() -> exchange(Buffer.buffer(beginning))).length());
    assertTrue(System.nanoTime() - start >= Duration.ofMillis(990).toNanos());
  }

  @Test
  void keepsRegistrationsBeyondThatTime() throws Exception {
    limit(8, Duration.ofSeconds(1));
    register("x1", 5701);
    loopback.on(() -> exchange(Buffer.buffer())); // closed for its time, which began after that of the registration
    assertEquals(List.of("x1"), names());
  }

  @Test
  void boundsConnections() throws Exception {
    limit(8, Duration.ofSeconds(10));
    for (int i = 0; i < 7; i++) {
      assertTrue(register("x" + i, 5701).isPresent());
    }
    NetSocket last = register("x7", 5701).orElseThrow();
    assertThrows(EpmdException.class, this::names);
    loopback.on(last::close);
    Awaitility.await().ignoreException(EpmdException.BrokeOff.class).until(() -> names().size() == 7);
  }

  @Test
  void isForThisMachineOnly() throws Exception {
    var outside = NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress())
        .findFirst();
    String address = outside.map(java.net.InetAddress::getHostAddress).orElse("127.0.0.2");
    try (Socket socket = new Socket()) {
      assertThrows(java.net.ConnectException.class,
          () -> socket.connect(new InetSocketAddress(address, port), 5_000));
    }
  }

  @Test
  void oneOfTwoGetsThePort() throws Exception {
    try (Loopback other = new Loopback()) {
      assertInstanceOf(BindException.class,
          assertThrows(Exception.class, () -> other.on(new PortMapper(other.vertx, port)::open)));
    }
    assertInstanceOf(BindException.class, // Vert.x alone would share the port among the servers of one Vert.x
        assertThrows(Exception.class, () -> loopback.on(new PortMapper(loopback.vertx, port)::open)));
  }

  @Test
  void givesThePortFree() throws Exception {
    register("x1", 5701);
    loopback.on(mapper::close);
    loopback.on(mapper::close);
    assertThrows(NotListening.class, this::names);
    PortMapper next = new PortMapper(loopback.vertx, port);
    loopback.on(next::open);
    assertEquals(List.of(), names());
    assertTrue(register("x1", 5701).isPresent());
  }

  @Test
  void closesWhatIsOnlyBeingOpened() throws Exception {
    loopback.on(mapper::close);
    PortMapper early = new PortMapper(loopback.vertx, port);
    assertThrows(BindException.class, () -> loopback.on(() -> {
      Future<Void> opening = early.open();
      early.close();
      return opening;
    }));
    assertThrows(NotListening.class, this::names);
  }
}
