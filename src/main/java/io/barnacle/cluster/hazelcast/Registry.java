package io.barnacle.cluster.hazelcast;

import com.hazelcast.config.Config;
import io.barnacle.cluster.MembershipChange;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.List;
import java.util.Set;

/**
 * What this node tells the cluster of its event bus, and what it knows of the others': registrations and node info. There are
 * two: {@link ReplicatedRegistry} and {@link PartitionedRegistry}. Safe for use by any thread; only {@link #attach} blocks.
 */
interface Registry {

  /** Puts on the configuration of an engine that is about to start what the registry needs there. */
  default void install(Config config) {
  }

  /** Uses an engine from now on, and returns when it knows what that engine's cluster knows, or after a deadline. Blocks. */
  void attach(Engine attached);

  /** Has no engine from now on: changes wait for the next one. */
  void detach();

  /** Acts on a change of membership; called in order. */
  void changed(MembershipChange change);

  /** Tells Vert.x nothing any more: a node that is about to leave takes over no one's work. */
  void leaving();

  /** Ends, failing what still waits. */
  void close();

  /** Adds a registration; changes of one order take effect and complete one after the other. */
  void add(Object order, String address, RegistrationInfo info, Completable<Void> promise);

  /** Removes a registration. */
  void remove(Object order, String address, RegistrationInfo info, Completable<Void> promise);

  /** All registrations of an address. */
  void get(String address, Completable<List<RegistrationInfo>> promise);

  /** Sets where this node's event bus listens. */
  void setNodeInfo(NodeInfo info, Completable<Void> promise);

  /** Where this node's event bus listens, or null. */
  NodeInfo ownNodeInfo();

  /** Where a node's event bus listens; fails with a {@code ReplyException} for one that has left. */
  void nodeInfo(String nodeId, Completable<NodeInfo> promise);

  /**
   * Withdraws all of this node's registrations, so that nobody else sends to it any more, and goes on answering. This process
   * still finds its own consumers; those that it registers from now on are withdrawn, too.
   */
  Future<Void> withdraw();

  /** The ids of the nodes that are not known to have what this node said last. */
  Set<String> behind();

  /**
   * The ids of the nodes, in an order that is the same everywhere. Within a call of the node listener, those of the moment
   * of its event: on these Vert.x's nodes agree who takes over from whom.
   */
  List<String> nodes();

  /** What it knows, for people: node ids instead of nodes. */
  JsonObject describe();

  /** A page of the addresses that it knows, see {@link io.barnacle.cluster.registry.AddressPage}. May take a while. */
  JsonObject addresses(String after, int limit);
}
