package io.barnacle.cluster.hazelcast;

import io.barnacle.node.Endpoint;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.tcp.NetClientBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Asks a port whether a Hazelcast member is alive behind it: connects, says the three letters with which members begin, and
 * waits to hear them back. That tells a member from a stranger, and from a process that is stopped: for a stopped one the
 * kernel still accepts connections, but nobody answers. Where there is a cookie, the handshake comes first.
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
    /** It does not take this node's cookie. */
    COOKIE_REFUSED,
    /** It wants a cookie, and this node has none. */
    COOKIE_NEEDED,
    /** It says something else. */
    STRANGER,
    /** It accepts the connection and says nothing, or hangs up. */
    SILENT,
    /** It does not accept a connection. */
    UNREACHABLE;

    /** Whether a node answered that may be a member, even if it does not want this one. */
    boolean isAlive() {
      return this == MEMBER || this == COOKIE_REFUSED || this == COOKIE_NEEDED;
    }
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
  private volatile Cookies cookies;

  /** @param clusterName of this node: those of another that wait are strangers */
  MemberProbe(Vertx vertx, String clusterName) {
    this.vertx = vertx;
    this.waiting = WaitingRoom.GREETING + WaitingRoom.tag(clusterName) + " ";
    // Not one that Vert.x closes first of all, while this node still drains.
    this.client = new NetClientBuilder((VertxInternal) vertx, new NetClientOptions().setTcpNoDelay(true)).build();
  }

  /** From now on a handshake precedes the greeting. */
  void use(Cookies cookies) {
    this.cookies = cookies;
  }

  /** Probes an IP literal with a port; never fails, and is done when the timeout is over. */
  Future<Answer> probe(Endpoint endpoint, Duration timeout) {
    Promise<Answer> promise = Promise.promise();
    int timeoutMs = (int) Math.max(1, Math.min(timeout.toMillis(), 60_000));
    Knock.at(vertx, client, endpoint, timeoutMs).onComplete(connected -> {
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
    Cookies own = cookies;
    Handshake handshake = own == null ? null : Handshake.connecting(own);
    Buffer heard = Buffer.buffer();
    long timer = vertx.setTimer(timeoutMs, id -> promise.tryComplete(new Answer(
        Kind.SILENT, endpoint, "it accepts connections but has said nothing for " + timeoutMs + " ms", null)));
    socket.exceptionHandler(e -> { });
    socket.closeHandler(v -> promise.tryComplete(new Answer(Kind.SILENT, endpoint, hangUp(handshake), null)));
    socket.handler(buffer -> {
      if (handshake != null && handshake.state() == Handshake.State.WAITING) {
        shake(handshake, buffer, socket, endpoint, promise);
        return;
      }
      heard.appendBuffer(buffer);
      if (isEnough(heard)) {
        promise.tryComplete(judge(endpoint, heard));
      }
    });
    promise.future().onComplete(done -> {
      vertx.cancelTimer(timer);
      if (handshake != null) {
        handshake.close();
      }
      socket.close();
    });
    socket.write(handshake == null ? Buffer.buffer(GREETING) : Buffer.buffer(handshake.begin()));
  }

  private static void shake(
      Handshake handshake, Buffer buffer, NetSocket socket, Endpoint endpoint, Promise<Answer> promise) {
    byte[] answer = handshake.receive(ByteBuffer.wrap(buffer.getBytes()));
    if (handshake.state() == Handshake.State.REFUSED) {
      promise.tryComplete(refusal(endpoint, handshake, buffer));
    } else if (handshake.state() == Handshake.State.ACCEPTED) {
      socket.write(GREETING);
    } else if (answer.length > 0) {
      socket.write(Buffer.buffer(answer));
    }
  }

  private static Answer refusal(Endpoint endpoint, Handshake handshake, Buffer heard) {
    return switch (handshake.refusal()) {
      case WRONG_COOKIE -> new Answer(Kind.COOKIE_REFUSED, endpoint, handshake.isRefusedByPeer()
          ? "it refuses this node's cookie" : "it does not have the cookie that it says it has", null);
      case ITSELF -> new Answer(Kind.STRANGER, endpoint, "it is this node itself, or repeats what this node says", null);
      default -> stranger(endpoint, heard);
    };
  }

  private static String hangUp(Handshake handshake) {
    return handshake == null ? "it accepts connections but hangs up at once"
        : "it accepts connections but hangs up on the cookie handshake: it has no cookie, or is busy";
  }

  /** Whether it can be told what was heard: a greeting, or a refusal of one. */
  private static boolean isEnough(Buffer heard) {
    if (heard.length() < GREETING.length()) {
      return false;
    }
    String begin = heard.getString(0, GREETING.length(), StandardCharsets.ISO_8859_1.name());
    if (begin.equals("BNX")) {
      return heard.length() >= Handshake.refusalLength();
    }
    return !WaitingRoom.GREETING.startsWith(begin) || heard.length() > LONGEST_LINE
        || heard.getByte(heard.length() - 1) == '\n';
  }

  private Answer judge(Endpoint endpoint, Buffer heard) {
    Handshake.Refusal refusal = Handshake.refusalIn(heard.getBytes());
    if (refusal == Handshake.Refusal.NO_COOKIE) {
      return new Answer(Kind.COOKIE_NEEDED, endpoint, "it asks for a cookie, and none is configured", null);
    }
    String line = heard.getString(0, Math.min(heard.length(), LONGEST_LINE), StandardCharsets.ISO_8859_1.name());
    if (line.startsWith(waiting)) {
      return new Answer(Kind.WAITING, endpoint, "it waits to join or form a cluster (bootstrap)", null,
          line.substring(waiting.length()).strip());
    }
    if (line.startsWith(WaitingRoom.GREETING)) {
      return new Answer(Kind.STRANGER, endpoint, "it waits for another cluster: its cluster.name differs", null);
    }
    return line.startsWith(GREETING)
        ? new Answer(Kind.MEMBER, endpoint, "it greets as a member", null)
        : stranger(endpoint, heard);
  }

  private static Answer stranger(Endpoint endpoint, Buffer heard) {
    if (heard.length() >= GREETING.length() && WaitingRoom.GREETING.startsWith(
        heard.getString(0, GREETING.length(), StandardCharsets.ISO_8859_1.name()))) {
      return new Answer(Kind.STRANGER, endpoint, "it waits for a cluster without a cookie", null);
    }
    String text = heard.getString(0, Math.min(heard.length(), 20), StandardCharsets.ISO_8859_1.name());
    return new Answer(Kind.STRANGER, endpoint,
        "it says \"" + text.replaceAll("\\p{Cntrl}", ".") + "\", which is no Hazelcast member's greeting", null);
  }

  void close() {
    client.close();
  }
}
