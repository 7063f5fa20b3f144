package io.barnacle.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.node.Node;
import io.barnacle.testkit.FakeTimers;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PeerWatchTest {

  private static final Node A = Node.parse("a@10.0.0.1:5701");
  private static final Duration POLL = Duration.ofSeconds(5);

  private final FakeTimers timers = new FakeTimers();
  private final Set<Node> alive = new HashSet<>();
  private final Map<Node, Integer> probed = new HashMap<>();
  private int probes;
  private int answers;
  private final PeerWatch watch = new PeerWatch((node, timeout) -> {
    probes++;
    probed.merge(node, 1, Integer::sum);
    return Future.succeededFuture(alive.contains(node));
  }, timers, Runnable::run, POLL, () -> answers++, new Random(1));

  @Test
  void saysWithinAQuarterOfASecondThatAPeerAnswersAgain() {
    watch.watch(Set.of(A));
    timers.advance(Duration.ofSeconds(60));
    assertEquals(0, answers);
    alive.add(A);
    timers.advance(Duration.ofMillis(PeerWatch.FAST_MS));
    assertEquals(1, answers);
  }

  @Test
  void slowsDownWithPatience() {
    watch.watch(Set.of(A));
    timers.advance(Duration.ofMillis(PeerWatch.PATIENCE_MS));
    probes = 0;
    timers.advance(Duration.ofSeconds(10));
    assertEquals(10, probes, 1);
  }

  @Test
  void aPeerThatAnswersAndDoesNotConnectIsAskedLessAndLess() {
    alive.add(A);
    watch.watch(Set.of(A));
    timers.advance(Duration.ofSeconds(60));
    assertTrue(answers >= 10 && answers <= 20, "answers: " + answers);
  }

  @Test
  void oneThatFallsSilentAgainIsWatchedCloselyAgain() {
    alive.add(A);
    watch.watch(Set.of(A));
    timers.advance(Duration.ofSeconds(30));
    alive.remove(A);
    timers.advance(Duration.ofSeconds(10));
    alive.add(A);
    answers = 0;
    timers.advance(Duration.ofMillis(PeerWatch.FAST_MS));
    assertEquals(1, answers);
  }

  @Test
  void asksABoundedNumberAtATime() {
    Set<Node> many = new HashSet<>();
    for (int i = 1; i <= 200; i++) {
      many.add(Node.of("n", "10.0.1." + i, 5701));
    }
    watch.watch(many);
    timers.advance(Duration.ofSeconds(1));
    assertEquals(4 * PeerWatch.MAX_PROBES, probes);
  }

  @Test
  void ofManyEachHasItsTurn() {
    Set<Node> many = new HashSet<>();
    for (int i = 1; i <= 64; i++) {
      many.add(Node.of("n", "10.0.1." + i, 5701));
    }
    watch.watch(many);
    timers.advance(Duration.ofSeconds(15)); // 60 rounds, of which each of them has its part in a quarter
    assertEquals(many, probed.keySet());
    probed.values().forEach(times -> assertEquals(15, times, 14));
  }

  @Test
  void oneThatGoesMissingJoinsThoseThatDoAlready() {
    Node b = Node.parse("b@10.0.0.2:5701");
    watch.watchAlso(A);
    timers.advance(Duration.ofMillis(PeerWatch.FAST_MS));
    watch.watchAlso(b);
    timers.advance(Duration.ofMillis(PeerWatch.FAST_MS));
    assertEquals(Map.of(A, 2, b, 1), probed);
    watch.watch(Set.of(b));
    timers.advance(Duration.ofMillis(PeerWatch.FAST_MS));
    assertEquals(Map.of(A, 2, b, 2), probed);
    watch.close();
    watch.watchAlso(A);
    assertEquals(0, timers.pending());
  }

  @Test
  void endsWhenNobodyIsMissingAndWhenClosed() {
    watch.watch(Set.of(A));
    watch.watch(Set.of());
    assertEquals(0, timers.pending());
    watch.watch(Set.of(A));
    watch.close();
    watch.watch(Set.of(A));
    assertEquals(0, timers.pending());
  }
}
