package io.barnacle.strategy.epmd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.barnacle.strategy.epmd.EpmdException.NotListening;
import io.barnacle.testkit.FreePort;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
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
  private NetClient raw; // one that nobody holds is closed by the GC
  private int port;
  private PortMapper mapper;

  @BeforeEach
  void open() throws Exception {
    loopback = new Loopback();
    client = new EpmdClient(loopback.vertx, Duration.ofSeconds(10));
    raw = loopback.vertx.createNetClient();
    port = FreePort.next();
    mapper = new PortMapper(loopback.vertx, port);
    loopback.on(mapper::open);
  }

  /** Another mapper, at a port of its own: the old one is free only once the selector has let go of the closed channel. */
  private void limit(int connections, Duration request) throws Exception {
    loopback.on(mapper::close);
    port = FreePort.next();
    mapper = new PortMapper(loopback.vertx, port, new PortMapper.Limits(connections, connections, request));
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
    raw.connect(port, HOST).onFailure(answered::fail).onSuccess(socket -> {
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
  void boundsRegistrations() throws Exception {
    limit(2, Duration.ofSeconds(10));
    NetSocket first = register("x0", 5701).orElseThrow();
    register("x1", 5701).orElseThrow();
    assertTrue(register("x2", 5701).isEmpty());
    assertEquals(List.of("x0", "x1"), names());
    loopback.on(first::close);
    Awaitility.await().until(() -> register("x2", 5701).isPresent());
  }

  @Test
  void boundsConnectionsThatDoNotRegisterAndDropsTheOldest() throws Exception {
    limit(2, Duration.ofSeconds(10));
    register("x1", 5701).orElseThrow();
    try (Socket oldest = new Socket(HOST, port); Socket second = new Socket(HOST, port);
        Socket newest = new Socket(HOST, port)) {
      oldest.setSoTimeout(5_000); // half the time in which a connection has to ask
      assertEquals(-1, oldest.getInputStream().read());
      assertEquals(List.of("x1"), names());
      second.setSoTimeout(5_000); // the question took its place
      assertEquals(-1, second.getInputStream().read());
      newest.setSoTimeout(200);
      assertThrows(SocketTimeoutException.class, () -> newest.getInputStream().read());
    }
  }

  @Test
  void servesWhoAsksWhileThousandsSayNothingOrDrip() throws Exception {
    var system = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
    long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount();
    assumeTrue(free > 12_500, "needs 12500 file descriptors, has " + free);
    NetSocket registered = register("x1", 5701).orElseThrow();
    List<SocketChannel> strangers = new ArrayList<>();
    try {
      for (int i = 0; i < 11_000; i++) {
        SocketChannel stranger = SocketChannel.open(new InetSocketAddress(HOST, port));
        strangers.add(stranger);
        if (i >= 10_000) { // slow: the beginning of a request that never ends
          stranger.write(ByteBuffer.wrap(new byte[] {0, 100, 'x'}));
        }
        if (i % 1_000 == 0) {
          assertEquals(List.of("x1"), names());
        }
      }
      assertEquals(List.of("x1"), names());
      assertTrue(register("x1", 5702).isEmpty());
      assertTrue(register("x2", 5702).isPresent());
      assertEquals(List.of("x1", "x2"), names());
      loopback.on(registered::close);
      Awaitility.await().until(() -> names().equals(List.of("x2")));
    } finally {
      for (SocketChannel stranger : strangers) {
        stranger.close();
      }
    }
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
