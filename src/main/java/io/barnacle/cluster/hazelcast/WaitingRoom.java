package io.barnacle.cluster.hazelcast;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/**
 * Answers on the member port of a node that waits to join or form a cluster, until Hazelcast takes that port over: one line
 * with a tag of the cluster name and the node id, by which others know that the node is there, of their cluster, and who of
 * those that wait comes first. {@link MemberProbe} reads it.
 */
final class WaitingRoom {

  /** What the line begins with; Hazelcast members say something else. */
  static final String GREETING = "BRN1 ";

  private static final int IDLE_SECONDS = 5;
  private static final int TAG_DIGITS = 16;

  private final NetServer server;

  private WaitingRoom(NetServer server) {
    this.server = server;
  }

  /** Listens; fails with a {@link java.net.BindException} if the port is taken. */
  static Future<WaitingRoom> open(Vertx vertx, MemberAddress address, int port, String clusterName, String nodeId) {
    String line = GREETING + tag(clusterName) + " " + nodeId + "\n";
    NetServer server = vertx.createNetServer(new NetServerOptions()
        .setReuseAddress(true).setTcpNoDelay(true)
        .setIdleTimeout(IDLE_SECONDS).setIdleTimeoutUnit(TimeUnit.SECONDS));
    server.connectHandler(socket -> {
      socket.exceptionHandler(e -> { });
      socket.handler(asked -> socket.write(line));
    });
    String host = !address.bindAny() ? address.host() : address.host().contains(":") ? "::" : "0.0.0.0";
    return server.listen(port, host).map(new WaitingRoom(server));
  }

  /** Frees the port. */
  Future<Void> close() {
    return server.close();
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
}
