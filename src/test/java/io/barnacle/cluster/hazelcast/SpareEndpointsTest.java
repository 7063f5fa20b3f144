package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpareEndpointsTest {

  private static final Member X = member("x", "shop@10.0.0.7:5701");
  private static final Member OTHER = member("o", "shop@[fd00::7]:5701");
  private static final Endpoint SPARE = new Endpoint("fd00::7", 5701);
  private static final Map<String, Set<Endpoint>> CLAIM = Map.of("x", Set.of(SPARE));

  private final SpareEndpoints spares = new SpareEndpoints();

  @Test
  void aClaimedAddressMeansItsMember() {
    spares.update(List.of(X), CLAIM);
    assertEquals(Optional.of("x"), spares.claimantOf(SPARE));
    assertEquals(Optional.empty(), spares.claimantOf(SPARE.withPort(5702)));
  }

  @Test
  void aClaimEndsWithItsMember() {
    spares.update(List.of(X), CLAIM);
    spares.update(List.of(), Map.of());
    assertEquals(Optional.empty(), spares.claimantOf(SPARE));
  }

  @Test
  void whoeverWasThereBesideTheClaimantIsMissedWhenGone() {
    spares.update(List.of(X), CLAIM);
    spares.update(List.of(X, OTHER), CLAIM);
    spares.update(List.of(X), CLAIM);
    assertEquals(Optional.empty(), spares.claimantOf(SPARE));
  }

  @Test
  void whoeverTookOverFromAMemberMayClaimItsAddress() {
    spares.update(List.of(OTHER), Map.of());
    spares.update(List.of(X), CLAIM);
    assertEquals(Optional.of("x"), spares.claimantOf(SPARE));
  }

  private static Member member(String nodeId, String node) {
    return new Member(nodeId, Node.parse(node), Set.of());
  }
}
