package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.barnacle.node.Endpoint;
import io.barnacle.testkit.Await;
import io.barnacle.testkit.FreePort;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KnockTest {

  private final Vertx vertx = Vertx.vertx();
  private final NetClient client = vertx.createNetClient();
  private final List<Socket> sockets = new ArrayList<>();

  /** So that the first packets leave when they should. */
  @BeforeEach
  void loadClasses() {
    assertThrows(Exception.class, () -> Await.await(knock(FreePort.next(), 1_000)));
  }

  @AfterEach
  void close() throws Exception {
    for (Socket each : sockets) {
      each.close();
    }
    Await.await(vertx.close());
  }

  private Future<NetSocket> knock(int port, long timeoutMs) {
    return Knock.at(vertx, client, new Endpoint("127.0.0.1", port), timeoutMs);
  }

  /** A server of which the kernel drops the first packets of connections, as a cut network does: its backlog is full. */
  private ServerSocket deaf() throws IOException {
    ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    try {
      while (true) {
        Socket one = new Socket();
        sockets.add(one);
        one.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()), 100);
        if (sockets.size() > 10) {
          server.close();
          assumeTrue(false, "this system does not drop connections of a full backlog");
        }
      }
    } catch (SocketTimeoutException full) {
      return server;
    }
  }

  /** Takes in those that fill the backlog. */
  private void hearAgain(ServerSocket server) throws IOException {
    int filled = sockets.size() - 1;
    server.setSoTimeout(3_000);
    for (int i = 0; i < filled; i++) {
      sockets.add(server.accept());
    }
  }

  @Test
  void isInSoonerThanTheKernelKnocksAgain() throws Exception {
    try (ServerSocket server = deaf()) {
      long start = System.nanoTime();
      Future<NetSocket> knock = knock(server.getLocalPort(), 3_000);
      assertThrows(java.util.concurrent.TimeoutException.class, () -> knock.await(100, TimeUnit.MILLISECONDS));
      hearAgain(server);
      Await.await(knock);
      long tookMs = (System.nanoTime() - start) / 1_000_000;
      assertTrue(tookMs < 900, tookMs + " ms; the kernel tries again after 1000");
    }
  }

  @Test
  void givesUpInTime() throws Exception {
    try (ServerSocket server = deaf()) {
      long start = System.nanoTime();
      assertInstanceOf(ConnectTimeoutException.class,
          assertThrows(Exception.class, () -> Await.await(knock(server.getLocalPort(), 1_000))));
      long tookMs = (System.nanoTime() - start) / 1_000_000;
      assertTrue(tookMs >= 990 && tookMs < 2_000, tookMs + " ms");
    }
  }

  @Test
  void aRefusalIsToldAtOnce() {
    long start = System.nanoTime();
    Throwable refused = assertThrows(Exception.class, () -> Await.await(knock(FreePort.next(), 10_000)));
    assertInstanceOf(ConnectException.class, refused);
    assertTrue((System.nanoTime() - start) / 1_000_000 < 5_000);
  }

  @Test
  void aConnectionThatComesLaterIsClosed() throws Exception {
    try (ServerSocket server = deaf()) {
      Future<NetSocket> knock = knock(server.getLocalPort(), 3_000);
      assertThrows(java.util.concurrent.TimeoutException.class, () -> knock.await(100, TimeUnit.MILLISECONDS));
      hearAgain(server);
      NetSocket kept = Await.await(knock);
      sockets.add(server.accept());
      Socket late = server.accept(); // the first attempt, of which the kernel now tries again
      sockets.add(late);
      assertNotEquals(kept.localAddress().port(), late.getPort());
      late.setSoTimeout(2_000);
      assertEquals(-1, late.getInputStream().read());
    }
  }
}
