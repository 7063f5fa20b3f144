package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.cluster.hazelcast.MemberProbe.Kind;
import io.barnacle.node.Endpoint;
import io.barnacle.testkit.Await;
import io.barnacle.testkit.FreePort;
import io.vertx.core.Vertx;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WaitingRoomTest {

  private static final Duration SOON = Duration.ofSeconds(5);

  private final Vertx vertx = Vertx.vertx();
  private final MemberAddress loopback = MemberAddress.only(InetAddress.getLoopbackAddress());
  private Endpoint here;

  @BeforeEach
  void choosePort() throws Exception {
    here = new Endpoint("127.0.0.1", FreePort.next());
  }

  @AfterEach
  void close() throws Exception {
    Await.await(vertx.close());
  }

  private MemberProbe.Answer probe(String cluster) throws Exception {
    return Await.await(new MemberProbe(vertx, cluster).probe(here, SOON));
  }

  private WaitingRoom open(String nodeId) throws Exception {
    return Await.await(WaitingRoom.open(vertx, loopback, here.port(), "shop", nodeId, null));
  }

  @Test
  void tellsItsOwnClusterWhoWaitsAndOthersThatItIsNotTheirs() throws Exception {
    open("node-7");
    MemberProbe.Answer answer = probe("shop");
    assertEquals(Kind.WAITING, answer.kind());
    assertEquals("node-7", answer.nodeId());
    MemberProbe.Answer stranger = probe("warehouse");
    assertEquals(Kind.STRANGER, stranger.kind());
    assertTrue(stranger.detail().contains("cluster.name"), stranger.detail());
  }

  @Test
  void hasLetGoThePortWhenItSaysSo() throws Exception {
    for (int round = 0; round < 300; round++) {
      WaitingRoom room = open("node-7");
      Await.await(room.close());
      assertEquals(here.port(), loopback.tryPort(here.port()), "round " + round);
    }
  }

  @Test
  void saysNothingToWhoeverSaysNothingAndFreesThePortThoughConnectionsAreOpen() throws Exception {
    WaitingRoom room = open("node-7");
    try (Socket idle = new Socket(InetAddress.getLoopbackAddress(), here.port())) {
      assertEquals(Kind.WAITING, probe("shop").kind());
      assertEquals(0, idle.getInputStream().available());
      Await.await(room.close());
      assertEquals(-1, idle.getInputStream().read(), "hung up");
      assertEquals(Kind.UNREACHABLE, probe("shop").kind());
    }
    try (ServerSocket next = new ServerSocket()) {
      next.setReuseAddress(true);
      next.bind(new java.net.InetSocketAddress("127.0.0.1", here.port()));
    }
  }

  private static Cookies cookies(String secret) {
    return new Cookies("shop", List.of(secret.getBytes(StandardCharsets.UTF_8)));
  }

  private MemberProbe.Answer probeWith(String secret) throws Exception {
    MemberProbe probe = new MemberProbe(vertx, "shop");
    probe.use(cookies(secret));
    return Await.await(probe.probe(here, SOON));
  }

  @Test
  void withACookieOnlyThoseWhoHaveItAreToldAndBelieved() throws Exception {
    Refusals refusals = new Refusals(() -> 0, (address, reason) -> { });
    try (Handshakes handshakes = new Handshakes(() -> 0, refusals)) {
      WaitingRoom room = Await.await(WaitingRoom.open(
          vertx, loopback, here.port(), "shop", "node-7", new WaitingRoom.Door(cookies("right"), handshakes)));
      assertEquals(Kind.WAITING, probeWith("right").kind());
      assertEquals("node-7", probeWith("right").nodeId());
      assertEquals(0, refusals.count());
      assertEquals(Kind.COOKIE_REFUSED, probeWith("wrong").kind());
      assertEquals(Kind.COOKIE_NEEDED, probe("shop").kind());
      assertEquals(2, refusals.count());
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), here.port())) {
        socket.setSoTimeout(5_000);
        socket.getOutputStream().write("who is there?".getBytes(StandardCharsets.US_ASCII));
        assertEquals("BNXG", new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
      }
      assertEquals(3, refusals.count());
      try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), here.port())) {
        Awaitility.await().until(() -> handshakes.size() == 1);
        assertEquals(0, silent.getInputStream().available());
      }
      Awaitility.await().until(() -> handshakes.size() == 0);
      Await.await(room.close());
    }
  }

  @Test
  void whoPosesAsAWaitingNodeWithoutTheCookieIsAStranger() throws Exception {
    open("0000");
    MemberProbe.Answer answer = probeWith("right");
    assertEquals(Kind.STRANGER, answer.kind());
    assertEquals("it waits for a cluster without a cookie", answer.detail());
  }

  @Test
  void manyWhoSayNothingAreBoundedInNumberAndTime() throws Exception {
    AtomicLong clock = new AtomicLong();
    Refusals refusals = new Refusals(clock::get, (address, reason) -> { });
    List<Socket> silent = new ArrayList<>();
    try (Handshakes handshakes = new Handshakes(clock::get, refusals)) {
      WaitingRoom room = Await.await(WaitingRoom.open(
          vertx, loopback, here.port(), "shop", "node-7", new WaitingRoom.Door(cookies("right"), handshakes)));
      for (int i = 0; i < Handshakes.MOST + 20; i++) {
        silent.add(new Socket(InetAddress.getLoopbackAddress(), here.port()));
      }
      Awaitility.await().until(() -> refusals.count() == 20);
      assertEquals(Handshakes.MOST, handshakes.size());
      assertEquals(Kind.WAITING, probeWith("right").kind());
      clock.set(Handshakes.DEADLINE_MS + 1);
      Awaitility.await().until(() -> handshakes.size() == 0);
      Await.await(room.close());
    } finally {
      for (Socket each : silent) {
        each.close();
      }
    }
  }

  @Test
  void aTakenPortIsABindException() throws Exception {
    try (ServerSocket taken = new ServerSocket(here.port(), 1, InetAddress.getByName("127.0.0.1"))) {
      assertTrue(taken.isBound());
      ExecutionException failure = assertThrows(ExecutionException.class,
          () -> WaitingRoom.open(vertx, loopback, here.port(), "shop", "n", null)
              .toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS));
      assertInstanceOf(BindException.class, failure.getCause());
    }
  }

  @Test
  void theTagDoesNotSayTheName() {
    assertEquals(2, Set.of(WaitingRoom.tag("shop"), WaitingRoom.tag("warehouse")).size());
    assertFalse(WaitingRoom.tag("shop").contains("shop"));
  }
}
