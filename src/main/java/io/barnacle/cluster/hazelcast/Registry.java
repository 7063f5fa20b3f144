package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.MembershipChange;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationListener;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps what this node tells the cluster, and what it believes of others, true while members come and go: repairs its own
 * entries, forgets those of the dead, and tells Vert.x.
 */
final class Registry {

  private static final System.Logger LOG = System.getLogger(Registry.class.getName());

  private static final long REPAIR_AGAIN_MS = 500;
  /** Once more after a change, when those who were slower have acted on it too. */
  private static final long SECOND_LOOK_MS = 2_000;
  /** How long a node may be away before its entries are removed: long enough for a split that heals at once. */
  private static final long SWEEP_AFTER_MS = 10_000;

  private final Membership membership;
  private final Workers pool;
  private final KeyedSerial serial;
  private final Supplier<NodeListener> nodeListener;
  private final Registrations registrations;
  private final NodeInfos nodeInfos;
  private final AtomicBoolean repairing = new AtomicBoolean();
  private final AtomicBoolean repairPlanned = new AtomicBoolean();
  /** The members as they were when the event came that this thread is telling Vert.x of. */
  private final ThreadLocal<List<String>> nodesThen = new ThreadLocal<>();
  private volatile Engine engine;
  private volatile boolean leaving;
  private volatile boolean closed;

  Registry(
      String nodeId,
      Membership membership,
      Workers pool,
      RegistrationListener registrationListener,
      Supplier<NodeListener> nodeListener) {
    this.membership = membership;
    this.pool = pool;
    this.serial = new KeyedSerial(pool);
    this.nodeListener = nodeListener;
    this.registrations = new Registrations(membership, pool, registrationListener, this::repairLater);
    this.nodeInfos = new NodeInfos(nodeId, membership, pool, this::repairLater);
  }

  Registrations registrations() {
    return registrations;
  }

  NodeInfos nodeInfos() {
    return nodeInfos;
  }

  /** Uses an engine from now on, and writes there what this node has to say. Blocks. */
  void attach(Engine attached) {
    registrations.attach(attached.instance());
    nodeInfos.attach(attached.instance());
    engine = attached;
    if (!(nodeInfos.repair() && registrations.repair())) {
      repairLater();
    }
  }

  void detach() {
    engine = null;
    registrations.detach();
    nodeInfos.detach();
  }

  /** Tells Vert.x nothing any more: a node that is about to leave takes over no one's work. */
  void leaving() {
    leaving = true;
  }

  /**
   * The ids of the nodes, in an order that is the same everywhere. Within a call of the node listener, those of the moment
   * of its event: on these Vert.x's nodes agree who takes over from whom.
   */
  List<String> nodes() {
    List<String> then = nodesThen.get();
    return then == null ? membership.vertxNodes() : then;
  }

  void close() {
    closed = true;
    detach();
    registrations.close();
  }

  /** Acts on a change of membership; called in order. */
  void changed(MembershipChange change) {
    if (closed) {
      return;
    }
    if (change instanceof MembershipChange.Joined joined) {
      tellVertx(listener -> listener.nodeAdded(joined.member().nodeId()));
      registrations.refreshFollowed();
    } else if (change instanceof MembershipChange.Left left) {
      registrations.nodeLeft(left.member().nodeId());
      tellVertx(listener -> listener.nodeLeft(left.member().nodeId()));
      repairNow();
      pool.after(SWEEP_AFTER_MS, this::sweep);
    } else {
      repairNow();
    }
  }

  private void tellVertx(Consumer<NodeListener> call) {
    List<String> nodes = membership.vertxNodes();
    serial.execute(NodeListener.class, () -> {
      NodeListener listener = nodeListener.get();
      if (listener != null && !leaving) {
        nodesThen.set(nodes);
        try {
          call.accept(listener);
        } finally {
          nodesThen.remove();
        }
      }
    });
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

  private void sweep() {
    Engine current = engine;
    try {
      if (current != null && current.internals().isOldest()) {
        registrations.sweep();
        nodeInfos.sweep();
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "Entries of nodes that are gone were not removed; they are not believed", e);
    }
  }
}
