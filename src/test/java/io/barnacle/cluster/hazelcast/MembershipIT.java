package io.barnacle.cluster.hazelcast;

import static io.barnacle.testkit.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.Config;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.MembershipChange;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.barnacle.testkit.FixedNodesOptions;
import io.barnacle.testkit.FreePort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The members of real engines, by their endpoints. */
class MembershipIT {

  private final Setup setup = new Setup(new NodeOptions(),
      new ClusterOptions().setName("membership-" + UUID.randomUUID())
          .setAllowedClasses(List.of(SlowMerge.class.getName())), new FixedNodesOptions(FixedNodesOptions.json()));
  private final List<Engine> engines = new ArrayList<>();
  private final List<PeerFeed> feeds = new ArrayList<>();
  private final Vertx vertx = Vertx.vertx();
  private final Workers workers = new Workers("membership-it", 2, (ContextInternal) vertx.getOrCreateContext());

  @AfterEach
  void end() throws Exception {
    engines.forEach(Engine::kill);
    workers.close();
    await(vertx.close());
  }

  @Test
  void aMembersOwnEndpointGoesBeforeALearnedOne() throws Exception {
    Node a = node();
    Node b = node();
    Engine first = start(a, Set.of());
    Membership membership = new Membership(Runnable::run, (ms, task) -> { });
    membership.follow(first);
    Member memberA = membership.at(a.endpoint()).orElseThrow();
    Endpoint alias = new Endpoint("192.0.2.1", 5701);
    membership.learn(alias, memberA);
    membership.learn(b.endpoint(), memberA);
    assertEquals(Optional.of(memberA), membership.at(alias));
    assertEquals(Optional.of(memberA), membership.at(b.endpoint()));

    start(b, Set.of(a.endpoint()));
    Awaitility.await().until(() -> membership.members().size() == 2);
    assertEquals(b.toString(), membership.at(b.endpoint()).map(Member::nodeId).orElseThrow());
    assertEquals(Optional.of(memberA), membership.at(alias));
  }

  /** Whoever moves later, on Hazelcast's own order, would ask it again: maybe the oldest of the cluster that it leaves. */
  @Test
  void whoIsAMemberIsNotWhereTheClusterMoves() throws Exception {
    Node a = node();
    Node b = node();
    Membership membership = new Membership(Runnable::run, (ms, task) -> { });
    MergeDriver driver = new MergeDriver(a.toString(), (ContextInternal) vertx.getOrCreateContext(), workers, membership,
        new PeerFeed(() -> 0), new LinkCheck(new MemberProbe(vertx, "driver")), () -> 0);
    membership.follow(start(a, Set.of()));
    driver.moving(b.endpoint());
    assertEquals(b.endpoint(), driver.target());
    start(b, Set.of(a.endpoint()));
    Awaitility.await().until(() -> driver.target() == null);
  }

  @Test
  void aNodeThatMovesIsThereBeforeTheDataIsMerged() throws Exception {
    Node a = node();
    Node b = node();
    Map<Node, Membership> memberships = new LinkedHashMap<>();
    Map<Node, List<MembershipChange>> told = new HashMap<>();
    for (Node each : List.of(a, b)) {
      Engine engine = start(each, Set.of());
      engine.instance().getMap(SlowMerge.MAP).put("key", each.toString());
      ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
      Membership membership = new Membership(
          task -> context.runOnContext(v -> task.run()), (ms, task) -> context.setTimer(ms, id -> task.run()));
      memberships.put(each, membership);
      told.put(each, new CopyOnWriteArrayList<>());
      membership.onChange(told.get(each)::add);
      await(Future.future(followed -> context.runOnContext(v -> {
        membership.follow(engine);
        followed.complete();
      })));
      told.get(each).clear();
    }
    feeds.get(0).offer(Set.of(b.endpoint()));
    feeds.get(1).offer(Set.of(a.endpoint()));
    try {
      for (int i = 0; i < 2; i++) {
        PeerFeed feed = feeds.get(i);
        Engine engine = engines.get(i);
        Endpoint other = i == 0 ? b.endpoint() : a.endpoint();
        workers.execute(() -> feed.search(other, engine.internals().merges()::searchForOtherClusters));
      }
      assertTrue(SlowMerge.BEGUN.await(20, TimeUnit.SECONDS), "the data is being merged");
      for (Node each : memberships.keySet()) {
        Awaitility.await().until(() -> memberships.get(each).members().size() == 2);
        assertEquals(1, told.get(each).stream().filter(MembershipChange.Joined.class::isInstance).count());
        assertEquals(List.of(), told.get(each).stream().filter(MembershipChange.Left.class::isInstance).toList());
        assertEquals(0, told.get(each).stream().filter(MembershipChange.Merged.class::isInstance).count());
      }
    } finally {
      SlowMerge.MAY_END.countDown();
    }
    Awaitility.await().until(() -> told.values().stream().flatMap(List::stream)
        .filter(MembershipChange.Merged.class::isInstance).count() == 1);
    for (Node each : memberships.keySet()) {
      assertEquals(2, memberships.get(each).members().size());
      assertEquals(1, told.get(each).stream().filter(MembershipChange.Joined.class::isInstance).count());
    }
  }

  @Test
  void thoseWhoMoveTogetherDoNotLoseEachOther() throws Exception {
    List<Node> nodes = List.of(node(), node(), node(), node());
    Map<Node, Membership> memberships = new LinkedHashMap<>();
    List<MembershipChange> left = new CopyOnWriteArrayList<>();
    AtomicInteger arrivals = new AtomicInteger();
    for (int i = 0; i < 4; i++) {
      Engine engine = start(nodes.get(i), i % 2 == 0 ? Set.of() : Set.of(nodes.get(i - 1).endpoint()));
      ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
      Membership membership = new Membership(
          task -> context.runOnContext(v -> task.run()), (ms, task) -> context.setTimer(ms, id -> task.run()));
      memberships.put(nodes.get(i), membership);
      membership.whenOneMoreIsThere(arrivals::incrementAndGet);
      membership.onChange(change -> {
        if (change instanceof MembershipChange.Left) {
          left.add(change);
        }
      });
      await(Future.future(followed -> context.runOnContext(v -> {
        membership.follow(engine);
        followed.complete();
      })));
    }
    for (int i = 0; i < 4; i += 2) {
      Endpoint other = nodes.get(2 - i).endpoint();
      PeerFeed feed = feeds.get(i);
      Engine engine = engines.get(i);
      feed.offer(Set.of(other));
      workers.execute(() -> feed.search(other, engine.internals().merges()::searchForOtherClusters));
    }
    Awaitility.await().until(() -> memberships.values().stream().allMatch(each -> each.members().size() == 4));
    // Until those who have not come would be told of as gone, and some.
    Awaitility.await().during(Duration.ofMillis(2_500)).until(left::isEmpty);
    assertTrue(arrivals.get() >= 2, "both that moved are told of");
    memberships.values().forEach(each -> assertEquals(4, each.members().size()));
  }

  /** Takes as long as the test wants. */
  public static final class SlowMerge implements SplitBrainMergePolicy<Object, MergingValue<Object>, Object> {

    static final String MAP = "slow";
    static final CountDownLatch BEGUN = new CountDownLatch(1);
    static final CountDownLatch MAY_END = new CountDownLatch(1);

    @Override
    public Object merge(MergingValue<Object> merging, MergingValue<Object> existing) {
      BEGUN.countDown();
      try {
        if (!MAY_END.await(30, TimeUnit.SECONDS)) {
          throw new IllegalStateException("the test has not let it end");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return merging.getRawValue();
    }

    @Override
    public void writeData(ObjectDataOutput out) {
      // There is nothing to tell.
    }

    @Override
    public void readData(ObjectDataInput in) {
      // There is nothing to tell.
    }
  }

  private Engine start(Node node, Set<Endpoint> peers) {
    PeerFeed feed = new PeerFeed(() -> System.nanoTime() / 1_000_000);
    feeds.add(feed);
    feed.offer(peers);
    Config own = new Config();
    own.getMapConfig(SlowMerge.MAP).setMergePolicyConfig(new MergePolicyConfig(SlowMerge.class.getName(), 100));
    Config config = EngineConfig.complete(own, setup, MemberAddress.only(InetAddress.getLoopbackAddress()),
        node.port(), MemberAttributes.of(node.toString(), node, Set.of(), Set.of()), feed);
    Engine engine = Engine.start(config, null, feed, new JoinNudger(workers, () -> null));
    engines.add(engine);
    return engine;
  }

  private static Node node() throws IOException {
    return new Node("it", new Endpoint("127.0.0.1", FreePort.next()));
  }
}
