package io.barnacle.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.registry.Ack;
import io.barnacle.cluster.registry.PeerLink;
import io.barnacle.cluster.registry.Push;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Carries the messages of a registry to other members, as Hazelcast operations. */
final class RegistryLink implements PeerLink {

  /** After that a message is taken for lost and told again; a peer that is a member answers in a millisecond. */
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  private final String self;
  private final Map<String, Member> members = new ConcurrentHashMap<>();
  private volatile Engine engine;

  RegistryLink(String self) {
    this.self = self;
  }

  /** Uses an engine from now on, or none if it is null. */
  void use(Engine attached) {
    members.clear();
    engine = attached;
  }

  /** Forgets where a node is. */
  void forget(String nodeId) {
    members.remove(nodeId);
  }

  @Override
  public Future<Ack> push(String peer, Push push) {
    return send(peer, RegistryOperation.of(push)).map(RegistryOperation::ack);
  }

  @Override
  public Future<Void> ask(String peer) {
    return send(peer, RegistryOperation.asking(self)).mapEmpty();
  }

  private Future<Object> send(String peer, RegistryOperation operation) {
    Engine current = engine;
    Member member = current == null ? null : members.computeIfAbsent(peer, nodeId -> find(current, nodeId));
    if (member == null) {
      return Future.failedFuture(new ClusterException.EngineFailed(peer + " is no member now", null));
    }
    return current.internals().invoke(operation, member.getAddress())
        .timeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
        // A node that has merged may have another member of the same id.
        .onFailure(e -> members.remove(peer, member));
  }

  private static Member find(Engine engine, String nodeId) {
    if (!engine.isRunning()) {
      return null;
    }
    return engine.instance().getCluster().getMembers().stream()
        .filter(member -> nodeId.equals(member.getAttribute(MemberAttributes.NODE_ID))).findFirst().orElse(null);
  }
}
