package io.barnacle.cluster.hazelcast;

import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The addresses at which members would be found if they listened there: a member that listens on one address claims the
 * other family's addresses of its machine, at its port. A discovery that lists one of these, with nobody there, means that
 * member. A claim does not count against a member that has been at that address while the claimant was one too: that is a
 * node of its own, missed when it is gone. Not thread-safe.
 */
final class SpareEndpoints {

  /** By node id. */
  private Map<String, Set<Endpoint>> claims = Map.of();
  private final Map<String, Set<Endpoint>> disproved = new HashMap<>();

  /** The members now, and what each claims, by its node id. */
  void update(Collection<Member> members, Map<String, Set<Endpoint>> newClaims) {
    claims = newClaims;
    disproved.keySet().retainAll(claims.keySet());
    Set<Endpoint> taken = new HashSet<>();
    members.forEach(member -> taken.add(member.node().endpoint()));
    claims.forEach((nodeId, endpoints) -> endpoints.stream().filter(taken::contains).forEach(endpoint ->
        disproved.computeIfAbsent(nodeId, unseen -> new HashSet<>()).add(endpoint)));
  }

  /** The node id of a member that an endpoint may mean, if nobody is there. */
  Optional<String> claimantOf(Endpoint endpoint) {
    return claims.entrySet().stream()
        .filter(claim -> claim.getValue().contains(endpoint))
        .map(Map.Entry::getKey)
        .filter(nodeId -> !disproved.getOrDefault(nodeId, Set.of()).contains(endpoint))
        .findFirst();
  }
}
