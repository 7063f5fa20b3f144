package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.hazelcast.Handshake.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/**
 * Answers on the member port of a node that waits to join or form a cluster, until Hazelcast takes that port over: one line
 * with a tag of the cluster name and the node id, by which others know that the node is there, of their cluster, and who of
 * those that wait comes first. {@link MemberProbe} reads it. Where there is a cookie, the handshake comes first, with the same
 * bounds as on the port of a member.
 */
final class WaitingRoom {

  /** What the line begins with; Hazelcast members say something else. */
  static final String GREETING = "BRN1 ";

  private static final int IDLE_SECONDS = 5;
  private static final int RELEASE_MS = 1_000;
  private static final int TAG_DIGITS = 16;

  /**
   * What everybody has to pass who connects.
   *
   * @param cookies of this node
   * @param handshakes bounds them
   */
  record Door(Cookies cookies, Handshakes handshakes) {
  }

  private final Vertx vertx;
  private final NetServer server;
  private final MemberAddress address;

  private WaitingRoom(Vertx vertx, NetServer server, MemberAddress address) {
    this.vertx = vertx;
    this.server = server;
    this.address = address;
  }

  /**
   * Listens; fails with a {@link java.net.BindException} if the port is taken.
   *
   * @param door null lets everybody in
   */
  static Future<WaitingRoom> open(
      Vertx vertx, MemberAddress address, int port, String clusterName, String nodeId, Door door) {
    String line = GREETING + tag(clusterName) + " " + nodeId + "\n";
    NetServer server = vertx.createNetServer(new NetServerOptions()
        .setReuseAddress(true).setTcpNoDelay(true)
        .setIdleTimeout(IDLE_SECONDS).setIdleTimeoutUnit(TimeUnit.SECONDS));
    server.connectHandler(socket -> {
      socket.exceptionHandler(e -> { });
      if (door == null) {
        socket.handler(asked -> socket.write(line));
      } else {
        new Guest(socket, line, door).await();
      }
    });
    String host = !address.bindAny() ? address.host() : address.host().contains(":") ? "::" : "0.0.0.0";
    return server.listen(port, host).map(new WaitingRoom(vertx, server, address));
  }

  /**
   * Frees the port. A server is closed a little before its port is free: a channel that is registered with a selector keeps its
   * descriptor until that selects the next time (see {@link java.nio.channels.SelectionKey#cancel}), and who binds the port
   * before that, as Hazelcast does next, fails.
   *
   * @return completes once the port is free, or is still not after {@value #RELEASE_MS} ms, as when another process took it
   */
  Future<Void> close() {
    int port = server.actualPort();
    return server.close().compose(closed -> released(port, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RELEASE_MS)));
  }

  private Future<Void> released(int port, long deadline) {
    try {
      address.tryPort(port);
      return Future.succeededFuture();
    } catch (IOException e) {
      return System.nanoTime() - deadline > 0
          ? Future.succeededFuture()
          : vertx.timer(1, TimeUnit.MILLISECONDS).compose(fired -> released(port, deadline));
    }
  }

  /** Tells cluster names apart without saying them. */
  static String tag(String clusterName) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(clusterName.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, TAG_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** A connection on which the other side has to prove itself before it is told anything. */
  private static final class Guest implements Handshakes.Pending {
    private final NetSocket socket;
    private final String line;
    private final Handshakes handshakes;
    private final Handshake handshake;
    private final String address;

    private Guest(NetSocket socket, String line, Door door) {
      this.socket = socket;
      this.line = line;
      this.handshakes = door.handshakes();
      this.handshake = Handshake.accepting(door.cookies());
      this.address = socket.remoteAddress().hostAddress();
    }

    private void await() {
      socket.closeHandler(v -> end());
      socket.handler(this::hear);
      handshakes.begin(this);
    }

    private void hear(Buffer said) {
      if (handshake.state() == Handshake.State.ACCEPTED) {
        socket.write(line);
        return;
      }
      if (handshake.state() == Handshake.State.REFUSED) {
        return; // it is being hung up on
      }
      byte[] answer = handshake.receive(ByteBuffer.wrap(said.getBytes()));
      boolean isRefused = handshake.state() == Handshake.State.REFUSED;
      if (handshake.state() != Handshake.State.WAITING) {
        end();
      }
      if (isRefused) {
        handshakes.refused(this, handshake.refusal()); // before the other side hears of it
      }
      Future<Void> written = answer.length == 0 ? Future.succeededFuture() : socket.write(Buffer.buffer(answer));
      if (isRefused) {
        written.onComplete(done -> socket.close());
      }
    }

    private void end() {
      handshakes.end(this);
      handshake.close();
    }

    @Override
    public String address() {
      return address;
    }

    @Override
    public boolean isIncoming() {
      return true;
    }

    /** On any thread. */
    @Override
    public void close(Refusal reason) {
      socket.close();
    }
  }
}
