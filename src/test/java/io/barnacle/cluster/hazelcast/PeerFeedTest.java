package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hazelcast.spi.discovery.DiscoveryNode;
import com.hazelcast.spi.discovery.DiscoveryStrategy;
import io.barnacle.node.Endpoint;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeerFeedTest {

  private final AtomicLong now = new AtomicLong(1_000);
  private final PeerFeed feed = new PeerFeed(now::get);
  private final Endpoint a = new Endpoint("10.0.0.1", 5701);
  private final Endpoint b = new Endpoint("fd00::1", 5701);

  @Test
  void showsAllPeersToANodeThatJoins() {
    feed.offer(Set.of(a, b));
    assertEquals(Set.of(a, b), feed.visible());
    feed.withdraw(a);
    assertEquals(Set.of(b), feed.visible());
  }

  @Test
  void showsHazelcastsOwnSearchOnlyWhatWasLeftOverForAWhile() {
    feed.joinedWhen(() -> true);
    feed.offer(Set.of(a));
    assertEquals(Set.of(), feed.visible());
    now.addAndGet(2_000);
    feed.offer(Set.of(a, b));
    assertEquals(Set.of(), feed.visible());
    now.addAndGet(1_000);
    assertEquals(Set.of(a), feed.visible());
  }

  @Test
  void showsASearchOfBarnaclesItsPeerAlone() {
    feed.joinedWhen(() -> true);
    feed.offer(Set.of(a, b));
    feed.search(b, () -> assertEquals(Set.of(b), feed.visible()));
    assertEquals(Set.of(), feed.visible());
  }

  @Test
  void showsHazelcastsOwnSearchNobodyWhileBarnacleSearches() {
    feed.joinedWhen(() -> true);
    feed.offer(Set.of(a, b));
    now.addAndGet(3_000);
    feed.alone(() -> assertEquals(Set.of(), CompletableFuture.supplyAsync(feed::visible).join()));
    assertEquals(Set.of(a, b), feed.visible());
  }

  @Test
  void offersOfAMemberThatIsLostAgainBeginAnew() {
    feed.joinedWhen(() -> true);
    feed.offer(Set.of(a, b));
    feed.withdrawIf(a::equals);
    assertEquals(Set.of(b), feed.peers());
    now.addAndGet(4_000);
    feed.offer(Set.of(a));
    assertEquals(Set.of(b), feed.visible());
  }

  @Test
  void forgetsPeersThatNobodyOffersAnyMore() {
    feed.offer(Set.of(a, b));
    now.addAndGet(20_000);
    feed.offer(Set.of(b));
    now.addAndGet(10_001);
    assertEquals(Set.of(b), feed.peers());
    feed.clear();
    assertEquals(Set.of(), feed.peers());
  }

  @Test
  void hazelcastGetsLiteralsInItsOwnSpelling() {
    feed.offer(Set.of(b));
    DiscoveryStrategy strategy = feed.factory().newDiscoveryStrategy(null, null, Map.of());
    DiscoveryNode node = strategy.discoverNodes().iterator().next();
    assertEquals("fd00:0:0:0:0:0:0:1", node.getPrivateAddress().getHost());
    assertEquals(b, MemberAttributes.endpointOf(node.getPrivateAddress()));
  }
}
