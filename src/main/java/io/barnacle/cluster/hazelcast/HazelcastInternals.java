package io.barnacle.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.HazelcastInstanceImpl;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.cluster.Joiner;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import com.hazelcast.internal.cluster.impl.MembershipManager;
import com.hazelcast.internal.cluster.impl.TcpIpJoiner;
import com.hazelcast.internal.nio.ConnectionListener;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.ServerConnectionManager;
import com.hazelcast.internal.util.ThreadUtil;
import com.hazelcast.spi.impl.operationservice.Operation;
import com.hazelcast.spi.properties.ClusterProperty;
import io.barnacle.node.Endpoint;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What Barnacle asks of a running Hazelcast past its public API, for one instance. Its test runs against the pinned
 * version ({@code hazelcast.version} in the pom); where a later version differs, it fails, and the periodic search of Hazelcast
 * itself still merges meanwhile. The package documentation names the other classes that use Hazelcast's inside.
 */
final class HazelcastInternals implements SilenceWatch.Peers {

  /**
   * The process at the other end of a connection.
   *
   * @param uuid its Hazelcast id
   * @param primary the endpoint under which it would be listed as a member
   */
  record Peer(UUID uuid, Endpoint primary) {
  }

  /** Hazelcast keeps to itself whom it suspects. */
  private static final class Suspicion {
    private static final MethodHandle OF;

    static {
      try {
        OF = MethodHandles.privateLookupIn(MembershipManager.class, MethodHandles.lookup()).findVirtual(
            MembershipManager.class, "isMemberSuspected", MethodType.methodType(boolean.class, MemberImpl.class));
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }

  private final Node node;
  private final long silenceMs;
  /** Whether that alone decides; the other one of Hazelcast's detectors weighs what came before. */
  private final boolean byDeadline;
  private final MergeInternals merges;

  HazelcastInternals(HazelcastInstance instance) {
    this.node = (instance instanceof HazelcastInstanceProxy proxy ? proxy.getOriginal() : (HazelcastInstanceImpl) instance)
        .node;
    this.byDeadline =
        "deadline".equals(node.getProperties().getString(ClusterProperty.HEARTBEAT_FAILURE_DETECTOR_TYPE));
    this.silenceMs = node.getProperties().getMillis(ClusterProperty.MAX_NO_HEARTBEAT_SECONDS);
    this.merges = new MergeInternals(node, this::isOldest);
  }

  /** What a merge asks. */
  MergeInternals merges() {
    return merges;
  }

  /** Whether this node is in a cluster, of one at least, and not on its way from one to another. */
  boolean isJoined() {
    return node.isRunning() && cluster().isJoined();
  }

  /** The UUID of this member, which a merge changes. */
  UUID uuid() {
    return node.getThisUuid();
  }

  /** Whether this node is on its way into a cluster. */
  boolean isJoining() {
    return node.isRunning() && !cluster().isJoined();
  }

  /**
   * Asks for admission once more: at the oldest member, if this node has heard of one, else at the given peer, if there is
   * one. Does nothing if the node has been let in meanwhile.
   */
  void nudgeJoin(Endpoint target) {
    Address oldest = cluster().getMasterAddress();
    Address asked = oldest != null || target == null ? oldest : MemberAttributes.addressOf(target);
    if (asked != null && isJoining() && !node.getThisAddress().equals(asked) && connections().get(asked) != null) {
      cluster().getClusterJoinManager().sendJoinRequest(asked);
    }
  }

  /** Whether this is the oldest member, which alone may search, and removes others. */
  boolean isOldest() {
    return isJoined() && cluster().isMaster();
  }

  /** Whether that member is the oldest. */
  boolean isOldest(Member member) {
    return member.getAddress().equals(cluster().getMasterAddress());
  }

  /**
   * Has an operation run on a member, once. Does not block.
   *
   * @return its answer, on a Hazelcast thread that must not be blocked
   */
  Future<Object> invoke(Operation operation, Address target) {
    Promise<Object> promise = Promise.promise();
    try {
      node.getNodeEngine().getOperationService().createInvocationBuilder(null, operation, target)
          .setTryCount(1).<Object>invoke()
          .whenCompleteAsync((answer, failure) -> {
            if (failure == null) {
              promise.complete(answer);
            } else {
              promise.fail(failure);
            }
          }, Runnable::run);
    } catch (RuntimeException e) {
      // The engine is gone, or on its way between two clusters.
      promise.tryFail(e);
    }
    return promise.future();
  }

  /** Takes a member for dead: on the oldest member this removes it; on others it only counts when the oldest is meant. */
  void suspect(Member member, String reason) {
    cluster().suspectMember(member, reason, true);
  }

  @Override
  public List<Member> silent(long clusterTimeMs, long moreMs) {
    return !isJoined() ? List.of() : cluster().getMemberImpls().stream()
        .filter(member -> !member.localMember() && isSilent(member, clusterTimeMs, moreMs) && !isSuspected(member))
        .map(Member.class::cast).toList();
  }

  private boolean isSilent(Member member, long clusterTimeMs, long moreMs) {
    long last = cluster().getClusterHeartbeatManager().getLastHeartbeatTime(member);
    // Zero is one of whom nothing is known yet, or no more.
    return last > 0 && byDeadline && clusterTimeMs - last >= silenceMs + moreMs;
  }

  @Override
  public long clusterTimeMs() {
    return cluster().getClusterTime();
  }

  @Override
  public long heartbeatMs() {
    return cluster().getClusterHeartbeatManager().getHeartbeatIntervalMillis();
  }

  @Override
  public void suspectSilent(Member member, long moreMs) {
    if (isSilent(member, clusterTimeMs(), moreMs)) {
      suspect(member, member + " has not sent any heartbeats for " + (silenceMs + moreMs) + " ms");
    }
  }

  /**
   * While this node claims to be the oldest member, fails what it asked of members that it suspects meanwhile, as their
   * removal would, which waits for the claim. Does nothing at other times, and does not block.
   */
  void callOffSuspects() {
    if (!isOldest()) {
      return;
    }
    Collection<MemberImpl> members = cluster().getMemberImpls();
    // The list keeps the old order until the claim is through.
    boolean claiming = !members.isEmpty() && !members.iterator().next().localMember();
    if (claiming) {
      members.stream().filter(member -> !member.localMember() && isSuspected(member))
          .forEach(member -> node.getNodeEngine().getOperationService().onEndpointLeft(member.getAddress()));
    }
  }

  private boolean isSuspected(MemberImpl member) {
    try {
      return (boolean) Suspicion.OF.invokeExact(cluster().getMembershipManager(), member);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Begins to connect to an endpoint, an IP literal; {@link #peerAt} tells when that has worked. Does not block. */
  void open(Endpoint endpoint) {
    connections().getOrConnect(MemberAttributes.addressOf(endpoint), true);
  }

  /** Who is at the other end of the connection to an endpoint, once both have greeted each other. */
  Optional<Peer> peerAt(Endpoint endpoint) {
    ServerConnection connection = connections().get(MemberAttributes.addressOf(endpoint));
    return connection == null ? Optional.empty() : peerOf(connection);
  }

  /** Closes connections to an endpoint that never got as far as a greeting, which Hazelcast would keep for ever. */
  void abandon(Endpoint endpoint) {
    Address address = MemberAttributes.addressOf(endpoint);
    for (ServerConnection each : connections().getConnections()) {
      if (each.getRemoteUuid() == null && address.equals(each.getRemoteAddress())) {
        each.close("no greeting", null);
      }
    }
  }

  /**
   * Asks a peer which member of its cluster is the oldest. The answer itself is of no use to a node that is in a cluster;
   * but a peer of another cluster refuses the question, which {@link #isRefusedBy} sees.
   */
  void ask(Endpoint endpoint) {
    cluster().getClusterJoinManager().sendMasterQuestion(MemberAttributes.addressOf(endpoint));
  }

  /** Whether that peer has refused this node because it belongs to another cluster. */
  boolean isRefusedBy(Endpoint endpoint) {
    Address address = MemberAttributes.addressOf(endpoint);
    Joiner joiner = node.getJoiner();
    // While it joins, Hazelcast also lists those there that it could not connect to; unblacklist is true for them.
    return isJoined() && joiner.isBlacklisted(address) && !joiner.unblacklist(address);
  }

  /** Forgets a refusal, for which Hazelcast would leave out that endpoint until this node joins anew. */
  void forgetRefusal(Endpoint endpoint) {
    Joiner joiner = node.getJoiner();
    Address address = MemberAttributes.addressOf(endpoint);
    if (joiner.isBlacklisted(address) && !joiner.unblacklist(address) && joiner instanceof TcpIpJoiner) {
      ((TcpIpJoiner) joiner).onMemberAdded(new MemberImpl.Builder(address).version(node.getVersion()).build());
    }
  }

  /**
   * Tells of every member connection that has been greeted, in either direction: of those that there are, as a node that joined
   * one cluster may have asked another on its way, and of those to come, which may be told twice. On a Hazelcast thread, or this.
   */
  void onConnection(BiConsumer<UUID, Endpoint> handler) {
    Consumer<ServerConnection> tell = connection -> {
      if (!connection.isClient()) {
        peerOf(connection).ifPresent(peer -> handler.accept(peer.uuid(), peer.primary()));
      }
    };
    connections().addConnectionListener(new ConnectionListener<ServerConnection>() {
      @Override
      public void connectionAdded(ServerConnection connection) {
        tell.accept(connection);
      }

      @Override
      public void connectionRemoved(ServerConnection connection) {
        // The membership listener tells what follows from it.
      }
    });
    connections().getConnections().forEach(tell);
  }

  /** Tells of connections to other processes that begin and end, and why, on Hazelcast threads. */
  void onConnections(Departures departures) {
    connections().addConnectionListener(new ConnectionListener<ServerConnection>() {
      @Override
      public void connectionAdded(ServerConnection connection) {
        peerOf(connection).ifPresent(peer -> departures.connected(peer.uuid()));
      }

      @Override
      public void connectionRemoved(ServerConnection connection) {
        if (connection.getRemoteUuid() != null) {
          departures.disconnected(connection.getRemoteUuid(), connection.getCloseReason(), connection.getCloseCause());
        }
      }
    });
  }

  /**
   * Runs something as an owner of locks of one's own: Hazelcast otherwise takes the thread for the owner, and threads of a
   * pool are used by many.
   */
  static <T> T asOwner(long owner, Callable<T> call) throws Exception {
    ThreadUtil.setThreadId(owner);
    try {
      return call.call();
    } finally {
      ThreadUtil.removeThreadId();
    }
  }

  private static Optional<Peer> peerOf(ServerConnection connection) {
    UUID uuid = connection.getRemoteUuid();
    Address primary = connection.getRemoteAddress();
    return uuid == null || primary == null || !connection.isAlive()
        ? Optional.empty()
        : Optional.of(new Peer(uuid, MemberAttributes.endpointOf(primary)));
  }

  private ClusterServiceImpl cluster() {
    return node.getClusterService();
  }

  private ServerConnectionManager connections() {
    return node.getServer().getConnectionManager(EndpointQualifier.MEMBER);
  }
}
