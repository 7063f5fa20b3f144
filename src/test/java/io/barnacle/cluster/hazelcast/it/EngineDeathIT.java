package io.barnacle.cluster.hazelcast.it;

import static io.barnacle.cluster.hazelcast.it.TestCluster.awaitSize;
import static io.barnacle.cluster.hazelcast.it.TestCluster.get;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.cluster.ClusterState;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import io.barnacle.cluster.MembershipChange;
import io.barnacle.cluster.hazelcast.it.TestCluster.TestNode;
import io.barnacle.testkit.FailingMerge;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import io.vertx.core.shareddata.Lock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Hazelcast instance of a node is shut down behind its back, or ends by a merge that fails. */
class EngineDeathIT {

  /** What the issue gives a node to have a new engine that serves. */
  private static final Duration BACK = Duration.ofSeconds(3);

  private static final String MAX_JOIN = "hazelcast.max.join.seconds";

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    System.clearProperty(MAX_JOIN);
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aNewOneTakesItsPlaceUnderTheSameNodeId(boolean terminate) {
    TestNode a = cluster.start();
    TestNode b = cluster.start(a.node());
    awaitSize(2, a, b);
    get(b.vertx.eventBus().consumer("b", message -> message.reply("from b")).completion());
    get(a.vertx.eventBus().consumer("a", message -> message.reply("from a")).completion());
    AsyncMap<String, String> map = get(b.vertx.sharedData().<String, String>getAsyncMap("map"));
    Counter counter = get(b.vertx.sharedData().getCounter("counter"));
    Map<String, String> syncMap = b.manager.getSyncMap("sync");
    Lock lock = get(b.vertx.sharedData().getLock("lock"));
    get(map.put("k", "v"));
    get(counter.incrementAndGet());
    String nodeId = b.manager.getNodeId();
    List<String> told = new CopyOnWriteArrayList<>();
    b.connector().onChange(change -> {
      if (change instanceof MembershipChange.Engine engine) {
        told.add(engine.running() ? "up" : "down");
      }
    });

    shoot(b, terminate);
    long shot = System.nanoTime();
    await().atMost(BACK).until(() -> told.contains("up"));
    awaitSize(2, a, b);
    await().atMost(BACK).ignoreExceptions().until(() -> "from b".equals(ask(a, "b")) && "from a".equals(ask(b, "a")));
    System.out.println("engine " + (terminate ? "terminated" : "shut down") + ": all right after "
        + (System.nanoTime() - shot) / 1_000_000 + " ms");

    assertEquals(List.of("down", "up"), told);
    assertEquals(nodeId, b.manager.getNodeId());
    assertTrue(b.manager.isActive());
    assertEquals("v", get(map.get("k")), "the other member has kept it");
    assertEquals(2, get(counter.incrementAndGet()));
    syncMap.put("s", "t");
    assertEquals("t", a.manager.<String, String>getSyncMap("sync").get("s"));
    lock.release();
    get(a.vertx.sharedData().getLockWithTimeout("lock", 5_000)).release();
  }

  @ParameterizedTest
  @ValueSource(ints = {3})
  void againAndAgain(int times) {
    TestNode a = cluster.start();
    TestNode b = cluster.start(a.node());
    for (int i = 0; i < times; i++) {
      awaitSize(2, a, b);
      HazelcastInstance before = engineOf(b);
      before.getLifecycleService().terminate();
      await().atMost(Duration.ofSeconds(10)).until(() -> engineOf(b) != null && engineOf(b) != before);
    }
    awaitSize(2, a, b);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void theOthersKnowThatItsConnectionsBroke(int victim) {
    TestNode first = cluster.start();
    List<TestNode> nodes = List.of(first, cluster.start(first.node()), cluster.start(first.node()));
    awaitSize(3, nodes.toArray(TestNode[]::new));
    List<TestNode> others = nodes.stream().filter(node -> node != nodes.get(victim)).toList();
    List<String> reasons = new CopyOnWriteArrayList<>();
    others.forEach(node -> node.connector().onChange(change -> {
      if (change instanceof MembershipChange.Left left) {
        reasons.add(left.reason());
      }
    }));
    shoot(nodes.get(victim), true);
    await().atMost(BACK).until(() -> reasons.size() == 2);
    reasons.forEach(reason -> assertTrue(reason.matches("its connection (was closed by the other side|broke): .+"), reason));
    awaitSize(3, nodes.toArray(TestNode[]::new)); // closing while an engine starts takes its time
  }

  /** How a merge fails: the cluster that is moved into lets nobody in, or a service cannot begin anew. */
  private enum Merge {

    /** Until the engine gives up, after {@code hazelcast.max.join.seconds}, and ends by itself. */
    REFUSED {
      @Override
      void spoil(HazelcastInstance moving, HazelcastInstance into) {
        on(moving, LifecycleEvent.LifecycleState.MERGING, () -> into.getCluster().changeClusterState(ClusterState.FROZEN));
        on(moving, LifecycleEvent.LifecycleState.SHUTDOWN, () -> into.getCluster().changeClusterState(ClusterState.ACTIVE));
      }
    },

    /** Hazelcast says that the merge failed, and leaves the engine running outside of any cluster. */
    BROKEN {
      @Override
      void spoil(HazelcastInstance moving, HazelcastInstance into) {
        FailingMerge.prepare(moving);
      }
    };

    abstract void spoil(HazelcastInstance moving, HazelcastInstance into);
  }

  private static void on(HazelcastInstance engine, LifecycleEvent.LifecycleState state, Runnable action) {
    engine.getLifecycleService().addLifecycleListener(event -> {
      if (event.getState() == state) {
        action.run();
      }
    });
  }

  @ParameterizedTest
  @EnumSource(Merge.class)
  void aNewOneTakesItsPlaceAfterAMergeThatFailed(Merge merge) {
    TestNode a = cluster.start();
    TestNode c = cluster.start(a.node());
    System.setProperty(MAX_JOIN, "1"); // instead of 20 s; Hazelcast reads it when it joins
    TestNode b = cluster.start();
    awaitSize(2, a, c);
    awaitSize(1, b);
    get(b.vertx.eventBus().consumer("b", message -> message.reply("from b")).completion());
    get(a.vertx.eventBus().consumer("a", message -> message.reply("from a")).completion());
    AsyncMap<String, String> map = get(b.vertx.sharedData().<String, String>getAsyncMap("map"));
    Counter counter = get(b.vertx.sharedData().getCounter("counter"));
    Lock lock = get(b.vertx.sharedData().getLock("lock"));
    String nodeId = b.manager.getNodeId();
    List<LifecycleEvent.LifecycleState> states = new CopyOnWriteArrayList<>();
    HazelcastInstance before = engineOf(b);
    before.getLifecycleService().addLifecycleListener(event -> states.add(event.getState()));
    on(before, LifecycleEvent.LifecycleState.SHUTDOWN, () -> System.clearProperty(MAX_JOIN));
    merge.spoil(before, engineOf(a));
    List<String> told = new CopyOnWriteArrayList<>();
    AtomicLong down = new AtomicLong();
    b.connector().onChange(change -> {
      if (change instanceof MembershipChange.Engine engine) {
        told.add(engine.running() ? "up" : "down: " + engine.reason());
        down.compareAndSet(0, System.nanoTime());
      }
    });

    b.strategy.peers.add(a.node());
    b.connector().connect(a.node(), Duration.ofSeconds(10));
    // Hazelcast throws what the broken service does.
    await().dontCatchUncaughtExceptions().atMost(Duration.ofSeconds(20)).until(() -> !told.isEmpty());
    await().atMost(BACK).until(() -> told.contains("up"));
    await().atMost(BACK).ignoreExceptions().until(() ->
        b.size() == 3 && "from b".equals(ask(a, "b")) && "from b".equals(ask(c, "b")) && "from a".equals(ask(b, "a")));
    long tookMs = (System.nanoTime() - down.get()) / 1_000_000;
    System.out.println("merge " + merge + ": all right " + tookMs + " ms after the engine's death");

    assertTrue(states.contains(LifecycleEvent.LifecycleState.MERGE_FAILED), states::toString);
    assertTrue(tookMs < BACK.toMillis(), tookMs + " ms");
    assertEquals(List.of("down: it failed to merge", "up"), told);
    assertEquals(nodeId, b.manager.getNodeId());
    awaitSize(3, a, b, c);
    get(map.put("k", "v"));
    assertEquals("v", get(get(a.vertx.sharedData().<String, String>getAsyncMap("map")).get("k")));
    assertEquals(1, get(counter.incrementAndGet()));
    lock.release();
    get(a.vertx.sharedData().getLockWithTimeout("lock", 5_000)).release();
  }

  private static Object ask(TestNode from, String address) throws Exception {
    return from.vertx.eventBus().request(address, "?").toCompletionStage().toCompletableFuture()
        .get(1, java.util.concurrent.TimeUnit.SECONDS).body();
  }

  private static void shoot(TestNode node, boolean terminate) {
    HazelcastInstance engine = engineOf(node);
    if (terminate) {
      engine.getLifecycleService().terminate();
    } else {
      engine.getLifecycleService().shutdown();
    }
  }

  private static HazelcastInstance engineOf(TestNode node) {
    return Hazelcast.getAllHazelcastInstances().stream()
        .filter(each -> node.manager.getNodeId().equals(
            each.getCluster().getLocalMember().getAttribute("__vertx.nodeId")))
        .findFirst().orElse(null);
  }
}
