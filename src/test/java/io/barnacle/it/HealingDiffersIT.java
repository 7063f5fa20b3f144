package io.barnacle.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.Healing;
import io.barnacle.event.BarnacleEvent;
import io.barnacle.node.NodeOptions;
import io.barnacle.strategy.epmd.LocalEpmdOptions;
import io.barnacle.testkit.Await;
import io.barnacle.testkit.FreePort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members that heal at different paces: told of with both, and members of one cluster where that can be. */
class HealingDiffersIT {

  private static final Duration SOON = Duration.ofSeconds(20);
  /** Longer than {@code fast} waits for a heartbeat. */
  private static final Duration A_WHILE = Duration.ofSeconds(5);
  private static final String FAST = "\"fast\" (a heartbeat each 1 s, dead after 3 s of silence)";
  private static final String BALANCED = "\"balanced\" (a heartbeat each 2 s, dead after 10 s of silence)";
  private static final String HAZELCAST = "\"hazelcast\" (a heartbeat each 5 s, dead after 60 s of silence)";

  private final Map<String, Vertx> nodes = new HashMap<>();
  private final List<BarnacleEvent> events = new CopyOnWriteArrayList<>();
  private final String cluster = "it-" + System.nanoTime();
  private int mapperPort;

  @BeforeEach
  void aPortMapperOfItsOwn() throws IOException {
    mapperPort = FreePort.next();
  }

  @AfterEach
  void closeAll() throws Exception {
    Await.await(Future.join(nodes.values().stream().map(Vertx::close).toList()));
  }

  private void start(String name, Healing healing) throws Exception {
    nodes.put(name, Await.await(Barnacle.clusteredVertx(new BarnacleOptions()
        .setNode(new NodeOptions().setName(name))
        .setCluster(new ClusterOptions().setName(cluster))
        .setStrategy(new LocalEpmdOptions().setPort(mapperPort))
        .setHealing(healing)
        .setListener(events::add))));
    awaitAllToSeeAll();
  }

  private void stop(String name) throws Exception {
    Await.await(nodes.remove(name).close());
    awaitAllToSeeAll(); // the next one may be in before this one's leaving is known everywhere
  }

  private void awaitAllToSeeAll() {
    await(() -> nodes.values().stream().allMatch(each ->
        ((VertxInternal) each).clusterManager().getNodes().size() == nodes.size()));
  }

  private static void await(BooleanSupplier condition) {
    Awaitility.await().atMost(SOON).until(condition::getAsBoolean);
  }

  /** What a node has told of others. */
  private List<String> told(String by) {
    return events.stream().filter(BarnacleEvent.HealingDiffers.class::isInstance).map(BarnacleEvent.HealingDiffers.class::cast)
        .filter(each -> each.origin().node().basename().equals(by))
        .map(each -> each.peer().basename() + ": " + each.peerHealing() + " here " + each.healing()).toList();
  }

  private List<String> lost() {
    return events.stream().filter(BarnacleEvent.NodeLost.class::isInstance).map(BarnacleEvent.NodeLost.class::cast)
        .filter(each -> !each.reason().startsWith("it left")).map(BarnacleEvent::toString).toList();
  }

  @Test
  void anotherPaceIsToldOfOnceAndAgainWhenItCameBack() throws Exception {
    start("a", Healing.FAST);
    start("b", Healing.FAST);
    start("c", Healing.BALANCED);
    await(() -> told("a").equals(List.of("c: " + BALANCED + " here " + FAST)));
    await(() -> told("b").equals(told("a")));
    start("d", Healing.BALANCED);
    Awaitility.await().during(A_WHILE).atMost(SOON).until(() -> told("a").size() == 1 && lost().isEmpty());
    stop("c");
    stop("d");
    start("c", Healing.BALANCED);
    await(() -> told("a").size() == 2);
    assertEquals(told("a").get(0), told("a").get(1));
  }

  @Test
  void theSamePaceIsNotToldOf() throws Exception {
    start("a", Healing.BALANCED);
    start("b", Healing.BALANCED);
    Awaitility.await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> told("a").isEmpty() && told("b").isEmpty());
  }

  @Test
  void fastDropsWhoHasTheHeartbeatOfHazelcastAndSaidSoBefore() throws Exception {
    start("a", Healing.FAST);
    start("b", Healing.HAZELCAST);
    await(() -> told("a").equals(List.of("b: " + HAZELCAST + " here " + FAST)));
    await(() -> !lost().isEmpty());
    assertTrue(lost().get(0).contains("silent") || lost().get(0).contains("heartbeat"), lost()::toString);
  }

  @Test
  void aRunningClusterIsTakenFromFastToHazelcastByWayOfBalanced() throws Exception {
    start("a", Healing.FAST);
    start("b", Healing.FAST);
    for (Healing next : List.of(Healing.BALANCED, Healing.HAZELCAST)) {
      for (String name : List.of("a", "b")) {
        stop(name);
        start(name, next);
        if (name.equals("a")) { // then there are two paces in the cluster
          Awaitility.await().during(A_WHILE).atMost(SOON).until(() -> lost().isEmpty());
        }
      }
    }
    assertEquals(List.of(), lost());
  }
}
