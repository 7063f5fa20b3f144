package io.barnacle;

import io.barnacle.canary.EventBusCanary;
import io.barnacle.cluster.Connector;
import io.barnacle.cluster.DrainResult;
import io.barnacle.cluster.hazelcast.BarnacleClusterManager;
import io.barnacle.control.ControlEndpoint;
import io.barnacle.event.EventPublisher;
import io.barnacle.internal.Timers;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.barnacle.reconcile.RefreshLoop;
import io.barnacle.reconcile.RefreshResult;
import io.barnacle.strategy.StrategyOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.Optional;

/** Everything that one deployed barnacle consists of, put together and taken apart; lives on one event-loop context. */
final class BarnacleRuntime implements ControlEndpoint.Commands {

  private final Vertx vertx;
  private final BarnacleOptions options;
  private final BarnacleClusterManager manager;
  private final StrategyLease lease;
  private final RefreshLoop loop;
  private final Runnable onShutdown;
  private final EventPublisher events;
  private ControlEndpoint endpoint;
  private EventBusCanary canary;

  private BarnacleRuntime(Vertx vertx, Context context, BarnacleOptions options, BarnacleClusterManager manager,
      StrategyLease lease, Runnable onShutdown) {
    this.vertx = vertx;
    this.options = options;
    this.manager = manager;
    this.lease = lease;
    this.onShutdown = onShutdown;
    this.events = new EventPublisher(vertx, context, options.getEvents(), options.getListener());
    this.loop = new RefreshLoop(settings(options, manager), lease.strategy(), connectorOf(manager), Timers.of(vertx),
        task -> context.runOnContext(v -> task.run()), events::publish);
  }

  /**
   * Starts on the calling event-loop context.
   *
   * @param onShutdown is run when the barnacle was told to shut down
   * @param stopping completes, on that context, when the start is to be given up; it fails then, and leaves nothing behind
   */
  static Future<BarnacleRuntime> start(
      Vertx vertx, Context context, BarnacleOptions options, Runnable onShutdown, Future<Void> stopping) {
    BarnacleClusterManager manager = managerOf(vertx);
    return leaseOf(vertx, manager, options, stopping).compose(lease -> {
      BarnacleRuntime runtime;
      try {
        runtime = new BarnacleRuntime(vertx, context, options, manager, lease, onShutdown);
      } catch (RuntimeException e) {
        return lease.release().get().transform(released -> Future.failedFuture(e));
      }
      Node self = settings(options, manager).self().orElseGet(() -> manager == null ? null : selfOf(manager));
      return ControlEndpoint.open(vertx, options.getControl(), options.getName(), self, runtime)
          .compose(opened -> {
            if (stopping.isComplete()) {
              return opened.close().transform(closed -> Future.failedFuture(new IllegalStateException(StrategyLease.STOPPED)));
            }
            runtime.endpoint = opened;
            if (manager != null) {
              runtime.canary = EventBusCanary.start(
                  vertx, context, manager, manager::eventBusOf, manager.connector(), options.getName(), runtime.events::publish);
            }
            runtime.loop.start();
            return Future.succeededFuture(runtime);
          })
          .recover(cause -> lease.release().get().transform(released -> Future.failedFuture(cause)));
    });
  }

  /** One refresh with the same parts, without loop, events and commands; on the calling event-loop context. */
  static Future<RefreshResult> runOnce(Vertx vertx, Context context, BarnacleOptions options) {
    BarnacleClusterManager manager = managerOf(vertx);
    return leaseOf(vertx, manager, options, Promise.<Void>promise().future()).compose(lease -> {
      Future<RefreshResult> once;
      try {
        once = RefreshLoop.once(settings(options, manager), lease.strategy(), connectorOf(manager), Timers.of(vertx),
            task -> context.runOnContext(v -> task.run()));
      } catch (RuntimeException e) {
        once = Future.failedFuture(e);
      }
      return once.eventually(lease.release());
    });
  }

  /** The cluster manager of a Vert.x if it is Barnacle's, else null. */
  static BarnacleClusterManager managerOf(Vertx vertx) {
    return ((VertxInternal) vertx).clusterManager() instanceof BarnacleClusterManager manager ? manager : null;
  }

  /** Ends everything that this started. Idempotent. */
  Future<Void> close() {
    loop.shutdown();
    if (canary != null) {
      canary.close();
    }
    return endpoint.close().eventually(lease.release());
  }

  @Override
  public Future<RefreshResult> refresh() {
    return loop.refresh();
  }

  @Override
  public Future<RefreshResult> release() {
    return loop.release();
  }

  @Override
  public JsonObject pause() {
    loop.pause();
    return new JsonObject().put("mode", "paused");
  }

  @Override
  public void shutdown() {
    loop.shutdown();
    onShutdown.run();
  }

  @Override
  public Future<DrainResult> drain(String asker) {
    return manager == null ? notClustered() : manager.drain(asker);
  }

  @Override
  public Future<JsonObject> registry(String after, int limit) {
    return manager == null ? notClustered() : vertx.executeBlocking(() ->
        manager.registryAddresses(after, limit).put("v", 1).put("registry", manager.describeRegistry()), false);
  }

  private static <T> Future<T> notClustered() {
    return Future.failedFuture(new UnsupportedOperationException("this Vert.x was not clustered by Barnacle's cluster manager,"
        + " which can do that: use Barnacle.clusteredVertx or Barnacle.clusterManager"));
  }

  @Override
  public void leave() {
    vertx.close(); // which drains once more: that is, until the answer is on its way
  }

  @Override
  public JsonObject status() {
    JsonObject status = loop.status()
        .put("v", 1)
        .put("strategy", options.getStrategy().toJson())
        .put("pollIntervalMs", options.getPollInterval().toMillis())
        .put("cluster", options.getCluster().getName());
    if (options.getName() != null) {
      status.put("name", options.getName());
    }
    if (manager == null) {
      settings(options, null).self().ifPresent(self -> status.put("node", self.toString()));
      return status;
    }
    Connector connector = manager.connector();
    JsonArray members = new JsonArray();
    connector.members().stream().sorted(Comparator.comparing(Member::node)).forEach(member -> members.add(json(member)));
    if (canary != null) {
      status.put("eventBus", canary.status());
    }
    return status
        .put("node", connector.self().node().toString())
        .put("nodeId", connector.self().nodeId())
        .put("members", members)
        .put("refusals", connector.refusals())
        .put("registry", manager.describeRegistry());
  }

  private static JsonObject json(Member member) {
    JsonArray endpoints = new JsonArray();
    member.endpoints().stream().sorted().forEach(endpoint -> endpoints.add(endpoint.toString()));
    return new JsonObject()
        .put("node", member.node().toString())
        .put("nodeId", member.nodeId())
        .put("endpoints", endpoints);
  }

  private static Future<StrategyLease> leaseOf(
      Vertx vertx, BarnacleClusterManager manager, BarnacleOptions options, Future<Void> stopping) {
    if (options.getStrategy() == null) {
      return Future.failedFuture(new IllegalArgumentException("strategy: is missing; set one of BarnacleOptions"));
    }
    Node self = manager == null ? configuredSelf(options) : selfOf(manager);
    return StrategyLease.take(vertx, manager, options, self, stopping);
  }

  private static RefreshLoop.Settings settings(BarnacleOptions options, BarnacleClusterManager manager) {
    boolean known = manager == null && options.getNode().getHost() != null;
    return new RefreshLoop.Settings(options.getName(), options.getStrategy().type(), options.getPollInterval(),
        options.getRefreshTimeout(), options.getRemoval(), known ? Optional.of(configuredSelf(options)) : Optional.empty());
  }

  private static Node configuredSelf(BarnacleOptions options) {
    NodeOptions node = options.getNode();
    StrategyOptions strategy = options.getStrategy();
    String host = node.getHost() != null ? node.getHost()
        : strategy.defaultHost() != null ? strategy.defaultHost() : "127.0.0.1";
    String name = node.getName() != null ? node.getName() : strategy.defaultName();
    int port = node.getPort() != null ? node.getPort() : strategy.defaultPort();
    return new Node(name, new Endpoint(host, port));
  }

  private static Node selfOf(BarnacleClusterManager manager) {
    return manager.connector().self().node();
  }

  private static Connector connectorOf(BarnacleClusterManager manager) {
    return manager == null ? null : manager.connector();
  }
}
