package io.barnacle.cluster.hazelcast;

import com.hazelcast.config.Config;
import io.barnacle.cluster.ClusterException;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.net.BindException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One stay of a node in its cluster, from join to leave, and everything that lives as long: the strategy, the engine, the
 * connector, the threads.
 */
final class Participation {

  private static final System.Logger LOG = System.getLogger(Participation.class.getName());

  /** How often a free port is chosen anew when somebody else was faster. */
  private static final int PORT_ATTEMPTS = 5;
  private static final Duration PEER_PROBE = Duration.ofMillis(1_500);
  /** Once one peer has answered the join does not wait much longer for slower ones. */
  private static final long SLOWER_PEERS_MS = 200;
  private static final Duration GOODBYE = Duration.ofSeconds(1);
  private static final Duration STRATEGY_CLOSE = Duration.ofSeconds(5);

  private final VertxInternal vertx;
  private final Setup setup;
  private final ContextInternal context;
  private final Workers workers = new Workers();
  private final PeerFeed feed = new PeerFeed(Participation::nowMs);
  private final Resolver resolver;
  private final MemberProbe prober;
  private final Membership membership;
  private final MergeDriver driver;
  private final String nodeId = UUID.randomUUID().toString();

  private volatile MemberAddress address;
  private volatile Strategy strategy;
  private volatile HazelcastConnector connector;
  private volatile Engine engine;
  private volatile HazelcastClusterManager structures;
  private volatile Bulletin bulletin;

  Participation(VertxInternal vertx, Setup setup) {
    this.vertx = vertx;
    this.setup = setup;
    this.context = vertx.createEventLoopContext();
    this.resolver = new Resolver(vertx);
    this.prober = new MemberProbe(vertx);
    this.membership = new Membership(task -> context.runOnContext(v -> task.run()));
    this.driver = new MergeDriver(context, workers, membership, feed, Participation::nowMs);
  }

  Setup setup() {
    return setup;
  }

  String nodeId() {
    return nodeId;
  }

  HazelcastConnector connector() {
    return connector;
  }

  /** The strategy, to be called from anywhere. */
  Strategy strategy() {
    return new SharedStrategy(strategy, context);
  }

  /** vertx-hazelcast's manager on this engine, for everything that is not Barnacle's own. */
  HazelcastClusterManager structures() {
    return structures;
  }

  Workers workers() {
    return workers;
  }

  /** The host on which the node listens for members, and so for the event bus. */
  String host() {
    return address.host();
  }

  /** The host that the Hazelcast configuration says others shall use, or null. */
  String publicHost() {
    String configured = engine.instance().getConfig().getNetworkConfig().getPublicAddress();
    return configured == null ? null : MemberAttributes.endpointOf(
        engine.instance().getCluster().getLocalMember().getAddress()).host();
  }

  boolean isActive() {
    Engine current = engine;
    return structures != null && structures.isActive() && current != null && current.isRunning();
  }

  /** Joins; a failure leaves nothing behind. */
  Future<Void> join(RegistrationListener registrations, Supplier<NodeListener> nodes) {
    String host = setup.node().getHost() == null ? setup.strategy().defaultHost() : setup.node().getHost();
    return onContext(() -> new HostChoice(resolver).choose(host))
        .compose(chosen -> {
          address = chosen;
          return enter(PORT_ATTEMPTS);
        })
        .compose(v -> joinStructures(registrations, nodes))
        .recover(e -> leave().transform(left -> Future.failedFuture(e)));
  }

  /** Leaves, closing all that was opened; never fails, and does as much as there is to do. */
  Future<Void> leave() {
    Bulletin lastWord = bulletin;
    Future<Void> goodbye = lastWord == null
        ? Future.succeededFuture()
        : lastWord.sayGoodbye(nodeId).timeout(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    return goodbye
        .transform(v -> closeStrategy())
        .transform(v -> leaveStructures())
        .transform(v -> onContext(() -> {
          driver.stop();
          membership.stop();
          return Future.succeededFuture();
        }))
        .transform(v -> workers.call(() -> {
          if (engine != null) {
            engine.stop();
          }
          return null;
        }))
        .transform(stopped -> {
          if (stopped.failed()) {
            LOG.log(System.Logger.Level.WARNING, "The cluster engine did not end in peace", stopped.cause());
          }
          prober.close();
          workers.close();
          return Future.succeededFuture();
        });
  }

  private Future<Void> enter(int attempts) {
    return workers.call(this::choosePort)
        .compose(port -> onContext(() -> startStrategy(port)).compose(node -> onContext(this::findPeers)
            .compose(peers -> startEngine(node, peers))))
        .recover(e -> {
          if (!isTaken(e)) {
            return Future.failedFuture(e);
          }
          if (wantedPort() != 0 || attempts <= 1) {
            return Future.failedFuture(new ClusterException.EngineFailed("node.port: port " + wantedPort() + " on "
                + (address.bindAny() ? "this machine" : address.host()) + " is taken: another process listens there."
                + " End it, choose another port, or 0 for any free one", e));
          }
          return closeStrategy().transform(v -> enter(attempts - 1));
        });
  }

  private int wantedPort() {
    return setup.node().getPort() == null ? setup.strategy().defaultPort() : setup.node().getPort();
  }

  private int choosePort() throws java.io.IOException {
    return address.tryPort(wantedPort());
  }

  private Future<Node> startStrategy(int port) {
    String name = setup.node().getName() == null ? setup.strategy().defaultName() : setup.node().getName();
    Node node = new Node(name, new Endpoint(address.host(), port));
    Set<Endpoint> own = new HashSet<>(address.ownEndpoints(port));
    Identity identity = new Identity(new Member(nodeId, node, address.endpoints(port)), own);
    connector = new HazelcastConnector(new HazelcastConnector.Parts(
        context, membership, resolver, prober, driver, setup.cluster().getName()), identity, defaultMemberPort());
    strategy = setup.strategy().create(vertx);
    long timeoutMs = setup.discoveryTimeout().toMillis();
    return SharedStrategy.guarded(() -> strategy.start(new LocalNode(node, setup.cluster().getName())))
        .timeout(timeoutMs, TimeUnit.MILLISECONDS)
        .map(node);
  }

  /** The port of a node that was discovered without one. */
  private int defaultMemberPort() {
    int port = setup.strategy().defaultPort();
    return port == 0 ? io.barnacle.strategy.StrategyOptions.DEFAULT_MEMBER_PORT : port;
  }

  /** The peers that discovery finds and that answer; none, rather than a failure, if it cannot say. */
  private Future<Set<Endpoint>> findPeers() {
    return SharedStrategy.guarded(strategy::discoverNodes)
        .timeout(setup.discoveryTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .compose(connector::identify)
        .compose(nodes -> resolveAll(nodes).compose(this::answering).onSuccess(peers -> {
          if (!nodes.isEmpty() && peers.isEmpty()) {
            LOG.log(System.Logger.Level.INFO, "None of the discovered nodes {0} answers yet: starting alone", nodes);
          }
        }))
        .otherwise(e -> {
          LOG.log(System.Logger.Level.WARNING, "The first discovery failed: starting alone, and connecting when it works."
              + " Cause: " + e);
          return Set.of();
        });
  }

  private Future<Set<Endpoint>> resolveAll(Set<Node> nodes) {
    List<Future<Set<Endpoint>>> all = nodes.stream()
        .map(node -> resolver.resolve(node.withPort(node.hasPort() ? node.port() : defaultMemberPort()).endpoint())
            .otherwise(Set.of()))
        .collect(Collectors.toList());
    return Future.join(all).map(v -> all.stream().flatMap(f -> f.result().stream()).collect(Collectors.toSet()));
  }

  private Future<Set<Endpoint>> answering(Set<Endpoint> endpoints) {
    Set<Endpoint> answering = new HashSet<>();
    Promise<Set<Endpoint>> promise = context.promise();
    List<Future<MemberProbe.Answer>> probes = endpoints.stream()
        .map(endpoint -> prober.probe(endpoint, PEER_PROBE).onSuccess(answer -> context.execute(v -> {
          if (answer.kind() == MemberProbe.Kind.MEMBER) {
            answering.add(endpoint);
            context.setTimer(SLOWER_PEERS_MS, id -> promise.tryComplete(answering));
          } else {
            LOG.log(System.Logger.Level.DEBUG, "{0} is no peer yet: {1}", endpoint, answer.detail());
          }
        })))
        .collect(Collectors.toList());
    Future.join(probes).onComplete(done -> context.runOnContext(v -> promise.tryComplete(answering)));
    return promise.future().map(Set::copyOf);
  }

  private Future<Void> startEngine(Node node, Set<Endpoint> peers) {
    feed.offer(peers);
    return workers.call(() -> {
      engine = startEngine(node);
      return Bulletin.follow(engine, task -> context.runOnContext(v -> task.run()), driver);
    }).compose(follows -> onContext(() -> {
      bulletin = follows;
      membership.follow(engine);
      driver.drive(engine, follows);
      return Future.succeededFuture();
    }));
  }

  private Engine startEngine(Node node) {
    try {
      return Engine.start(config(node), feed);
    } catch (RuntimeException e) {
      if (isTaken(e)) {
        throw e;
      }
      if (feed.peers().isEmpty()) {
        throw new ClusterException.EngineFailed("Hazelcast did not start: " + e.getMessage(), e);
      }
      LOG.log(System.Logger.Level.WARNING, "Hazelcast could not join " + feed.peers()
          + ": starting alone, and connecting when it works", e);
      feed.clear();
      return startEngine(node);
    }
  }

  private Config config(Node node) {
    return EngineConfig.complete(EngineConfig.base(setup.cluster().getHazelcastConfig()), setup.cluster().getName(),
        address, node.port(), MemberAttributes.of(nodeId, node, address.endpoints(node.port())), feed);
  }

  private Future<Void> joinStructures(RegistrationListener registrations, Supplier<NodeListener> nodes) {
    HazelcastClusterManager manager = new HazelcastClusterManager(engine.instance());
    manager.init(vertx);
    manager.registrationListener(registrations);
    manager.nodeListener(nodes.get());
    structures = manager;
    Promise<Void> promise = Promise.promise();
    manager.join(promise);
    return promise.future();
  }

  private Future<Void> leaveStructures() {
    if (structures == null) {
      return Future.succeededFuture();
    }
    Promise<Void> promise = Promise.promise();
    structures.leave(promise);
    return promise.future();
  }

  private Future<Void> closeStrategy() {
    Strategy closing = strategy;
    strategy = null;
    return closing == null
        ? Future.succeededFuture()
        : onContext(closing::close).timeout(STRATEGY_CLOSE.toMillis(), TimeUnit.MILLISECONDS).onFailure(e ->
            LOG.log(System.Logger.Level.WARNING, "The strategy did not close", e));
  }

  private <T> Future<T> onContext(Supplier<Future<T>> action) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(v -> SharedStrategy.guarded(action).onComplete(promise));
    return promise.future();
  }

  private static long nowMs() {
    return System.nanoTime() / 1_000_000;
  }

  private static boolean isTaken(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return true;
      }
    }
    return false;
  }
}
