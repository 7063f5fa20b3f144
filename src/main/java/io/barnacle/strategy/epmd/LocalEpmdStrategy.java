package io.barnacle.strategy.epmd;

import io.barnacle.internal.Timers;
import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Nodes of one machine that find each other through its epmd; see {@link LocalEpmdOptions}. */
final class LocalEpmdStrategy implements Strategy {

  /** Questions to epmd at the same time. */
  private static final int PARALLEL = 16;
  /** How long closing waits for discoveries under way, which end in milliseconds unless epmd hangs. */
  private static final long LAST_LOOK_MS = 500;

  private final Vertx vertx;
  private final int port;
  private final EpmdClient client;
  private String cluster;
  private Registration registration;
  private final Set<Future<?>> looking = new HashSet<>();
  private boolean closed;

  LocalEpmdStrategy(Vertx vertx, int port, Duration timeout) {
    this.vertx = vertx;
    this.port = port;
    this.client = new EpmdClient(vertx, timeout);
  }

  @Override
  public Future<Void> start(LocalNode self) {
    if (closed || registration != null) {
      return Future.failedFuture(new StrategyException("local_epmd is started once"));
    }
    if (!self.node().hasPort()) {
      return Future.failedFuture(new StrategyException("local_epmd publishes the member port of " + self.node()
          + ", which is not known yet"));
    }
    try {
      cluster = self.clusterName();
      registration = new Registration(Timers.of(vertx), client, port, Registration.entryOf(self),
          Optional.of(new PortMapper(vertx, port)));
    } catch (StrategyException e) {
      return Future.failedFuture(e);
    }
    return registration.ensure();
  }

  /** Waits for a registration under way first: that may be what opens the port mapper. */
  @Override
  public Future<Set<Node>> discoverNodes() {
    if (closed || registration == null) {
      return Future.failedFuture(new StrategyException("local_epmd is " + (closed ? "closed" : "not started")));
    }
    Future<Set<Node>> found = registration.keep()
        .transform(registered -> look())
        .recover(failure -> isEnded(failure) && !closed
            ? registration.renew().transform(registered -> look())
            : Future.failedFuture(failure));
    looking.add(found);
    return found.onComplete(done -> looking.remove(found));
  }

  /** epmd's process may end in the middle of a question; then the next one has the answer. */
  private static boolean isEnded(Throwable failure) {
    return failure instanceof EpmdException.BrokeOff || failure instanceof EpmdException.NotListening;
  }

  /** Lets discoveries under way end first: the port mapper that they ask may be the one that is closed here. */
  @Override
  public Future<Void> close() {
    closed = true;
    return Future.join(List.copyOf(looking)).timeout(LAST_LOOK_MS, TimeUnit.MILLISECONDS)
        .transform(looked -> registration == null ? Future.<Void>succeededFuture() : registration.close())
        .eventually(client::close);
  }

  private Future<Set<Node>> look() {
    return client.names(PortMapper.LOOPBACK, port).compose(this::ask);
  }

  private Future<Set<Node>> ask(List<String> names) {
    Queue<String> left = new ArrayDeque<>(names);
    Set<Node> peers = new HashSet<>();
    List<Future<Void>> askers = new ArrayList<>();
    for (int i = 0; i < Math.min(PARALLEL, names.size()); i++) {
      askers.add(askNext(left, peers));
    }
    return Future.all(askers).map(peers);
  }

  private Future<Void> askNext(Queue<String> left, Set<Node> peers) {
    String name = closed ? null : left.poll();
    if (name == null) {
      return Future.succeededFuture();
    }
    return client.find(PortMapper.LOOPBACK, port, name)
        .onFailure(e -> left.clear())
        .compose(found -> {
          found.flatMap(this::peer).ifPresent(peers::add);
          return askNext(left, peers);
        });
  }

  /** The node of an entry, if it is one of ours and of our cluster. */
  private Optional<Node> peer(Entry entry) {
    try {
      return Identity.of(entry.extra())
          .filter(identity -> identity.cluster().equals(cluster) && entry.port() > 0)
          .map(identity -> Node.of(entry.name(), identity.host(), entry.port()));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a name or host that no Barnacle has
    }
  }
}
