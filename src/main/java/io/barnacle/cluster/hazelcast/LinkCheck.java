package io.barnacle.cluster.hazelcast;

import io.barnacle.node.Endpoint;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Keeps this node out of a cluster of which it cannot reach a member. Members that do not hear each other cannot stay in one
 * cluster: its oldest removes one of them. Coming back before the link does would only repeat that, for everybody to see.
 *
 * <p>Used by one thread at a time.
 */
final class LinkCheck {

  private static final System.Logger LOG = System.getLogger(LinkCheck.class.getName());

  private static final Duration PROBE = Duration.ofMillis(500);

  private final MemberProbe prober;
  private Set<Endpoint> told = Set.of();

  LinkCheck(MemberProbe prober) {
    this.prober = prober;
  }

  /**
   * Whether every member of another cluster answers this node. Blocks for half a second, at most a second, and says in the
   * log who does not.
   *
   * @param connected those that need not be asked
   */
  boolean reachesAll(Set<Endpoint> members, Predicate<Endpoint> connected) throws InterruptedException {
    List<Future<MemberProbe.Answer>> probes = members.stream()
        .filter(connected.negate())
        .map(member -> prober.probe(member, PROBE))
        .toList();
    Set<Endpoint> silent = new HashSet<>();
    for (Future<MemberProbe.Answer> probe : probes) {
      MemberProbe.Answer answer = await(probe);
      if (answer != null && answer.kind() != MemberProbe.Kind.MEMBER) {
        silent.add(answer.endpoint());
      }
    }
    tell(silent);
    return silent.isEmpty();
  }

  /** Probes are done when their time is over; one that is not says nothing of its member. */
  private static MemberProbe.Answer await(Future<MemberProbe.Answer> probe) throws InterruptedException {
    try {
      return probe.toCompletionStage().toCompletableFuture().get(2 * PROBE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "A probe did not end", e);
      return null;
    }
  }

  private void tell(Set<Endpoint> silent) {
    if (!silent.isEmpty() && !silent.equals(told)) {
      LOG.log(System.Logger.Level.WARNING, "Not moving into a cluster whose member {0} does not answer this node: it would"
          + " be removed again. Trying until the link is back", silent);
    }
    told = Set.copyOf(silent);
  }
}
