package io.barnacle.cluster.hazelcast;

import com.hazelcast.config.Config;
import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.DrainResult;
import io.barnacle.cluster.MembershipChange;
import io.barnacle.cluster.RegistryMode;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyOptions;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationListener;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One stay of a node in its cluster, from join to leave, and everything that lives as long: the strategy, the engine (one
 * after the other, if one dies), the connector, the registry, the threads.
 */
final class Participation implements EngineKeeper.Owner {

  private static final System.Logger LOG = System.getLogger(Participation.class.getName());

  /** How often a free port is chosen anew when somebody else was faster. */
  private static final int PORT_ATTEMPTS = 5;
  private static final Duration GOODBYE = Duration.ofSeconds(1);
  private static final Duration LONGEST_SPARE_PROBE = Duration.ofMillis(400);
  /** How long a new engine waits for discovery, when it knows the members of the old one anyway. */
  private static final Duration REDISCOVERY = Duration.ofMillis(500);
  private static final int CONTROL_THREADS = 4;
  private static final int DATA_THREADS = 16;
  /** Each waits for one name. */
  private static final int LOCK_THREADS = 64;

  private final VertxInternal vertx;
  private final Setup setup;
  /**
   * What the strategy and this open on the context, closed here at the end. Vert.x closes what it knows of before all else, while
   * this node still drains and looks for others.
   */
  private final CloseFuture opened = new CloseFuture();
  private final ContextInternal context;
  private final Workers control;
  private final Workers data;
  private final PeerFeed feed = new PeerFeed(Participation::nowMs);
  private final Resolver resolver;
  private final MemberProbe prober;
  private final PeerSearch search;
  private final RunningStrategy strategy;
  private final Entrance entrance;
  private final Membership membership;
  private final MergeDriver driver;
  private final EngineKeeper keeper;
  private final Registry registry;
  private final EventBusReach reach;
  private final HealingAgreement healing;
  private final SentRequests sent;
  private final SharedData sharedData;
  private final Workers lockers;
  private final Locks locks;
  private final String nodeId = UUID.randomUUID().toString();
  private final EventBusOptions eventBus;
  private final AtomicBoolean toldHealing = new AtomicBoolean();
  private final InFlight inFlight = new InFlight(Participation::nowMs);
  private final Drain drain;

  private final Refusals refusals;

  private volatile MemberAddress address;
  private volatile Cookies cookies;
  private volatile Handshakes handshakes;
  private volatile HazelcastConnector connector;
  private volatile Bulletin bulletin;
  private volatile String publicHost;
  private volatile boolean active;

  /**
   * One that is not in a cluster yet.
   *
   * @param sent knows what this process asks of others
   * @param eventBus how the event bus is set, null if that is not known
   */
  Participation(VertxInternal vertx, Setup setup, RegistrationListener registrations, Supplier<NodeListener> nodes,
      SentRequests sent, EventBusOptions eventBus) {
    this.vertx = vertx;
    this.sent = sent;
    this.eventBus = eventBus;
    this.setup = setup;
    this.context = vertx.contextBuilder().withCloseFuture(opened).build();
    this.control = new Workers("cluster", CONTROL_THREADS, context);
    this.data = new Workers("data", DATA_THREADS, context);
    this.resolver = new Resolver(vertx);
    this.prober = new MemberProbe(vertx, setup.cluster().getName());
    this.search = new PeerSearch(context, resolver, prober, defaultMemberPort(setup));
    this.strategy = new RunningStrategy(context, setup.strategy());
    this.entrance = new Entrance(context, setup, nodeId, strategy, search);
    this.membership = new Membership(
        task -> context.runOnContext(v -> task.run()), (ms, task) -> context.setTimer(ms, id -> task.run()));
    this.driver = new MergeDriver(
        nodeId, context, control, membership, feed, new LinkCheck(prober), Participation::nowMs);
    this.keeper = new EngineKeeper(context, control, this::startEngine, this);
    this.registry = setup.cluster().getRegistry() == RegistryMode.PARTITIONED
        ? new PartitionedRegistry(nodeId, membership, data, registrations, nodes)
        : new ReplicatedRegistry(nodeId, membership, data, context, registrations, nodes);
    this.sharedData = new SharedData(vertx, keeper::engine, data);
    this.lockers = new Workers("locks", LOCK_THREADS, context);
    this.locks = new Locks(keeper::engine, lockers, data);
    this.refusals = new Refusals(Participation::nowMs, (peer, reason) ->
        context.runOnContext(v -> membership.tell(new MembershipChange.Refused(peer, reason))));
    this.drain = new Drain(context, registry, membership, inFlight, Participation::nowMs, nodeId, setup.drain());
    membership.onChange(change -> forgetMembers());
    membership.onChange(registry::changed);
    membership.whenOneMoreIsThere(() -> registry.changed(new MembershipChange.Merged()));
    this.healing = new HealingAgreement(change -> context.runOnContext(v -> membership.tell(change)));
    membership.onChange(healing::changed);
    this.reach = new EventBusReach(vertx, eventBus != null ? eventBus : setup.healing().tune(new EventBusOptions()));
    membership.onChange(reach::changed);
    membership.onChange(sent::changed);
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

  Registry registry() {
    return registry;
  }

  /** Where the event bus of a node listens, for that of this node. */
  void nodeInfo(String node, Completable<NodeInfo> promise) {
    registry.nodeInfo(node, reach.checking(node, promise));
  }

  SharedData sharedData() {
    return sharedData;
  }

  Locks locks() {
    return locks;
  }

  /** The strategy, to be called from anywhere. */
  Strategy strategy() {
    return strategy.shared();
  }

  /** The host on which the node listens for members, and so for the event bus. */
  String host() {
    return address.host();
  }

  /** The host that the Hazelcast configuration says others shall use, or null. */
  String publicHost() {
    return publicHost;
  }

  /** Whether the node takes part; while an engine is replaced, too. */
  boolean isActive() {
    return active;
  }

  /** Joins; a failure leaves nothing behind. */
  Future<Void> join() {
    String host = setup.node().getHost() == null ? setup.strategy().defaultHost() : setup.node().getHost();
    return onContext(() -> new HostChoice(resolver).choose(host))
        .compose(chosen -> {
          address = chosen;
          return control.call(() -> {
            if (setup.tls() != null) {
              TlsFiles.check(vertx, setup.tls(), eventBus);
            }
            return CookieReader.read(setup.cluster(), chosen);
          });
        })
        .compose(found -> {
          found.ifPresentOrElse(this::ask, Preload::beginClients);
          return enter(PORT_ATTEMPTS);
        })
        .onSuccess(v -> {
          inFlight.watch(vertx.eventBus());
          sent.watch(vertx.eventBus(), nodeId, new Outside());
          active = true;
        })
        .recover(e -> leave().transform(left -> Future.failedFuture(e)));
  }

  /**
   * Has the others send nothing to this node any more, and waits until what they have sent is answered.
   *
   * @param asker the reply address of who waits for this, or null
   */
  Future<DrainResult> drain(String asker) {
    if (!active) {
      return Future.succeededFuture(DrainResult.NOTHING);
    }
    inFlight.forget(asker);
    return drain.run();
  }

  /** The registry, for people. */
  RegistryView registryView() {
    return new RegistryView(registry, membership);
  }

  /** Has a join under way fail soon, if it still waits for a cluster; for any thread. */
  void abandon() {
    entrance.abandon();
  }

  /** From now on everybody has to have the cookie. */
  private void ask(Cookies found) {
    cookies = found;
    handshakes = new Handshakes(Participation::nowMs, refusals);
    prober.use(found);
  }

  /** Leaves, closing all that was opened; never fails, and does as much as there is to do. */
  Future<Void> leave() {
    active = false;
    registry.leaving();
    Bulletin lastWord = bulletin;
    Future<Void> goodbye = lastWord == null
        ? Future.succeededFuture()
        : lastWord.sayGoodbye(nodeId).timeout(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    return goodbye
        .transform(v -> strategy.close())
        .transform(v -> onContext(() -> {
          registry.close();
          locks.close();
          driver.stop();
          membership.stop();
          inFlight.unwatch(vertx.eventBus());
          sent.unwatch();
          return keeper.close();
        }))
        .transform(stopped -> {
          if (stopped.failed()) {
            LOG.log(System.Logger.Level.WARNING, "The cluster engine did not end in peace", stopped.cause());
          }
          prober.close();
          reach.close();
          if (handshakes != null) {
            handshakes.close();
          }
          control.close();
          lockers.close();
          data.close();
          return opened.close().otherwiseEmpty();
        });
  }

  private Future<Void> enter(int attempts) {
    return control.call(this::choosePort)
        .compose(port -> onContext(() -> startStrategy(port)))
        .compose(v -> onContext(this::findPeers))
        .compose(keeper::start)
        .recover(e -> {
          if (!isTaken(e)) {
            return Future.failedFuture(e);
          }
          if (wantedPort() != 0 || attempts <= 1) {
            return Future.failedFuture(new ClusterException.EngineFailed("node.port: port " + wantedPort() + " on "
                + (address.bindAny() ? "this machine" : address.host()) + " is taken: another process listens there."
                + " End it, choose another port, or 0 for any free one", e));
          }
          return strategy.close().transform(v -> enter(attempts - 1));
        });
  }

  private int wantedPort() {
    return setup.node().getPort() == null ? setup.strategy().defaultPort() : setup.node().getPort();
  }

  private int choosePort() throws IOException {
    return address.tryPort(wantedPort());
  }

  /** A small part of a discovery, which ends with it. */
  private static Duration spareProbe(Setup setup) {
    Duration third = setup.discoveryTimeout().dividedBy(3);
    return third.compareTo(LONGEST_SPARE_PROBE) < 0 ? third : LONGEST_SPARE_PROBE;
  }

  /** The port of a node that was discovered without one. */
  private static int defaultMemberPort(Setup setup) {
    int port = setup.strategy().defaultPort();
    return port == 0 ? StrategyOptions.DEFAULT_MEMBER_PORT : port;
  }

  private Future<Void> startStrategy(int port) {
    String clusterName = setup.cluster().getName();
    String name = setup.node().getName() == null ? setup.strategy().defaultName() : setup.node().getName();
    Node node = new Node(name, new Endpoint(address.host(), port));
    connector = new HazelcastConnector(
        new HazelcastConnector.Parts(context, membership, resolver, prober, driver, clusterName, refusals),
        new Identity(new Member(nodeId, node, address.endpoints(port)), address.ownEndpoints(port)),
        defaultMemberPort(setup), spareProbe(setup));
    return strategy.start(new LocalNode(node, clusterName));
  }

  private Future<Set<Endpoint>> findPeers() {
    return entrance.pass(
        address, connector, cookies == null ? null : new WaitingRoom.Door(cookies, handshakes));
  }

  @Override
  public Future<Set<Endpoint>> peers() {
    Set<Node> known = connector.members().stream().map(Member::node)
        .filter(node -> !node.equals(connector.self().node())).collect(Collectors.toSet());
    return strategy.discover(REDISCOVERY).compose(connector::identify).otherwise(Set.of()).compose(nodes -> {
      Set<Node> all = new HashSet<>(nodes);
      all.addAll(known);
      return search.answering(all);
    });
  }

  @Override
  public Future<Void> up(Engine engine) {
    boolean again = bulletin != null;
    return control.call(() -> {
      publicHost = publicHost(engine);
      return Bulletin.follow(engine, task -> context.runOnContext(v -> task.run()), driver);
    }).compose(follows -> onContext(() -> {
      bulletin = follows;
      healing.follow(engine);
      membership.follow(engine);
      forgetMembers(); // of those whom this node knew before the engine was replaced, nothing is told
      driver.drive(engine, follows);
      return data.<Void>call(() -> {
        RegistryAgreement.check(engine, setup.cluster().getRegistry());
        registry.attach(engine);
        return null;
      });
    })).compose(v -> onContext(() -> {
      if (again) {
        membership.tell(new MembershipChange.Engine(true, "a new one was started"));
      }
      return Future.succeededFuture();
    }));
  }

  @Override
  public void down(String reason) {
    driver.stop();
    registry.detach();
    membership.hold();
    membership.tell(new MembershipChange.Engine(false, reason));
  }

  private void forgetMembers() {
    feed.withdrawIf(peer -> membership.at(peer).isPresent());
  }

  private Engine startEngine(Set<Endpoint> peers) {
    Preload.await();
    feed.clear();
    feed.offer(peers);
    Config config = config();
    try {
      Engine engine = Engine.start(
          config, cookies == null ? null : new CookieChannels(cookies, handshakes), feed,
          new JoinNudger(control, driver::target));
      tellHealing(config);
      return engine;
    } catch (RuntimeException e) {
      if (isTaken(e)) {
        throw e;
      }
      if (feed.peers().isEmpty()) {
        throw new ClusterException.EngineFailed("Hazelcast did not start: " + e.getMessage(), e);
      }
      LOG.log(System.Logger.Level.WARNING, "Hazelcast could not join " + feed.peers()
          + ": starting alone, and connecting when it works", e);
      return startEngine(Set.of());
    }
  }

  /** Once: a second engine has the same values. */
  private void tellHealing(Config config) {
    if (toldHealing.compareAndSet(false, true)) {
      LOG.log(System.Logger.Level.INFO, HealingNotice.describe(config, setup.healing(), setup.cluster().getRegistry(), eventBus));
      String advice = HealingNotice.advice(setup.healing(), eventBus);
      if (!advice.isEmpty()) {
        LOG.log(System.Logger.Level.WARNING, advice);
      }
    }
  }

  private Config config() {
    Member self = connector.self();
    Config config = EngineConfig.complete(EngineConfig.base(setup.cluster().getHazelcastConfig()), setup, address,
        self.node().port(),
        MemberAttributes.of(nodeId, self.node(), self.endpoints(), address.spareEndpoints(self.node().port())), feed);
    registry.install(config);
    return config;
  }

  private static String publicHost(Engine engine) {
    String configured = engine.instance().getConfig().getNetworkConfig().getPublicAddress();
    return configured == null ? null : MemberAttributes.endpointOf(
        engine.instance().getCluster().getLocalMember().getAddress()).host();
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

  /** What {@link SentRequests} sees of the cluster. */
  private final class Outside implements SentRequests.World {

    @Override
    public boolean hasLeft(String node) {
      return membership.withNodeId(node).isEmpty() && membership.hasLeft(node);
    }

    @Override
    public void after(long delayMs, Runnable task) {
      context.runOnContext(v -> context.setTimer(delayMs, id -> task.run()));
    }

    @Override
    public long nowMs() {
      return Participation.nowMs();
    }
  }
}
