package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.Connector;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyOptions;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import io.vertx.core.shareddata.Lock;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * A Vert.x cluster manager that finds its peers by a {@link Strategy} and keeps a Hazelcast member running below Vert.x.
 *
 * <p>Joining starts the strategy, asks it for peers, sees which of them answer, and only then starts Hazelcast with those.
 * A discovery that fails, finds nobody or never answers does not stop the join: the node starts alone, and whoever drives
 * the {@link #connector()} connects it later.
 *
 * <p>One instance serves one Vert.x at a time and may join again after it has left. All methods may be called from any
 * thread and none blocks, but {@link #getSyncMap}, whose maps block by nature.
 */
public final class BarnacleClusterManager implements ClusterManager {

  private final Function<Vertx, Future<Setup>> setups;
  private final Lifecycle lifecycle = new Lifecycle();
  private volatile VertxInternal vertx;
  private volatile Participation participation;
  private volatile RegistrationListener registrationListener;
  private volatile NodeListener nodeListener;
  private volatile NodeInfo nodeInfo;

  /** A cluster manager of a known setup. */
  public BarnacleClusterManager(Setup setup) {
    this(vertx -> Future.succeededFuture(setup));
    Objects.requireNonNull(setup, "setup");
  }

  /**
   * A cluster manager that learns its setup when it joins.
   *
   * @param setups called once for each join, on any thread; a failed future fails the join
   */
  public BarnacleClusterManager(Function<Vertx, Future<Setup>> setups) {
    this.setups = Objects.requireNonNull(setups, "setups");
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

  @Override
  public void init(Vertx vertx) {
    this.vertx = (VertxInternal) vertx;
  }

  @Override
  public void registrationListener(RegistrationListener listener) {
    registrationListener = listener;
  }

  @Override
  public void nodeListener(NodeListener listener) {
    nodeListener = listener;
    Participation current = participation;
    if (current != null) {
      current.structures().nodeListener(listener);
    }
  }

  @Override
  public void join(Completable<Void> promise) {
    lifecycle.enqueue(() -> {
      if (participation != null) {
        return Future.succeededFuture();
      }
      return setups.apply(vertx)
          .map(setup -> new Participation(vertx, setup))
          .compose(joining -> joining.join(registrationListener, () -> nodeListener)
              .onSuccess(v -> participation = joining));
    }).onComplete(promise);
  }

  @Override
  public void leave(Completable<Void> promise) {
    lifecycle.enqueue(() -> {
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
    return current == null ? List.of() : current.structures().getNodes();
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
    nodeInfo = info;
    with(promise, manager -> manager.setNodeInfo(info, promise));
  }

  @Override
  public NodeInfo getNodeInfo() {
    return nodeInfo;
  }

  @Override
  public void getNodeInfo(String nodeId, Completable<NodeInfo> promise) {
    with(promise, manager -> manager.getNodeInfo(nodeId, promise));
  }

  @Override
  public <K, V> void getAsyncMap(String name, Completable<AsyncMap<K, V>> promise) {
    blocking(promise, manager -> {
      Promise<AsyncMap<K, V>> map = Promise.promise();
      manager.getAsyncMap(name, map);
      return map.future();
    });
  }

  @Override
  public <K, V> Map<K, V> getSyncMap(String name) {
    return structures().getSyncMap(name);
  }

  @Override
  public void getLockWithTimeout(String name, long timeout, Completable<Lock> promise) {
    with(promise, manager -> manager.getLockWithTimeout(name, timeout, promise));
  }

  @Override
  public void getCounter(String name, Completable<Counter> promise) {
    blocking(promise, manager -> {
      Promise<Counter> counter = Promise.promise();
      manager.getCounter(name, counter);
      return counter.future();
    });
  }

  @Override
  public void addRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
    with(promise, manager -> manager.addRegistration(address, info, promise));
  }

  @Override
  public void removeRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
    with(promise, manager -> manager.removeRegistration(address, info, promise));
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
    with(promise, manager -> manager.getRegistrations(address, promise));
  }

  private Participation joined() {
    Participation current = participation;
    if (current == null) {
      throw new IllegalStateException("this cluster manager is not in a cluster: it has not joined, or has left");
    }
    return current;
  }

  private HazelcastClusterManager structures() {
    return joined().structures();
  }

  private <T> void with(Completable<T> promise, java.util.function.Consumer<HazelcastClusterManager> call) {
    Participation current = participation;
    if (current == null) {
      promise.fail(notJoined());
    } else {
      call.accept(current.structures());
    }
  }

  /** For what blocks in vertx-hazelcast although it looks as if it did not. */
  private <T> void blocking(Completable<T> promise, Function<HazelcastClusterManager, Future<T>> call) {
    Participation current = participation;
    if (current == null) {
      promise.fail(notJoined());
    } else {
      current.workers().call(() -> call.apply(current.structures())).compose(f -> f).onComplete(promise);
    }
  }

  private static VertxException notJoined() {
    return new ClusterException.EngineFailed("this node is not in a cluster: it has not joined, or has left", null);
  }
}
