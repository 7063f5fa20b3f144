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
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
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
    return Await.await(WaitingRoom.open(vertx, loopback, here.port(), "shop", nodeId));
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

  @Test
  void aTakenPortIsABindException() throws Exception {
    try (ServerSocket taken = new ServerSocket(here.port(), 1, InetAddress.getByName("127.0.0.1"))) {
      assertTrue(taken.isBound());
      ExecutionException failure = assertThrows(ExecutionException.class,
          () -> WaitingRoom.open(vertx, loopback, here.port(), "shop", "n")
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
