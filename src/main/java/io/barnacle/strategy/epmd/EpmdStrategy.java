package io.barnacle.strategy.epmd;

import io.barnacle.internal.Timers;
import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A known list of nodes, some of whose ports epmds know; see {@link EpmdOptions}. */
final class EpmdStrategy implements Strategy {

  private static final System.Logger LOG = System.getLogger(EpmdStrategy.class.getName());

  private final Vertx vertx;
  private final int epmdPort;
  private final List<Node> nodes;
  private final int defaultPort;
  private final EpmdClient client;
  private Registration registration;
  private boolean closed;

  EpmdStrategy(Vertx vertx, int epmdPort, EpmdOptions options) {
    this.vertx = vertx;
    this.epmdPort = epmdPort;
    this.nodes = options.getNodes();
    this.defaultPort = options.getDefaultPort();
    this.client = new EpmdClient(vertx, options.getTimeout());
  }

  /**
   * Registers at this machine's epmd if there is one, so that those who list this node without a port find it; never
   * fails for that.
   */
  @Override
  public Future<Void> start(LocalNode self) {
    if (closed || registration != null) {
      return Future.failedFuture(new StrategyException("epmd is started once"));
    }
    if (!self.node().hasPort()) {
      return Future.succeededFuture();
    }
    try {
      registration = new Registration(Timers.of(vertx), client, epmdPort, Registration.entryOf(self), Optional.empty());
    } catch (StrategyException e) {
      LOG.log(System.Logger.Level.DEBUG, "not registered at this machine''s epmd: {0}", e.getMessage());
      return Future.succeededFuture();
    }
    return register();
  }

  @Override
  public Future<Set<Node>> discoverNodes() {
    if (closed) {
      return Future.failedFuture(new StrategyException("epmd is closed"));
    }
    if (registration != null) {
      register();
    }
    List<Future<Optional<Node>>> found = nodes.stream().map(this::find).collect(Collectors.toList());
    return Future.all(found).map(all -> {
      Set<Node> there = new HashSet<>();
      found.forEach(each -> each.result().ifPresent(there::add));
      return there;
    });
  }

  @Override
  public Future<Void> close() {
    closed = true;
    return (registration == null ? Future.<Void>succeededFuture() : registration.close())
        .eventually(client::close);
  }

  private Future<Void> register() {
    return registration.ensure().otherwise(failure -> {
      LOG.log(System.Logger.Level.DEBUG, "not registered at this machine''s epmd: {0}", failure.getMessage());
      return null;
    });
  }

  /** Never fails: where no epmd answers, the node may be there all the same, at the default port. */
  private Future<Optional<Node>> find(Node node) {
    if (node.hasPort()) {
      return Future.succeededFuture(Optional.of(node));
    }
    return client.find(node.host(), epmdPort, node.basename()).transform(asked -> {
      if (asked.failed()) {
        LOG.log(System.Logger.Level.DEBUG, "{0} is looked for at the default port: {1}", node,
            asked.cause().getMessage());
        return Future.succeededFuture(Optional.of(node.withPort(defaultPort)));
      }
      return Future.succeededFuture(asked.result()
          .filter(entry -> Identity.of(entry.extra()).isPresent() && entry.port() > 0)
          .map(entry -> node.withPort(entry.port())));
    });
  }
}
