package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.Connector;
import io.barnacle.cluster.DrainResult;
import io.barnacle.cluster.Healing;
import io.barnacle.cluster.TlsOptions;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyOptions;
import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.eventbus.impl.clustered.NodeSelector;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import io.vertx.core.shareddata.Lock;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A Vert.x cluster manager that finds its peers by a {@link Strategy} and keeps a Hazelcast member running below Vert.x.
 *
 * <p>Joining starts the strategy, asks it for peers, sees which of them answer, and only then starts Hazelcast with those.
 * Where no member answers, {@link io.barnacle.cluster.BootstrapOptions} decide how long the node waits and what it does then;
 * whoever drives the {@link #connector()} connects it with those that are found later. A leave ends that wait.
 *
 * <p>One instance serves one Vert.x at a time and may join again after it has left. All methods may be called from any
 * thread and none blocks, but {@link #getSyncMap}, whose maps block by nature.
 */
public final class BarnacleClusterManager implements ClusterManager {

  private final Function<Vertx, Future<Setup>> setups;
  private final Healing healing;
  private final TlsOptions tls;
  private final Lifecycle lifecycle = new Lifecycle();
  /** Held here, as Vert.x holds its hooks weakly. */
  private final Closeable drainFirst = closed -> drain().<Void>mapEmpty().onComplete(closed);
  private volatile VertxInternal vertx;
  private volatile Participation participation;
  private volatile Participation joining;
  private final SentRequests sent = new SentRequests();
  private final AtomicInteger leaves = new AtomicInteger();
  private volatile RegistrationListener registrationListener;
  private volatile NodeListener nodeListener;
  private volatile EventBusOptions eventBus;

  /** A cluster manager of a known setup. */
  public BarnacleClusterManager(Setup setup) {
    this(setup.healing(), setup.tls(), vertx -> Future.succeededFuture(setup));
  }

  /**
   * A cluster manager that learns its setup when it joins.
   *
   * @param setups called once for each join, on any thread; a failed future fails the join
   */
  public BarnacleClusterManager(Function<Vertx, Future<Setup>> setups) {
    this(Healing.FAST, null, setups);
  }

  private BarnacleClusterManager(Healing healing, TlsOptions tls, Function<Vertx, Future<Setup>> setups) {
    this.healing = healing;
    this.tls = tls;
    this.setups = Objects.requireNonNull(setups, "setups");
    preload();
  }

  /**
   * Begins to load the classes that a manager needs, on a thread of its own, once in a process; making one does so too. For who
   * has something else to do before that. Does not block.
   */
  public static void preload() {
    Preload.begin();
  }

  /** The preset of the setup, {@link Healing#FAST} for a manager that learns its setup when it joins. */
  public Healing healing() {
    return healing;
  }

  /** What the setup has the event bus encrypt with; null for nothing, or for a manager that learns its setup when it joins. */
  public TlsOptions tls() {
    return tls;
  }

  /**
   * Tells this manager how the event bus that it will serve is set, so that it can say at the join whether that heals as fast
   * as the cluster, and that it is encrypted if it has to be; {@code BarnacleServiceProvider} does. Without it the join says
   * which options should be set, and fails if the setup has TLS.
   */
  public void eventBus(EventBusOptions options) {
    eventBus = new EventBusOptions(options);
  }

  /**
   * The selector of nodes for the Vert.x that this manager will serve, with which requests fail soon after the node left to
   * which they went, rather than at their timeouts; {@code BarnacleServiceProvider} gives it to that Vert.x.
   *
   * @param choice chooses the nodes
   */
  public NodeSelector selector(NodeSelector choice) {
    return sent.selector(choice);
  }

  /**
   * The connector of the cluster that this node is in.
   *
   * @throws IllegalStateException before the join and after the leave
   */
  public Connector connector() {
    return joined().connector();
  }

  /**
   * The strategy that runs in this manager; its functions may be called from any thread. The manager closes it.
   *
   * @throws IllegalStateException before the join and after the leave
   */
  public Strategy strategy() {
    return joined().strategy();
  }

  /**
   * Withdraws this node's registrations everywhere, so that no other node sends to it any more; what was sent already is still
   * delivered. The first half of leaving without losing a message, and for good: those that are registered from now on are
   * withdrawn, too. This process still finds its own consumers, and nodes that have withdrawn find each other's where nobody
   * else has the address (with the registry {@code partitioned}: only its own).
   *
   * @return completes when every member has acknowledged; fails with a {@link ClusterException} if one has not in time
   * @throws IllegalStateException before the join and after the leave
   */
  public Future<Void> withdraw() {
    return joined().registry().withdraw();
  }

  /**
   * The event-bus registry as this node has it, for people: of this node and of each other one (by node id, in {@code cards}) the
   * version of its card, how many registrations are on it and a few of their addresses; whether the copy of another's card is
   * known to be right ({@code confirmed}), and which version of this node's card that one has {@code acknowledged}.
   *
   * @throws IllegalStateException before the join and after the leave
   */
  public JsonObject describeRegistry() {
    return joined().registryView().describe();
  }

  /**
   * A page of all addresses that this node knows, in their order, with the nodes that consume each and how many consumers they
   * have: {@code {addresses: [{address, nodes: {node: count}, local}], next}}. With the registry {@code partitioned} of this node
   * only. Goes through all registrations, so it is not for an event loop.
   *
   * @param after the {@code next} of the page before, null for the first
   * @param limit how many addresses there are on it at most, positive; long ones make it end sooner
   * @throws IllegalStateException before the join and after the leave
   */
  public JsonObject registryAddresses(String after, int limit) {
    return joined().registryView().addresses(after, limit);
  }

  /**
   * Where a member's event bus says that it listens, whether or not anybody accepts connections there.
   *
   * @return completes on any thread; fails for a node that is no member, or that has not said so, and before the join and
   *     after the leave
   */
  public Future<NodeInfo> eventBusOf(String nodeId) {
    Participation current = participation;
    if (current == null) {
      return Future.failedFuture(notInACluster());
    }
    Promise<NodeInfo> promise = Promise.promise();
    current.registry().nodeInfo(nodeId, promise);
    return promise.future();
  }

  /**
   * The options of {@link #strategy()}.
   *
   * @throws IllegalStateException before the join and after the leave
   */
  public StrategyOptions strategyOptions() {
    return setup().strategy();
  }

  /**
   * What this manager was set up with.
   *
   * @throws IllegalStateException before the join and after the leave
   */
  public Setup setup() {
    return joined().setup();
  }

  /**
   * What a node does before it leaves, so that no request is lost: {@link #withdraw}, then a wait until what other nodes had
   * sent to it is answered, both within the deadline of {@link io.barnacle.cluster.DrainOptions}. Closing Vert.x does this by
   * itself before anything is undeployed; close hooks of the Vert.x run at the same time though, so who has what consumers need
   * closed by such a hook (a worker pool, a client made outside of verticles) drains first and closes Vert.x then. Who asks
   * while it is under way shares it.
   *
   * @return completes when it is done, also if not all members have acknowledged or not all requests are answered: the result
   *     says so
   */
  public Future<DrainResult> drain() {
    return drain(null);
  }

  /**
   * The same, asked for by a message of the event bus, which is not waited for.
   *
   * @param asker the reply address of the message, or null
   */
  public Future<DrainResult> drain(String asker) {
    Participation current = participation;
    return current == null ? Future.succeededFuture(DrainResult.NOTHING) : current.drain(asker);
  }

  /** Also called by Vert.x again for another Vert.x, once the manager has left. */
  @Override
  public void init(Vertx vertx) {
    this.vertx = (VertxInternal) vertx;
    this.vertx.addCloseHook(drainFirst);
  }

  @Override
  public void registrationListener(RegistrationListener listener) {
    registrationListener = listener;
  }

  @Override
  public void nodeListener(NodeListener listener) {
    nodeListener = listener;
  }

  @Override
  public void join(Completable<Void> promise) {
    lifecycle.enqueue(() -> {
      if (participation != null) {
        return Future.succeededFuture();
      }
      return setups.apply(vertx)
          .map(setup -> new Participation(vertx, setup, registrationListener, () -> nodeListener, sent, eventBus))
          .compose(entrant -> {
            joining = entrant;
            if (leaves.get() > 0) {
              entrant.abandon();
            }
            return entrant.join().onSuccess(v -> participation = entrant).onComplete(v -> joining = null);
          });
    }).onComplete(promise);
  }

  @Override
  public void leave(Completable<Void> promise) {
    leaves.incrementAndGet();
    Participation entrant = joining;
    if (entrant != null) {
      entrant.abandon();
    }
    lifecycle.enqueue(() -> {
      leaves.decrementAndGet();
      Participation leaving = participation;
      if (leaving == null) {
        return Future.succeededFuture();
      }
      return leaving.leave().onComplete(v -> participation = null);
    }).onComplete(promise);
  }

  @Override
  public boolean isActive() {
    Participation current = participation;
    return current != null && current.isActive();
  }

  @Override
  public String getNodeId() {
    Participation current = participation;
    return current == null ? null : current.nodeId();
  }

  @Override
  public List<String> getNodes() {
    Participation current = participation;
    return current == null ? List.of() : current.registry().nodes();
  }

  @Override
  public String clusterHost() {
    return joined().host();
  }

  @Override
  public String clusterPublicHost() {
    return joined().publicHost();
  }

  @Override
  public void setNodeInfo(NodeInfo info, Completable<Void> promise) {
    with(promise, (current, done) -> current.registry().setNodeInfo(info, done));
  }

  @Override
  public NodeInfo getNodeInfo() {
    Participation current = participation;
    return current == null ? null : current.registry().ownNodeInfo();
  }

  @Override
  public void getNodeInfo(String nodeId, Completable<NodeInfo> promise) {
    with(promise, (current, done) -> current.nodeInfo(nodeId, done));
  }

  @Override
  public <K, V> void getAsyncMap(String name, Completable<AsyncMap<K, V>> promise) {
    with(promise, (current, done) -> current.sharedData().asyncMap(name, done));
  }

  @Override
  public <K, V> Map<K, V> getSyncMap(String name) {
    return joined().sharedData().syncMap(name);
  }

  @Override
  public void getLockWithTimeout(String name, long timeout, Completable<Lock> promise) {
    with(promise, (current, done) -> current.locks().acquire(name, timeout, done));
  }

  @Override
  public void getCounter(String name, Completable<Counter> promise) {
    with(promise, (current, done) -> current.sharedData().counter(name, done));
  }

  @Override
  public void addRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
    Object order = vertx.getOrCreateContext();
    with(promise, (current, done) -> current.registry().add(order, address, info, done));
  }

  @Override
  public void removeRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
    Object order = vertx.getOrCreateContext();
    with(promise, (current, done) -> current.registry().remove(order, address, info, done));
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
    Participation current = participation;
    if (current == null) {
      promise.fail(notInACluster());
    } else {
      // On whatever thread it comes: a hop would cost the first message to an address more than the look-up does.
      current.registry().get(address, promise);
    }
  }

  private Participation joined() {
    Participation current = participation;
    if (current == null) {
      throw new IllegalStateException("this cluster manager is not in a cluster: it has not joined, or has left");
    }
    return current;
  }

  /** Makes a call whose result comes back on the caller's context. */
  private <T> void with(Completable<T> promise, BiConsumer<Participation, Completable<T>> call) {
    Participation current = participation;
    if (current == null) {
      promise.fail(notInACluster());
      return;
    }
    PromiseInternal<T> done = vertx.getOrCreateContext().promise();
    done.future().onComplete(promise);
    call.accept(current, done);
  }

  private static ClusterException notInACluster() {
    return new ClusterException.EngineFailed("this node is not in a cluster: it has not joined, or has left", null);
  }
}
