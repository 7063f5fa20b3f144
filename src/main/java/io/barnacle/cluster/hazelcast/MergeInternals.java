package io.barnacle.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.ClusterState;
import com.hazelcast.cluster.memberselector.MemberSelectors;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.cluster.Joiner;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import com.hazelcast.internal.cluster.impl.SplitBrainJoinMessage;
import com.hazelcast.internal.cluster.impl.operations.SplitBrainMergeValidationOp;
import com.hazelcast.internal.nio.ConnectionListener;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.ServerConnectionManager;
import com.hazelcast.spi.impl.operationservice.impl.InvocationFuture;
import io.barnacle.node.Endpoint;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * What a merge asks of a running Hazelcast past its public API, for one instance; see {@link HazelcastInternals}.
 */
final class MergeInternals {

  /**
   * Another cluster.
   *
   * @param size how many members hold data, by which Hazelcast decides who moves
   * @param members where they are
   */
  record OtherCluster(int size, Set<Endpoint> members) {
  }

  private static final System.Logger LOG = System.getLogger(MergeInternals.class.getName());

  /** How often it is looked at whether partitions are on the move: Hazelcast tells of each, but not that it was the last. */
  private static final long LOOK_MS = 5;

  private final Node node;
  private final BooleanSupplier oldest;
  private volatile boolean moving;

  /** @param oldest whether the instance is the oldest member of a cluster */
  MergeInternals(Node node, BooleanSupplier oldest) {
    this.node = node;
    this.oldest = oldest;
  }

  /** How many members of this cluster hold data. */
  int size() {
    return cluster().getSize(MemberSelectors.DATA_MEMBER_SELECTOR);
  }

  /** Whether this is the oldest member of a cluster that is not about to move. */
  boolean canMerge() {
    return oldest.getAsBoolean() && cluster().getClusterState().isJoinAllowed();
  }

  /**
   * Asks peers who is in their clusters, all at the same time. Only the oldest member of a cluster answers,
   * and only if the two clusters could become one. Blocks, for at most the timeout.
   *
   * @return those that answered
   */
  Map<Endpoint, OtherCluster> clustersOf(Set<Endpoint> peers, Duration timeout) {
    SplitBrainJoinMessage request = node.createSplitBrainJoinMessage();
    Map<Endpoint, InvocationFuture<SplitBrainJoinMessage>> asked = new HashMap<>();
    for (Endpoint peer : peers) {
      Address address = MemberAttributes.addressOf(peer);
      if (connections().getOrConnect(address, true) != null) {
        asked.put(peer, node.getNodeEngine().getOperationService()
            .createInvocationBuilder(ClusterServiceImpl.SERVICE_NAME, new SplitBrainMergeValidationOp(request), address)
            .setTryCount(1).invoke());
      }
    }
    Map<Endpoint, OtherCluster> clusters = new HashMap<>();
    long deadline = System.nanoTime() + timeout.toNanos();
    asked.forEach((peer, answer) -> {
      try {
        SplitBrainJoinMessage message = answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (message != null) {
          clusters.put(peer, new OtherCluster(message.getDataMemberCount(), message.getMemberAddresses().stream()
              .map(MemberAttributes::endpointOf).collect(Collectors.toUnmodifiableSet())));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | TimeoutException | CancellationException e) {
        LOG.log(System.Logger.Level.DEBUG, peer + " did not say who is in its cluster", e);
      }
    });
    return clusters;
  }

  /**
   * Looks at the peers that discovery returns now, and moves this cluster into the first one that should take it in.
   * Blocks for as long as they take to answer; does nothing on a member that is not the oldest.
   */
  void searchForOtherClusters() {
    Joiner joiner = node.getJoiner();
    if (canMerge() && joiner != null) {
      moving(joiner::searchForOtherClusters);
    }
  }

  /** Does something that may have this cluster move into another. */
  void moving(Runnable search) {
    moving = true;
    try {
      search.run();
    } finally {
      moving = false;
    }
  }

  /**
   * From now on, whenever this member has its cluster move, fails what it asked of a member whose connections are gone. Such a
   * member moves already, and its answer to the order was lost with the connection; Hazelcast would wait until it takes the
   * member for dead, which is most of a second, before it moves this one.
   */
  void callOffMovers() {
    connections().addConnectionListener(new ConnectionListener<ServerConnection>() {
      @Override
      public void connectionAdded(ServerConnection connection) {
        // It is those that go that tell something.
      }

      @Override
      public void connectionRemoved(ServerConnection connection) {
        Address address = connection.getRemoteAddress();
        if (moving && address != null && cluster().getClusterState() == ClusterState.FROZEN && !isConnected(address)) {
          node.getNodeEngine().getOperationService().onEndpointLeft(address);
        }
      }
    });
  }

  private boolean isConnected(Address address) {
    ServerConnection other = connections().get(address);
    return other != null && other.isAlive();
  }

  /**
   * Waits until no partition is on the move. The state of a cluster cannot be changed meanwhile, as a merge has to, and Hazelcast
   * tries that again after a second only. Blocks.
   *
   * @param timeout after that it returns all the same
   */
  void awaitMigrations(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (node.getPartitionService().hasOnGoingMigrationLocal() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    }
  }

  private ClusterServiceImpl cluster() {
    return node.getClusterService();
  }

  private ServerConnectionManager connections() {
    return node.getServer().getConnectionManager(EndpointQualifier.MEMBER);
  }
}
