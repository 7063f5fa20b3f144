package io.barnacle.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.barnacle.cluster.ClusterException;
import io.vertx.core.Completable;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastNodeInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

/**
 * Where the event bus of each node listens, in the map that vertx-hazelcast uses. A node writes its own entry again after
 * every change of membership; an entry never changes, so what was read once is kept.
 *
 * <p>A node that has left fails at once, and with a {@link ReplyException}: that is what Vert.x hands to the senders that
 * wait for a connection to that node, who would wait for their timeouts otherwise.
 */
final class NodeInfos {

  private static final System.Logger LOG = System.getLogger(NodeInfos.class.getName());

  private static final String MAP = "__vertx.nodeInfo";
  private static final int REMEMBERED = 4_096;
  /** For how long a newcomer may be a member before it has written its entry. */
  private static final long NEWCOMER_MS = 3_000;
  private static final long POLL_MS = 25;
  private static final long SET_MS = 30_000;
  private static final long SET_AGAIN_MS = 100;

  private final Membership membership;
  private final Workers pool;
  private final Runnable repairLater;
  private final String self;
  private final Map<String, NodeInfo> known = new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, NodeInfo> eldest) {
      return size() > REMEMBERED;
    }
  };
  private volatile IMap<String, HazelcastNodeInfo> map;
  private volatile NodeInfo own;

  NodeInfos(String self, Membership membership, Workers pool, Runnable repairLater) {
    this.self = self;
    this.membership = membership;
    this.pool = pool;
    this.repairLater = repairLater;
  }

  /** Uses an engine from now on. Blocks. */
  void attach(HazelcastInstance instance) {
    map = instance.getMap(MAP);
  }

  void detach() {
    map = null;
  }

  NodeInfo own() {
    return own;
  }

  /**
   * Sets this node's entry; completes when it is written. Vert.x does not start without it, and a merge at that moment
   * freezes the cluster for an instant: so it is tried again until {@value #SET_MS} ms are over, and then fails and is
   * written later.
   */
  void set(NodeInfo info, Completable<Void> promise) {
    own = info;
    write(info, System.nanoTime() + SET_MS * 1_000_000, promise);
  }

  private void write(NodeInfo info, long deadline, Completable<Void> promise) {
    pool.<Void>call(() -> {
      current().set(self, new HazelcastNodeInfo(info));
      return null;
    }).onComplete(v -> promise.succeed(), e -> {
      if (System.nanoTime() > deadline || e instanceof RejectedExecutionException) {
        repairLater.run();
        promise.fail(e);
      } else {
        LOG.log(System.Logger.Level.DEBUG, "The node info of this node could not be written, trying again", e);
        pool.after(SET_AGAIN_MS, () -> write(info, deadline, promise));
      }
    });
  }

  /**
   * Writes this node's entry again. Blocks.
   *
   * @return whether it holds
   */
  boolean repair() {
    NodeInfo info = own;
    if (info == null) {
      return true;
    }
    try {
      current().set(self, new HazelcastNodeInfo(info));
      return true;
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "The node info of this node does not hold yet", e);
      return false;
    }
  }

  /** The entry of a node. */
  void get(String nodeId, Completable<NodeInfo> promise) {
    if (nodeId.equals(self) && own != null) {
      promise.succeed(own);
      return;
    }
    if (membership.isVertxNode(nodeId)) {
      NodeInfo remembered;
      synchronized (known) {
        remembered = known.get(nodeId);
      }
      if (remembered != null) {
        promise.succeed(remembered);
        return;
      }
    } else if (membership.hasLeft(nodeId)) {
      promise.fail(gone(nodeId));
      return;
    }
    pool.call(() -> read(nodeId)).onComplete(promise);
  }

  /** Removes the entries of nodes that are gone; for the oldest member. Blocks. */
  void sweep() {
    IMap<String, HazelcastNodeInfo> current = map;
    if (current != null) {
      for (String nodeId : current.keySet()) {
        if (!membership.isVertxNode(nodeId)) {
          current.delete(nodeId);
        }
      }
    }
  }

  private NodeInfo read(String nodeId) throws InterruptedException {
    long deadline = System.nanoTime() + NEWCOMER_MS * 1_000_000;
    while (membership.awaitVertxNode(nodeId, POLL_MS)) {
      HazelcastNodeInfo found = current().get(nodeId);
      if (found != null) {
        synchronized (known) {
          known.put(nodeId, found.unwrap());
        }
        return found.unwrap();
      }
      if (System.nanoTime() > deadline) {
        throw new ClusterException.EngineFailed("node " + nodeId + " is a member but has not said where its event bus"
            + " listens", null);
      }
      Thread.sleep(POLL_MS);
    }
    throw gone(nodeId);
  }

  private IMap<String, HazelcastNodeInfo> current() {
    IMap<String, HazelcastNodeInfo> current = map;
    if (current == null) {
      throw new ClusterException.EngineFailed("the cluster engine of this node does not run", null);
    }
    return current;
  }

  private static ReplyException gone(String nodeId) {
    return new ReplyException(ReplyFailure.NO_HANDLERS, "node " + nodeId + " is not a member of the cluster");
  }
}
