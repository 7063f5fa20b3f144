package io.barnacle.strategy.epmd;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.BindException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A port mapper that speaks epmd's protocol, for machines where no epmd listens. It is reachable by this machine only,
 * and bounded: registrations, connections that have not registered, the bytes of a request, and the time that a connection
 * may take to ask. Where there are too many connections that have not registered, the oldest makes room for the newest:
 * who asks at once is answered, however many others open connections and say nothing. KILL, STOP and DUMP are not served.
 * Erlang's own {@code epmd -names} and nodes can use it. Used on one context.
 */
final class PortMapper {

  /** Where it listens, and where this machine's epmd is asked. */
  static final String LOOPBACK = "127.0.0.1";

  private static final String LOOPBACK_6 = "::1";
  private static final System.Logger LOG = System.getLogger(PortMapper.class.getName());

  private final Vertx vertx;
  private final int port;
  private final Limits limits;
  /**
   * Ports that a mapper of this Vert.x has or is about to open: two servers of one Vert.x on one port would not exclude
   * each other but share the connections, and so split the names.
   */
  private final Map<Integer, Boolean> claimed;
  private final Map<String, Registered> names = new LinkedHashMap<>();
  /** Those that have not registered, the oldest first. */
  private final Set<Connection> unregistered = new LinkedHashSet<>();
  private int creation = (int) (System.nanoTime() & 0xffff);
  private NetServer server;
  private NetServer server6;
  private boolean closed;

  /**
   * What a mapper allows.
   *
   * @param registrations at the same time; more are refused
   * @param unregistered connections at the same time that have not registered; for one more the oldest is closed
   * @param request the time from the connection to the end of its question and answer
   */
  record Limits(int registrations, int unregistered, Duration request) {
    static final Limits DEFAULT = new Limits(1024, 256, Duration.ofSeconds(5));
  }

  private record Registered(Entry entry, NetSocket socket) {
  }

  PortMapper(Vertx vertx, int port) {
    this(vertx, port, Limits.DEFAULT);
  }

  PortMapper(Vertx vertx, int port, Limits limits) {
    this.vertx = vertx;
    this.port = port;
    this.limits = limits;
    this.claimed = vertx.sharedData().getLocalMap(PortMapper.class.getName());
  }

  /** Listens, once; fails with {@link BindException} where somebody else does. */
  Future<Void> open() {
    if (claimed.putIfAbsent(port, true) != null) {
      return Future.failedFuture(new BindException("another port mapper of this Vert.x has port " + port));
    }
    NetServer four = listener();
    return four.listen(port, LOOPBACK).transform(bound -> {
      if (bound.failed() || closed) {
        claimed.remove(port);
        return four.close().transform(done -> bound.failed() ? Future.failedFuture(bound.cause()) : closedEarly());
      }
      server = four;
      LOG.log(System.Logger.Level.DEBUG, "port mapper opened at {0}:{1,number,#}", LOOPBACK, port);
      return openSix();
    });
  }

  /** Stops listening and closes every connection, so that those who registered look for another mapper. Idempotent. */
  Future<Void> close() {
    closed = true;
    NetServer four = server;
    NetServer six = server6;
    server = null;
    server6 = null;
    if (four == null) {
      return Future.succeededFuture();
    }
    return (six == null ? Future.<Void>succeededFuture() : six.close())
        .eventually(four::close)
        .onComplete(done -> claimed.remove(port));
  }

  /** IPv6 is for Erlang's tools that try it first; what we need works without. */
  private Future<Void> openSix() {
    NetServer six = listener();
    return six.listen(port, LOOPBACK_6).transform(bound -> {
      if (closed) {
        return six.close().transform(done -> closedEarly());
      }
      if (bound.succeeded()) {
        server6 = six;
      } else {
        LOG.log(System.Logger.Level.DEBUG, "port mapper without IPv6: {0}", bound.cause().getMessage());
      }
      return Future.succeededFuture();
    });
  }

  private static Future<Void> closedEarly() {
    return Future.failedFuture(new BindException("the port mapper was closed while it was opened"));
  }

  private NetServer listener() {
    return vertx.createNetServer(new NetServerOptions().setTcpNoDelay(true)).connectHandler(this::accept);
  }

  private void accept(NetSocket socket) {
    if (unregistered.size() >= limits.unregistered) {
      unregistered.iterator().next().drop();
    }
    new Connection(socket).begin();
  }

  /** One request, and the registration that it may be. */
  private final class Connection implements Requests.Receiver {

    private final NetSocket socket;
    private final Buffer received = Buffer.buffer();
    private boolean asked;
    private long deadline;

    Connection(NetSocket socket) {
      this.socket = socket;
    }

    void begin() {
      unregistered.add(this);
      deadline = vertx.setTimer(limits.request.toMillis(), id -> socket.close());
      socket.exceptionHandler(e -> { });
      socket.closeHandler(v -> end());
      socket.handler(this::receive);
    }

    /** Its place is free at once, whenever the socket is really closed. */
    void drop() {
      asked = true;
      unregistered.remove(this);
      socket.close();
    }

    private void receive(Buffer bytes) {
      if (asked) {
        return;
      }
      try {
        asked = Requests.read(received.appendBuffer(bytes), this);
      } catch (Requests.Malformed e) {
        asked = true;
        LOG.log(System.Logger.Level.DEBUG, "port mapper closes a connection: {0}", e.getMessage());
        socket.close();
      }
    }

    @Override
    public void alive(Entry entry) {
      boolean accepted = names.size() < limits.registrations && isAcceptable(entry)
          && names.putIfAbsent(entry.name(), new Registered(entry, socket)) == null;
      if (accepted) {
        unregistered.remove(this);
        vertx.cancelTimer(deadline);
        socket.write(Replies.alive(entry, true, nextCreation()));
      } else {
        socket.end(Replies.alive(entry, false, 0));
      }
    }

    @Override
    public void portPlease(String name) {
      socket.end(Replies.port(Optional.ofNullable(names.get(name)).map(Registered::entry)));
    }

    @Override
    public void names() {
      socket.end(Replies.names(port, names.values().stream().map(Registered::entry)::iterator));
    }

    private void end() {
      unregistered.remove(this);
      vertx.cancelTimer(deadline);
      names.values().removeIf(registered -> registered.socket == socket);
    }
  }

  /** A name with a line break could pretend to be two in the list of names. */
  private static boolean isAcceptable(Entry entry) {
    return entry.port() > 0
        && Text.encode(entry.name()).length() <= Requests.MAX_NAME
        && entry.name().chars().noneMatch(c -> Character.isISOControl(c) || Character.isWhitespace(c));
  }

  /** 1 to 3, all that the older form of the answer can say. */
  private int nextCreation() {
    creation = creation % 3 + 1;
    return creation;
  }
}
