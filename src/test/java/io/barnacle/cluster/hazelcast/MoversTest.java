package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MoversTest {

  private final Movers movers = new Movers();
  private final Map<String, Member> cluster = Map.of("a", member("a", 1), "b", member("b", 2), "c", member("c", 3));

  private static Member member(String id, int port) {
    Endpoint endpoint = new Endpoint("10.0.0.1", port);
    return new Member(id, new Node(id, endpoint), Set.of(endpoint));
  }

  @Test
  void countsThoseWhoHaveNotCome() {
    movers.expect(cluster);
    assertTrue(movers.seen(Set.of("a", "x")));
    assertEquals(Set.of("b", "c"), movers.coming().keySet());
    assertFalse(movers.seen(Set.of("a", "x")));
    assertTrue(movers.seen(Set.of("a", "b", "x")));
    assertEquals(Set.of("c"), movers.coming().keySet());
  }

  @Test
  void whoHasComeAndIsGoneAgainIsNotWaitedFor() {
    movers.expect(cluster);
    movers.seen(Set.of("a", "b"));
    assertFalse(movers.seen(Set.of("a")));
    assertFalse(movers.coming().containsKey("b"));
  }

  @Test
  void theEndOfOneWaitIsNotThatOfTheNext() {
    Runnable first = movers.expect(cluster);
    movers.expect(cluster);
    first.run();
    assertEquals(cluster, movers.coming());
  }

  @Test
  void waitsForNobodyAfterAWhile() {
    movers.expect(cluster).run();
    assertEquals(Map.of(), movers.coming());
    movers.expect(cluster);
    movers.forget();
    assertFalse(movers.seen(Set.of("a")));
  }
}
