package io.barnacle.cluster.hazelcast.it;

import static io.barnacle.cluster.hazelcast.it.TestCluster.awaitSize;
import static io.barnacle.cluster.hazelcast.it.TestCluster.get;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.multimap.MultiMap;
import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.RegistryMode;
import io.barnacle.cluster.hazelcast.it.TestCluster.TestNode;
import io.barnacle.node.NodeOptions;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.shareddata.Lock;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the nodes of a cluster know of each other's consumers, and of each other, while members come and go. */
class RegistryIT {

  private static final Duration SOON = Duration.ofSeconds(5);

  private TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private void use(RegistryMode mode) {
    cluster = new TestCluster(mode);
  }

  @ParameterizedTest
  @EnumSource
  void consumersOfAMemberThatDiesAreForgottenAtOnceAndThoseOfOthersStay(RegistryMode mode) {
    use(mode);
    TestNode a = cluster.start();
    TestNode b = cluster.start(a.node());
    TestNode c = cluster.start(a.node());
    awaitSize(3, a, b, c);
    for (TestNode each : List.of(b, c)) {
      get(each.vertx.eventBus().consumer("both", message -> message.reply(each.node().toString())).completion());
    }
    get(c.vertx.eventBus().consumer("only c", message -> message.reply("c")).completion());
    assertEquals(Set.of(b.manager.getNodeId(), c.manager.getNodeId()), nodesOf(a, "both"));
    get(a.vertx.eventBus().request("only c", "?"));
    get(a.vertx.eventBus().request("both", "?"));
    String dead = c.manager.getNodeId();

    get(a.connector().disconnect(c.node(), Duration.ofSeconds(10)));
    awaitSize(2, a, b);
    await().atMost(SOON).untilAsserted(() -> {
      assertEquals(Set.of(b.manager.getNodeId()), nodesOf(a, "both"));
      assertEquals(Set.of(), nodesOf(a, "only c"));
    });
    ReplyException failure = assertInstanceOf(ReplyException.class, assertThrows(Throwable.class, () ->
        get(a.vertx.eventBus().request("only c", "?", new DeliveryOptions().setSendTimeout(20_000)))));
    assertEquals(ReplyFailure.NO_HANDLERS, failure.failureType());
    assertInstanceOf(ReplyException.class, assertThrows(Throwable.class, () -> get(nodeInfo(a, dead))));
  }

  @ParameterizedTest
  @EnumSource
  void afterAMergeEverybodyKnowsEverybodysConsumers(RegistryMode mode) {
    use(mode);
    TestNode a = cluster.start();
    TestNode b = cluster.start();
    List<TestNode> nodes = List.of(a, b);
    for (TestNode each : nodes) {
      get(each.vertx.eventBus().consumer(each.manager.getNodeId(), message -> message.reply("own")).completion());
      get(each.vertx.eventBus().consumer("shared", message -> message.reply("shared")).completion());
    }
    get(a.connect(b));
    awaitSize(2, a, b);
    Set<String> both = Set.of(a.manager.getNodeId(), b.manager.getNodeId());
    await().atMost(SOON).untilAsserted(() -> {
      for (TestNode each : nodes) {
        assertEquals(both, nodesOf(each, "shared"));
        for (String nodeId : both) {
          assertEquals(Set.of(nodeId), nodesOf(each, nodeId));
        }
      }
    });
    assertEquals("own", get(a.vertx.eventBus().request(b.manager.getNodeId(), "?")).body());
    assertEquals("own", get(b.vertx.eventBus().request(a.manager.getNodeId(), "?")).body());
  }

  @Test
  void whatIsLostFromTheClusterIsWrittenAgain() {
    use(RegistryMode.PARTITIONED);
    TestNode a = cluster.start();
    TestNode b = cluster.start(a.node());
    TestNode c = cluster.start(a.node());
    awaitSize(3, a, b, c);
    get(b.vertx.eventBus().consumer("x", message -> message.reply("b")).completion());
    MessageConsumer<Object> removed = b.vertx.eventBus().consumer("y", message -> message.reply("b"));
    get(removed.completion());
    get(removed.unregister());
    HazelcastInstance engine = engineOf(a);
    MultiMap<Object, Object> registrations = engine.getMultiMap("__vertx.subs");
    registrations.clear();
    engine.getMap("__vertx.nodeInfo").clear();
    assertEquals(Set.of(), nodesOf(a, "x"));
    cluster.stop(c);
    await().atMost(SOON).untilAsserted(() -> assertEquals(Set.of(b.manager.getNodeId()), nodesOf(a, "x")));
    assertEquals(Set.of(), nodesOf(a, "y"));
    await().atMost(SOON).until(() -> engine.getMap("__vertx.nodeInfo").containsKey(b.manager.getNodeId()));
    assertEquals("b", get(a.vertx.eventBus().request("x", "?")).body());
  }

  @Test
  void entriesOfTheDeadAreRemovedAfterAWhile() {
    use(RegistryMode.PARTITIONED);
    TestNode a = cluster.start();
    TestNode b = cluster.start(a.node());
    awaitSize(2, a, b);
    get(b.vertx.eventBus().consumer("x", message -> message.reply("b")).completion());
    String dead = b.manager.getNodeId();
    HazelcastInstance engine = engineOf(a);
    MultiMap<Object, Object> registrations = engine.getMultiMap("__vertx.subs");
    assertEquals(1, registrations.size());
    get(a.connector().disconnect(b.node(), Duration.ofSeconds(10)));
    await().atMost(Duration.ofSeconds(30)).until(() ->
        registrations.size() == 0 && !engine.getMap("__vertx.nodeInfo").containsKey(dead));
  }

  @Test
  void aNodeThatHasJoinedKnowsEveryConsumer() {
    TestNode a = cluster.start();
    TestNode b = cluster.start(a.node());
    awaitSize(2, a, b);
    int count = 10_000;
    List<Future<Void>> registered = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TestNode node = i % 2 == 0 ? a : b;
      registered.add(node.vertx.eventBus().consumer("c" + i, message -> message.reply("!")).completion());
    }
    get(Future.all(registered));
    TestNode c = cluster.start(a.node());
    for (int i = 0; i < count; i++) {
      assertEquals(Set.of((i % 2 == 0 ? a : b).manager.getNodeId()), nodesOf(c, "c" + i));
    }
    assertEquals("!", get(c.vertx.eventBus().request("c7", "?")).body());
  }

  @Test
  void whoWithdrawsIsSentNothingMoreAndGoesOnAnswering() {
    TestNode a = cluster.start();
    TestNode b = cluster.start(a.node());
    awaitSize(2, a, b);
    get(b.vertx.eventBus().consumer("x", message -> message.reply("b")).completion());
    get(a.vertx.eventBus().request("x", "?"));
    get(b.manager.withdraw());
    assertEquals(Set.of(), nodesOf(a, "x"));
    assertEquals(Set.of(b.manager.getNodeId()), nodesOf(b, "x"), "what it still works at may need it");
    assertTrue(b.manager.describeRegistry().getBoolean("withdrawn"));
    // Where it listens stays known: what others have still on the way, and replies, arrive.
    assertEquals(b.manager.getNodeInfo(), get(nodeInfo(a, b.manager.getNodeId())));
    get(b.vertx.eventBus().consumer("y", message -> message.reply("y")).completion());
    assertEquals(Set.of(), nodesOf(a, "y"), "withdrawn for good");
    assertEquals("y", get(b.vertx.eventBus().request("y", "?")).body());
  }

  @Test
  void closingANodeLosesNoRequest() {
    List<TestNode> nodes = new ArrayList<>(List.of(cluster.start()));
    TestNode asker = nodes.get(0);
    nodes.add(cluster.start(asker.node()));
    nodes.add(cluster.start(asker.node()));
    for (TestNode each : nodes.subList(1, 3)) {
      get(each.vertx.deployVerticle(() -> new VerticleBase() {
        @Override
        public Future<?> start() {
          return vertx.eventBus().consumer("x", message -> vertx.setTimer(5, id -> message.reply("!"))).completion();
        }
      }, new DeploymentOptions()));
    }
    awaitSize(3, nodes.toArray(TestNode[]::new));
    List<Future<?>> answers = new CopyOnWriteArrayList<>();
    long timer = asker.vertx.setPeriodic(2, id -> answers.add(
        asker.vertx.eventBus().request("x", "?", new DeliveryOptions().setSendTimeout(5_000))));
    await().atMost(SOON).until(() -> answers.size() > 100);
    cluster.stop(nodes.get(2));
    int closed = answers.size();
    await().atMost(SOON).until(() -> answers.size() > closed + 100);
    asker.vertx.cancelTimer(timer);
    get(Future.all(List.copyOf(answers)));
  }

  @Test
  void nodesThatKeepTheirRegistrationsInAnotherWayAreRefused() {
    TestNode a = cluster.start();
    try (TestCluster other = new TestCluster(RegistryMode.PARTITIONED)) {
      Throwable refused = assertThrows(Throwable.class,
          () -> other.start(cluster.name, new ListedPeers(a.node()), new NodeOptions()));
      assertInstanceOf(ClusterException.EngineFailed.class, refused);
      assertTrue(refused.getMessage().contains(a.node().endpoint() + " (replicated/1)"), refused.getMessage());
    }
    await().atMost(SOON).until(() -> a.size() == 1);
  }

  @Test
  void nodesAreToldOnceAndTheListFits() {
    TestNode a = cluster.start();
    List<String> told = new CopyOnWriteArrayList<>();
    a.manager.nodeListener(new NodeListener() {
      @Override
      public void nodeAdded(String nodeId) {
        told.add("added " + nodeId + " " + a.manager.getNodes().contains(nodeId));
      }

      @Override
      public void nodeLeft(String nodeId) {
        told.add("left " + nodeId + " " + a.manager.getNodes().contains(nodeId));
      }
    });
    TestNode b = cluster.start();
    String nodeId = b.manager.getNodeId();
    get(a.connect(b));
    awaitSize(2, a, b);
    cluster.stop(b);
    awaitSize(1, a);
    await().atMost(SOON).until(() -> told.size() >= 2);
    assertEquals(List.of("added " + nodeId + " true", "left " + nodeId + " false"), told);
  }

  @Test
  void aLockIsNotReentrantAndItsWaitersComeInTurnOrTimeOut() {
    TestNode a = cluster.start();
    TestNode b = cluster.start(a.node());
    awaitSize(2, a, b);
    Lock held = get(a.vertx.sharedData().getLock("lock"));
    for (TestNode each : List.of(a, b)) {
      assertThrows(Throwable.class, () -> get(each.vertx.sharedData().getLockWithTimeout("lock", 200)));
    }
    List<Future<Lock>> waiting = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      waiting.add(a.vertx.sharedData().getLockWithTimeout("lock", 30_000));
    }
    held.release();
    held.release();
    for (Future<Lock> each : waiting) {
      get(each).release();
    }
    get(b.vertx.sharedData().getLockWithTimeout("lock", 5_000)).release();
  }

  private static Set<String> nodesOf(TestNode asked, String address) {
    List<RegistrationInfo> found = get(Future.future(promise -> asked.manager.getRegistrations(address, promise)));
    return found.stream().map(RegistrationInfo::nodeId).collect(Collectors.toSet());
  }

  private static Future<NodeInfo> nodeInfo(TestNode asked, String nodeId) {
    return Future.future(promise -> asked.manager.getNodeInfo(nodeId, promise));
  }

  private static HazelcastInstance engineOf(TestNode node) {
    return Hazelcast.getAllHazelcastInstances().stream()
        .filter(each -> node.manager.getNodeId().equals(
            each.getCluster().getLocalMember().getAttribute("__vertx.nodeId")))
        .findFirst().orElseThrow();
  }
}
