package io.barnacle.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.registry.Ack;
import io.barnacle.cluster.registry.PeerLink;
import io.barnacle.cluster.registry.Push;
import io.barnacle.internal.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Carries the messages of a registry to other members, as Hazelcast operations. One timer looks after the deadlines of all that
 * are under way: one for each message would cost more than the message does.
 */
final class RegistryLink implements PeerLink {

  /** After that a message is taken for lost and told again; a peer that is a member answers in a millisecond. */
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  /** How much later than its deadline a message may be found lost. */
  private static final Duration CHECK_INTERVAL = Duration.ofMillis(250);

  private record Sent(Promise<Object> promise, long deadlineMs) {

    // Each is itself only.
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  private final String self;
  private final Timers timers;
  private final Map<String, Member> members = new ConcurrentHashMap<>();
  private final Set<Sent> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean checkPlanned = new AtomicBoolean();
  private volatile Engine engine;

  RegistryLink(String self, Timers timers) {
    this.self = self;
    this.timers = timers;
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
    Promise<Object> promise = Promise.promise();
    Sent sent = new Sent(promise, timers.monotonicMillis() + DEADLINE.toMillis());
    underWay.add(sent);
    current.internals().invoke(operation, member.getAddress()).onComplete((answer, failure) -> {
      underWay.remove(sent);
      if (failure == null) {
        promise.tryComplete(answer);
      } else {
        promise.tryFail(failure);
      }
    });
    planCheck();
    // A node that has merged may have another member of the same id.
    return promise.future().onFailure(e -> members.remove(peer, member));
  }

  private void planCheck() {
    if (!underWay.isEmpty() && checkPlanned.compareAndSet(false, true)) {
      timers.schedule(CHECK_INTERVAL, this::check);
    }
  }

  private void check() {
    checkPlanned.set(false);
    long now = timers.monotonicMillis();
    for (Sent each : underWay) {
      if (each.deadlineMs() <= now && underWay.remove(each)) {
        each.promise().tryFail(new TimeoutException("no answer within " + DEADLINE.toMillis() + " ms"));
      }
    }
    planCheck();
  }

  private static Member find(Engine engine, String nodeId) {
    if (!engine.isRunning()) {
      return null;
    }
    return engine.instance().getCluster().getMembers().stream()
        .filter(member -> nodeId.equals(member.getAttribute(MemberAttributes.NODE_ID))).findFirst().orElse(null);
  }
}
