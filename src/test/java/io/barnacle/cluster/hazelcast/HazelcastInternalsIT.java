package io.barnacle.cluster.hazelcast;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.cluster.ClusterState;
import com.hazelcast.config.Config;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleListener;
import com.hazelcast.core.MemberLeftException;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.map.IMap;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.impl.operationservice.Operation;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.barnacle.testkit.FixedNodesOptions;
import io.barnacle.testkit.FreePort;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each method on real instances of the pinned Hazelcast, without anything else of Barnacle. */
@Timeout(120)
class HazelcastInternalsIT {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final String cluster = "internals-" + UUID.randomUUID();
  private final List<HazelcastInstance> instances = new ArrayList<>();

  /** One instance. */
  private record Instance(HazelcastInstance hazelcast, HazelcastInternals internals, PeerFeed feed, Endpoint endpoint) {
    int size() {
      return hazelcast.getCluster().getMembers().size();
    }

    UUID uuid() {
      return hazelcast.getCluster().getLocalMember().getUuid();
    }

    /** Searches as Barnacle does: for one peer. */
    void search(Endpoint peer) {
      feed.offer(Set.of(peer));
      feed.search(peer, internals.merges()::searchForOtherClusters);
    }
  }

  @AfterEach
  void end() {
    instances.forEach(each -> each.getLifecycleService().terminate());
  }

  @Test
  void aloneItIsJoinedAndTheOldest() {
    Instance a = start();
    assertTrue(a.internals.isJoined());
    assertFalse(a.internals.isJoining());
    assertTrue(a.internals.isOldest());
    assertTrue(a.internals.isOldest(a.hazelcast.getCluster().getLocalMember()));
    assertTrue(a.internals.merges().canMerge());
    a.hazelcast.shutdown();
    assertFalse(a.internals.isJoined());
    assertFalse(a.internals.isJoining());
    assertFalse(a.internals.isOldest());
    assertFalse(a.internals.merges().canMerge());
  }

  @Test
  void aClusterThatLetsNobodyInDoesNotMergeEither() {
    Instance a = start();
    a.hazelcast.getCluster().changeClusterState(ClusterState.FROZEN);
    assertTrue(a.internals.isOldest());
    assertFalse(a.internals.merges().canMerge());
    a.hazelcast.getCluster().changeClusterState(ClusterState.ACTIVE);
    assertTrue(a.internals.merges().canMerge());
  }

  @Test
  void whoHangsUpWhileTheClusterMovesIsNotWaitedFor() {
    Instance a = start();
    Instance b = start(a);
    await().atMost(SOON).until(() -> a.size() == 2);
    a.internals.merges().callOffMovers();
    a.hazelcast.getCluster().changeClusterState(ClusterState.FROZEN);
    Future<Object> before = a.internals.invoke(new Unanswered(), MemberAttributes.addressOf(b.endpoint));
    hangUp(b);
    await().atMost(SOON).until(() -> a.internals.peerAt(b.endpoint).isPresent());
    assertFalse(before.isComplete());
    a.internals.merges().moving(() -> {
      hangUp(b);
      await().atMost(ANSWER).until(before::isComplete);
    });
    assertInstanceOf(MemberLeftException.class, before.cause());
  }

  private static void hangUp(Instance instance) {
    List.copyOf(((HazelcastInstanceProxy) instance.hazelcast).getOriginal().node.getServer()
        .getConnectionManager(EndpointQualifier.MEMBER).getConnections()).forEach(each -> each.close("for a test", null));
  }

  @Test
  void aClusterThatHasLostAMemberCanMoveWhenItsPartitionsAreThere() throws InterruptedException {
    Instance a = start();
    Instance b = start(a);
    a.hazelcast.getMap("m").put("k", "v");
    await().atMost(SOON).until(() -> a.hazelcast.getPartitionService().isClusterSafe());
    b.hazelcast.getLifecycleService().terminate();
    await().atMost(SOON).until(() -> a.size() == 1);
    a.internals.merges().awaitMigrations(SOON);
    a.internals.merges().awaitMigrations(Duration.ZERO);
    assertTrue(a.hazelcast.getPartitionService().isClusterSafe());
    a.hazelcast.getCluster().changeClusterState(ClusterState.FROZEN);
    assertFalse(a.internals.merges().canMerge());
  }

  @Test
  void whoIsSilentIsKnownAndRemovedOnlyIfItStillIs() {
    Instance a = start();
    Instance b = start(a);
    assertEquals(1_000, a.internals.heartbeatMs()); // and 3 s of silence: the preset "fast"
    assertEquals(List.of(), a.internals.silent(a.internals.clusterTimeMs(), 0));
    await().atMost(SOON).until(() -> a.internals.silent(a.internals.clusterTimeMs(), -2_900).equals(List.of(member(a, b))));
    a.internals.suspectSilent(member(a, b), 0);
    assertEquals(2, a.size());
    a.internals.suspectSilent(member(a, b), -3_000);
    await().atMost(SOON).until(() -> a.size() == 1);
    assertEquals(List.of(), a.internals.silent(a.internals.clusterTimeMs(), -3_000));
  }

  @Test
  void theSmallerClusterMovesIntoTheLarger() {
    Instance large = start();
    Instance younger = start(large);
    assertEquals(2, large.size());
    assertTrue(large.internals.isOldest());
    assertFalse(younger.internals.isOldest());
    assertFalse(younger.internals.merges().canMerge());
    assertTrue(younger.internals.isOldest(member(younger, large)));
    assertFalse(large.internals.isOldest(member(large, younger)));

    Instance small = start();
    Endpoint nobody = new Endpoint("127.0.0.1", freePort());
    for (Instance each : List.of(large, younger)) {
      small.internals.open(each.endpoint);
      await().atMost(SOON).until(() -> small.internals.peerAt(each.endpoint).isPresent());
    }
    assertEquals(2, large.internals.merges().size());
    assertEquals(
        Map.of(large.endpoint, new MergeInternals.OtherCluster(2, Set.of(large.endpoint, younger.endpoint))),
        small.internals.merges().clustersOf(Set.of(large.endpoint, younger.endpoint, nobody), ANSWER), "only the oldest says");

    small.search(large.endpoint);
    await().atMost(SOON).until(() -> small.size() == 3 && large.size() == 3);
    await().atMost(SOON).until(small.internals::isJoined); // which is so a moment after the list
    assertFalse(small.internals.isOldest());
    assertTrue(large.internals.isOldest());
  }

  @Test
  void theOldestRemovesWhomItSuspects() {
    Instance a = start();
    Instance b = start(a);
    UUID before = b.uuid();
    a.internals.suspect(member(a, b), "a test");
    assertTrue(a.hazelcast.getCluster().getMembers().stream().noneMatch(each -> each.getUuid().equals(before)));
  }

  @Test
  void connectionsTellWhoIsThere() {
    Instance a = start();
    Instance b = start();
    CompletableFuture<HazelcastInternals.Peer> heard = new CompletableFuture<>();
    b.internals.onConnection((uuid, primary) -> heard.complete(new HazelcastInternals.Peer(uuid, primary)));
    assertTrue(a.internals.peerAt(b.endpoint).isEmpty());
    a.internals.open(b.endpoint);
    await().atMost(SOON).until(() -> a.internals.peerAt(b.endpoint).isPresent());
    assertEquals(new HazelcastInternals.Peer(b.uuid(), b.endpoint), a.internals.peerAt(b.endpoint).orElseThrow());
    await().atMost(SOON).until(heard::isDone);
    assertEquals(new HazelcastInternals.Peer(a.uuid(), a.endpoint), heard.join());
    CompletableFuture<HazelcastInternals.Peer> heardLater = new CompletableFuture<>();
    b.internals.onConnection((uuid, primary) -> heardLater.complete(new HazelcastInternals.Peer(uuid, primary)));
    assertEquals(heard.join(), heardLater.getNow(null), "those that there are, are told too");
    assertEquals(1, a.size(), "a connection is no membership");
    a.internals.abandon(b.endpoint);
    assertTrue(a.internals.peerAt(b.endpoint).isPresent(), "who has greeted is not abandoned");
  }

  @Test
  void aConnectionWithoutAGreetingIsAbandoned() throws Exception {
    Instance a = start();
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      Endpoint endpoint = new Endpoint("127.0.0.1", silent.getLocalPort());
      a.internals.open(endpoint);
      try (Socket accepted = silent.accept()) {
        accepted.setSoTimeout((int) SOON.toMillis());
        assertEquals('H', accepted.getInputStream().read());
        assertTrue(a.internals.peerAt(endpoint).isEmpty());
        // Hazelcast lists the connection a moment after it has spoken.
        CompletableFuture<Integer> rest = CompletableFuture.supplyAsync(() -> readToEnd(accepted));
        await().atMost(SOON).until(() -> {
          a.internals.abandon(endpoint);
          return rest.isDone();
        });
        assertEquals(-1, rest.join());
      }
    }
  }

  @Test
  void aPeerOfAnotherClusterRefusesUntilThatIsForgotten() {
    Instance a = start();
    Instance stranger = start("another-" + cluster, new PeerFeed(() -> System.nanoTime() / 1_000_000), config -> { });
    assertFalse(a.internals.isRefusedBy(stranger.endpoint));
    a.internals.open(stranger.endpoint);
    await().atMost(SOON).until(() -> {
      a.internals.ask(stranger.endpoint);
      return a.internals.isRefusedBy(stranger.endpoint);
    });
    a.internals.forgetRefusal(stranger.endpoint);
    assertFalse(a.internals.isRefusedBy(stranger.endpoint));
  }

  @Test
  void aNudgeGetsANodeIn() throws Exception {
    Instance a = start();
    CompletableFuture<HazelcastInternals> early = new CompletableFuture<>();
    CountDownLatch looking = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    PeerFeed feed = new PeerFeed(() -> System.nanoTime() / 1_000_000);
    // Hazelcast's own join stands still while it waits for its peers: what gets the node in is the nudge.
    feed.joinedWhen(() -> {
      looking.countDown();
      return !isOver(answer);
    });
    CompletableFuture<Instance> starting = CompletableFuture.supplyAsync(() ->
        start(cluster, feed, config -> config.addListenerConfig(new ListenerConfig(new Early(early)))));
    try {
      assertTrue(looking.await(SOON.toSeconds(), TimeUnit.SECONDS));
      HazelcastInternals joining = early.get(SOON.toSeconds(), TimeUnit.SECONDS);
      assertTrue(joining.isJoining());
      assertFalse(joining.isJoined());
      joining.nudgeJoin(null);
      joining.open(a.endpoint);
      await().atMost(SOON).until(() -> joining.peerAt(a.endpoint).isPresent());
      joining.nudgeJoin(a.endpoint);
      await().atMost(SOON).until(joining::isJoined);
      assertFalse(joining.isOldest());
      joining.nudgeJoin(a.endpoint);
    } finally {
      answer.countDown();
    }
    Instance b = starting.get(SOON.toSeconds(), TimeUnit.SECONDS);
    await().atMost(SOON).until(() -> a.size() == 2 && b.size() == 2);
  }

  @Test
  void locksBelongToWhomTheOwnerSays() throws Exception {
    IMap<String, String> map = start().hazelcast.getMap("locks");
    HazelcastInternals.asOwner(-1, () -> map.tryLock("key"));
    assertFalse(CompletableFuture.supplyAsync(() -> as(-2, () -> map.tryLock("key"))).join());
    assertThrows(IllegalMonitorStateException.class, () -> map.unlock("key"));
    CompletableFuture.runAsync(() -> as(-1, () -> {
      map.unlock("key");
      return null;
    })).join();
    assertTrue(map.tryLock("key"));
  }

  /** Gets the instance before its start is over. */
  private record Early(CompletableFuture<HazelcastInternals> internals)
      implements LifecycleListener, HazelcastInstanceAware {
    @Override
    public void setHazelcastInstance(HazelcastInstance instance) {
      internals.complete(new HazelcastInternals(instance));
    }

    @Override
    public void stateChanged(LifecycleEvent event) {
      // Only the instance is of interest.
    }
  }

  /** Is done, and never answered. */
  static final class Unanswered extends Operation implements IdentifiedDataSerializable {
    static final int FACTORY = 77;

    @Override
    public boolean returnsResponse() {
      return false;
    }

    @Override
    public int getFactoryId() {
      return FACTORY;
    }

    @Override
    public int getClassId() {
      return 1;
    }
  }

  private Instance start(Instance... peers) {
    PeerFeed feed = new PeerFeed(() -> System.nanoTime() / 1_000_000);
    for (Instance peer : peers) {
      feed.offer(Set.of(peer.endpoint));
    }
    Instance instance = start(cluster, feed, config ->
        config.getSerializationConfig().addDataSerializableFactory(Unanswered.FACTORY, id -> new Unanswered()));
    feed.joinedWhen(instance.internals::isJoined);
    return instance;
  }

  private Instance start(String name, PeerFeed feed, Consumer<Config> more) {
    Setup setup = new Setup(
        new NodeOptions(), new ClusterOptions().setName(name), new FixedNodesOptions(FixedNodesOptions.json()));
    Node node = new Node("it", new Endpoint("127.0.0.1", freePort()));
    Config config = EngineConfig.complete(new Config(), setup, MemberAddress.only(InetAddress.getLoopbackAddress()),
        node.port(), MemberAttributes.of(node.toString(), node, Set.of(), Set.of()), feed);
    // Hazelcast's own search would do what is to be tested.
    config.setProperty("hazelcast.merge.first.run.delay.seconds", "600");
    more.accept(config);
    HazelcastInstance hazelcast = Hazelcast.newHazelcastInstance(config);
    synchronized (instances) {
      instances.add(hazelcast);
    }
    return new Instance(hazelcast, new HazelcastInternals(hazelcast), feed, node.endpoint());
  }

  private static com.hazelcast.cluster.Member member(Instance view, Instance who) {
    return view.hazelcast.getCluster().getMembers().stream()
        .filter(each -> each.getUuid().equals(who.uuid())).findFirst().orElseThrow();
  }

  private static <T> T as(long owner, Callable<T> call) {
    try {
      return HazelcastInternals.asOwner(owner, call);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isOver(CountDownLatch latch) {
    try {
      return latch.await(SOON.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static int freePort() {
    try {
      return FreePort.next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int readToEnd(Socket socket) {
    try {
      int last;
      do {
        last = socket.getInputStream().read();
      } while (last >= 0);
      return last;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
