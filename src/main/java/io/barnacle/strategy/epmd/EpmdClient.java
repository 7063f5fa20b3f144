package io.barnacle.strategy.epmd;

import io.barnacle.strategy.epmd.EpmdException.BrokeOff;
import io.barnacle.strategy.epmd.EpmdException.NotEpmd;
import io.barnacle.strategy.epmd.EpmdException.NotListening;
import io.barnacle.strategy.epmd.EpmdException.Silent;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * Asks epmds: one connection for each question, each under one deadline that covers connecting and the whole answer,
 * and each answer bounded in size. Failures are {@link EpmdException}s. Used on one context.
 */
final class EpmdClient {

  private static final int MAX_ALIVE = 64;
  private static final int MAX_PORT = 4 * 1024;
  private static final int MAX_NAMES = 1024 * 1024;

  private final Vertx vertx;
  private final NetClient client;
  private final Duration timeout;

  EpmdClient(Vertx vertx, Duration timeout) {
    this.vertx = vertx;
    this.timeout = timeout;
    this.client = vertx.createNetClient(new NetClientOptions()
        .setConnectTimeout((int) timeout.toMillis()).setTcpNoDelay(true));
  }

  /** All names that an epmd knows. */
  Future<List<String>> names(String host, int port) {
    return new Question<>(host, port, Replies::readNames, MAX_NAMES).ask(Requests.names())
        .map(answer -> answer.closed().value);
  }

  /** What an epmd knows of a name; empty if it does not know it. */
  Future<Optional<Entry>> find(String host, int port, String name) {
    return new Question<>(host, port, Replies::readPort, MAX_PORT).ask(Requests.portPlease(name))
        .map(answer -> answer.closed().value);
  }

  /**
   * Registers; the entry stays for as long as the connection does.
   *
   * @return the connection, or empty if epmd refuses the entry, as it does with a name that is taken
   */
  Future<Optional<NetSocket>> register(String host, int port, Entry entry) {
    return new Question<>(host, port, Replies::readAlive, MAX_ALIVE).ask(Requests.alive(entry))
        .map(answer -> {
          if (!answer.value) {
            answer.socket.close();
          }
          return answer.value ? Optional.of(answer.socket) : Optional.empty();
        });
  }

  /** Whether a port refuses connections: nobody is there. A port that is silent does not refuse. */
  Future<Boolean> refuses(String host, int port) {
    return connect(host, port).transform(connected -> {
      if (connected.succeeded()) {
        connected.result().close();
      }
      return Future.succeededFuture(connected.cause() instanceof ConnectException
          && !(connected.cause() instanceof ConnectTimeoutException));
    });
  }

  /** Closes the client and every connection that it opened, registrations too. */
  Future<Void> close() {
    return client.close();
  }

  private Future<NetSocket> connect(String host, int port) {
    try {
      return client.connect(port, host);
    } catch (IllegalStateException closed) {
      return Future.failedFuture(closed);
    }
  }

  /** A whole answer and the connection that it came by. */
  private record Answer<T>(T value, NetSocket socket) {

    Answer<T> closed() {
      socket.close();
      return this;
    }
  }

  private final class Question<T> {

    private final String host;
    private final int port;
    private final Replies.Reader<T> reader;
    private final int maxBytes;
    private final Buffer received = Buffer.buffer();
    private final Promise<Answer<T>> promise = Promise.promise();
    private boolean connected;

    Question(String host, int port, Replies.Reader<T> reader, int maxBytes) {
      this.host = host;
      this.port = port;
      this.reader = reader;
      this.maxBytes = maxBytes;
    }

    Future<Answer<T>> ask(Buffer request) {
      connect(host, port).onComplete(connection -> {
        if (connection.failed()) {
          promise.tryFail(new NotListening(host, port, connection.cause()));
        } else if (promise.future().isComplete()) {
          connection.result().close();
        } else {
          talk(connection.result(), request);
        }
      });
      long deadline = vertx.setTimer(timeout.toMillis(), id -> promise.tryFail(overdue()));
      return promise.future().onComplete(done -> vertx.cancelTimer(deadline));
    }

    private EpmdException overdue() {
      return connected
          ? new Silent(host, port, timeout.toMillis(), received.length())
          : new NotListening(host, port, new TimeoutException("no connection within " + timeout.toMillis() + " ms"));
    }

    private void talk(NetSocket socket, Buffer request) {
      connected = true;
      socket.handler(bytes -> {
        if (!promise.future().isComplete()) {
          received.appendBuffer(bytes);
          read(socket, false);
        }
      });
      socket.exceptionHandler(e -> { });
      socket.closeHandler(v -> read(socket, true));
      promise.future().onFailure(e -> socket.close());
      socket.write(request);
    }

    private void read(NetSocket socket, boolean ended) {
      if (promise.future().isComplete()) {
        return;
      }
      try {
        if (received.length() > maxBytes) {
          throw new Replies.Malformed("its answer is longer than " + maxBytes + " bytes");
        }
        reader.read(received, ended).ifPresent(value -> promise.tryComplete(new Answer<>(value, socket)));
        if (ended) {
          promise.tryFail(new BrokeOff(host, port, received.length()));
        }
      } catch (Replies.Malformed e) {
        promise.tryFail(new NotEpmd(host, port, e.getMessage()));
      }
    }
  }
}
