package io.barnacle.cluster.hazelcast;

import io.barnacle.node.Endpoint;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Asks a port whether a Hazelcast member is alive behind it: connects, says the three letters with which members begin, and
 * waits to hear them back. That tells a member from a stranger, and from a process that is stopped: for a stopped one the
 * kernel still accepts connections, but nobody answers.
 */
final class MemberProbe {

  private static final String GREETING = "HZC";
  private static final int LONGEST_LINE = 100;

  /** What a port was found to be. */
  enum Kind {
    /** It greets as a member does. */
    MEMBER,
    /** It is a node of this cluster that waits to join or form it, see {@link WaitingRoom}. */
    WAITING,
    /** It says something else. */
    STRANGER,
    /** It accepts the connection and says nothing, or hangs up. */
    SILENT,
    /** It does not accept a connection. */
    UNREACHABLE
  }

  /**
   * An answer.
   *
   * @param detail what was seen, for people
   * @param cause what the network said, null unless unreachable
   * @param nodeId of a node that waits, null of others
   */
  record Answer(Kind kind, Endpoint endpoint, String detail, Throwable cause, String nodeId) {

    Answer(Kind kind, Endpoint endpoint, String detail, Throwable cause) {
      this(kind, endpoint, detail, cause, null);
    }
  }

  private final Vertx vertx;
  private final NetClient client;
  private final String waiting;

  /** @param clusterName of this node: those of another that wait are strangers */
  MemberProbe(Vertx vertx, String clusterName) {
    this.vertx = vertx;
    this.waiting = WaitingRoom.GREETING + WaitingRoom.tag(clusterName) + " ";
    this.client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
  }

  /** Probes an IP literal with a port; never fails, and is done when the timeout is over. */
  Future<Answer> probe(Endpoint endpoint, Duration timeout) {
    Promise<Answer> promise = Promise.promise();
    int timeoutMs = (int) Math.max(1, Math.min(timeout.toMillis(), 60_000));
    SocketAddress address = SocketAddress.inetSocketAddress(endpoint.port(), endpoint.host());
    client.connect(new ConnectOptions().setRemoteAddress(address).setTimeout(timeoutMs)).onComplete(connected -> {
      if (connected.failed()) {
        Throwable cause = connected.cause();
        promise.tryComplete(new Answer(Kind.UNREACHABLE, endpoint, String.valueOf(cause.getMessage()), cause));
      } else {
        listen(connected.result(), endpoint, timeoutMs, promise);
      }
    });
    return promise.future();
  }

  private void listen(NetSocket socket, Endpoint endpoint, int timeoutMs, Promise<Answer> promise) {
    Buffer heard = Buffer.buffer();
    long timer = vertx.setTimer(timeoutMs, id -> promise.tryComplete(new Answer(
        Kind.SILENT, endpoint, "it accepts connections but has said nothing for " + timeoutMs + " ms", null)));
    socket.exceptionHandler(e -> { });
    socket.closeHandler(v -> promise.tryComplete(
        new Answer(Kind.SILENT, endpoint, "it accepts connections but hangs up at once", null)));
    socket.handler(buffer -> {
      heard.appendBuffer(buffer);
      boolean waits = heard.length() >= GREETING.length()
          && WaitingRoom.GREETING.startsWith(heard.getString(0, GREETING.length(), StandardCharsets.ISO_8859_1.name()));
      boolean whole = !waits || heard.length() > LONGEST_LINE || heard.getByte(heard.length() - 1) == '\n';
      if (heard.length() >= GREETING.length() && whole) {
        promise.tryComplete(judge(endpoint, heard));
      }
    });
    promise.future().onComplete(done -> {
      vertx.cancelTimer(timer);
      socket.close();
    });
    socket.write(GREETING);
  }

  private Answer judge(Endpoint endpoint, Buffer heard) {
    String line = heard.getString(0, Math.min(heard.length(), LONGEST_LINE), StandardCharsets.ISO_8859_1.name());
    if (line.startsWith(waiting)) {
      return new Answer(Kind.WAITING, endpoint, "it waits to join or form a cluster (bootstrap)", null,
          line.substring(waiting.length()).strip());
    }
    if (line.startsWith(WaitingRoom.GREETING)) {
      return new Answer(Kind.STRANGER, endpoint, "it waits for another cluster: its cluster.name differs", null);
    }
    String text = line.substring(0, Math.min(line.length(), 20));
    return text.startsWith(GREETING)
        ? new Answer(Kind.MEMBER, endpoint, "it greets as a member", null)
        : new Answer(Kind.STRANGER, endpoint,
            "it says \"" + text.replaceAll("\\p{Cntrl}", ".") + "\", which is no Hazelcast member's greeting", null);
  }

  void close() {
    client.close();
  }
}
