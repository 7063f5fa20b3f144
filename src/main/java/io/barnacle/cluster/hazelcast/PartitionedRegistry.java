package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.MembershipChange;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The registry in vertx-hazelcast's own maps, so that members of both kinds share it. Keeps what this node tells the cluster,
 * and what it believes of others, true while members come and go: repairs its own entries, and forgets those of the dead.
 */
final class PartitionedRegistry implements Registry {

  private static final System.Logger LOG = System.getLogger(PartitionedRegistry.class.getName());

  private static final long REPAIR_AGAIN_MS = 500;
  /** Once more after a change, when those who were slower have acted on it too. */
  private static final long SECOND_LOOK_MS = 2_000;
  /** How long a node may be away before its entries are removed: long enough for a split that heals at once. */
  private static final long SWEEP_AFTER_MS = 10_000;
  private static final long SWEEP_AGAIN_MS = 1_000;

  private final Membership membership;
  private final Workers pool;
  private final NodeNews news;
  private final Registrations registrations;
  private final NodeInfos nodeInfos;
  private final AtomicBoolean repairing = new AtomicBoolean();
  private final AtomicBoolean repairPlanned = new AtomicBoolean();
  private volatile Engine engine;
  private volatile boolean closed;

  PartitionedRegistry(
      String nodeId,
      Membership membership,
      Workers pool,
      RegistrationListener registrationListener,
      Supplier<NodeListener> nodeListener) {
    this.membership = membership;
    this.pool = pool;
    this.news = new NodeNews(membership, pool, nodeListener);
    this.registrations = new Registrations(membership, pool, registrationListener, this::repairLater);
    this.nodeInfos = new NodeInfos(nodeId, membership, pool, this::repairLater);
  }

  /** Writes there what this node has to say. */
  @Override
  public void attach(Engine attached) {
    registrations.attach(attached.instance());
    nodeInfos.attach(attached.instance());
    engine = attached;
    if (!(nodeInfos.repair() && registrations.repair())) {
      repairLater();
    }
  }

  @Override
  public void detach() {
    engine = null;
    registrations.detach();
    nodeInfos.detach();
  }

  @Override
  public void leaving() {
    news.stop();
  }

  @Override
  public void add(Object order, String address, RegistrationInfo info, Completable<Void> promise) {
    registrations.add(order, address, info, promise);
  }

  @Override
  public void remove(Object order, String address, RegistrationInfo info, Completable<Void> promise) {
    registrations.remove(order, address, info, promise);
  }

  @Override
  public void get(String address, Completable<List<RegistrationInfo>> promise) {
    registrations.get(address, promise);
  }

  @Override
  public void setNodeInfo(NodeInfo info, Completable<Void> promise) {
    nodeInfos.set(info, promise);
  }

  @Override
  public NodeInfo ownNodeInfo() {
    return nodeInfos.own();
  }

  @Override
  public void nodeInfo(String nodeId, Completable<NodeInfo> promise) {
    nodeInfos.get(nodeId, promise);
  }

  @Override
  public Future<Void> withdraw() {
    return registrations.withdraw();
  }

  /** Nobody acknowledges anything here: the shared map has it, or it has not. */
  @Override
  public Set<String> behind() {
    return registrations.isSettled() ? Set.of() : Set.copyOf(membership.vertxNodes());
  }

  @Override
  public List<String> nodes() {
    return news.nodes();
  }

  @Override
  public JsonObject describe() {
    return new JsonObject().put("mode", "partitioned").mergeIn(registrations.describe());
  }

  /** Of this node only: what the others have is all over the cluster. */
  @Override
  public JsonObject addresses(String after, int limit) {
    return registrations.addresses(after, limit);
  }

  @Override
  public void close() {
    closed = true;
    detach();
    registrations.close();
  }

  @Override
  public void changed(MembershipChange change) {
    if (closed) {
      return;
    }
    if (change instanceof MembershipChange.Joined joined) {
      news.tell(listener -> listener.nodeAdded(joined.member().nodeId()));
      registrations.refreshFollowed();
    } else if (change instanceof MembershipChange.Left left) {
      registrations.nodeLeft(left.member().nodeId());
      news.tell(listener -> listener.nodeLeft(left.member().nodeId()));
      repairNow();
      pool.after(SWEEP_AFTER_MS, this::sweep);
    } else {
      repairNow();
    }
  }

  private void repairNow() {
    pool.execute(this::repair);
    pool.after(SECOND_LOOK_MS, this::repair);
  }

  private void repairLater() {
    if (repairPlanned.compareAndSet(false, true)) {
      pool.after(REPAIR_AGAIN_MS, () -> {
        repairPlanned.set(false);
        repair();
      });
    }
  }

  private void repair() {
    if (closed) {
      return;
    }
    if (!repairing.compareAndSet(false, true)) {
      repairLater();
      return;
    }
    try {
      boolean holds = nodeInfos.repair() & registrations.repair();
      registrations.refreshFollowed();
      if (!holds) {
        repairLater();
      }
    } finally {
      repairing.set(false);
    }
  }

  /** Has the oldest member remove what is left of the dead. Goes on until it is done, or is another member's task. */
  private void sweep() {
    if (closed) {
      return;
    }
    Engine current = engine;
    try {
      if (current == null || !current.internals().isJoined()) {
        pool.after(SWEEP_AGAIN_MS, this::sweep);
      } else if (current.internals().isOldest()) {
        registrations.sweep();
        nodeInfos.sweep();
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG,
          "Entries of nodes that are gone were not removed yet; they are not believed, and it is tried again", e);
      pool.after(SWEEP_AGAIN_MS, this::sweep);
    }
  }
}
