package io.barnacle.cluster.hazelcast;

import io.barnacle.node.Endpoint;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;

/**
 * Connects to a port on a network that may come back at any moment. The kernel sends the first packet of a connection again
 * after a second, then after two more, then four (RFC 6298): who is knocking when the network heals waits for that. So a fresh
 * attempt begins each {@value #AGAIN_MS} ms beside those that wait, and the first that connects is taken. An attempt that is
 * refused ends all: somebody was there to refuse it.
 *
 * <p>Thread-safe.
 */
final class Knock {

  static final long AGAIN_MS = 300;
  /** How long a later attempt waits; the first one waits until the end, which is what a slow network needs. */
  private static final long LATER_MS = 900;

  private final ContextInternal context;
  private final NetClient client;
  private final SocketAddress address;
  private final long startNanos = System.nanoTime();
  private final long timeoutMs;
  private final Promise<NetSocket> promise;
  private boolean done;

  private Knock(Vertx vertx, NetClient client, Endpoint endpoint, long timeoutMs) {
    this.context = ((VertxInternal) vertx).getOrCreateContext();
    this.promise = context.promise();
    this.client = client;
    this.address = SocketAddress.inetSocketAddress(endpoint.port(), endpoint.host());
    this.timeoutMs = timeoutMs;
  }

  /**
   * Connects to an IP literal.
   *
   * @return the connection, on the context of the caller, which is that of the connection; fails with what the network said,
   *     within the timeout
   */
  static Future<NetSocket> at(Vertx vertx, NetClient client, Endpoint endpoint, long timeoutMs) {
    Knock knock = new Knock(vertx, client, endpoint, timeoutMs);
    knock.context.runOnContext(v -> knock.attempt(timeoutMs, true));
    return knock.promise.future();
  }

  private void attempt(long attemptMs, boolean first) {
    client.connect(new ConnectOptions().setRemoteAddress(address).setTimeout((int) attemptMs)).onComplete(
        this::connected, cause -> failed(cause, first));
    long leftMs = timeoutMs - (System.nanoTime() - startNanos) / 1_000_000 - AGAIN_MS;
    if (leftMs > 0) {
      context.setTimer(AGAIN_MS, id -> {
        if (!isDone()) {
          attempt(Math.min(leftMs, LATER_MS), false);
        }
      });
    }
  }

  private synchronized boolean isDone() {
    return done;
  }

  private synchronized boolean end() {
    boolean ended = !done;
    done = true;
    return ended;
  }

  private void connected(NetSocket socket) {
    if (end()) {
      promise.complete(socket);
    } else {
      socket.close();
    }
  }

  /** A later attempt that times out says nothing: there are others. */
  private void failed(Throwable cause, boolean first) {
    boolean timedOut = cause instanceof ConnectTimeoutException;
    if ((first || !timedOut) && end()) {
      promise.fail(cause);
    }
  }
}
