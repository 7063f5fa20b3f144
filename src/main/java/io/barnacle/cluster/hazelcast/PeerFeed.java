package io.barnacle.cluster.hazelcast;

import com.hazelcast.config.properties.PropertyDefinition;
import com.hazelcast.logging.ILogger;
import com.hazelcast.spi.discovery.AbstractDiscoveryStrategy;
import com.hazelcast.spi.discovery.DiscoveryNode;
import com.hazelcast.spi.discovery.DiscoveryStrategy;
import com.hazelcast.spi.discovery.DiscoveryStrategyFactory;
import com.hazelcast.spi.discovery.SimpleDiscoveryNode;
import io.barnacle.node.Endpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The peers that Hazelcast is told about when it asks: those that were seen to answer lately. Safe for use by any thread.
 *
 * <p>While the node joins, Hazelcast sees all of them; in a search that Barnacle started, the one that is searched for. Its
 * own periodic search sees those that were offered a while ago and are no members yet, and nobody if it begins while Barnacle
 * searches: it is the safety net below that, and of two searches at the same time each would start a merge, and break off the
 * other's.
 */
final class PeerFeed {

  /** A peer that was not offered again for so long is forgotten: whoever still wants it offers it again. */
  private static final long FORGET_AFTER_MS = 30_000;
  /** After so long the safety net may have a try as well. */
  private static final long NET_AFTER_MS = 3_000;

  private record Offer(long firstMs, long lastMs) {
  }

  private final LongSupplier clockMs;
  private final Map<Endpoint, Offer> offers = new ConcurrentHashMap<>();
  private final ThreadLocal<Endpoint> searched = new ThreadLocal<>();
  private final AtomicInteger searches = new AtomicInteger();
  private volatile BooleanSupplier joined = () -> false;

  /** @param clockMs a clock that never jumps */
  PeerFeed(LongSupplier clockMs) {
    this.clockMs = clockMs;
  }

  /** Adds peers, or makes them fresh again; IP literals with a port. */
  void offer(Set<Endpoint> peers) {
    long now = clockMs.getAsLong();
    peers.forEach(peer -> offers.merge(peer, new Offer(now, now), (old, fresh) -> new Offer(old.firstMs, now)));
  }

  /** Forgets a peer. */
  void withdraw(Endpoint peer) {
    offers.remove(peer);
  }

  /** Forgets those that are members: when they are lost again, their offers begin anew. */
  void withdrawIf(Predicate<Endpoint> isMember) {
    offers.keySet().removeIf(isMember);
  }

  /** Forgets all peers. */
  void clear() {
    offers.clear();
  }

  /** Whether the node is in a cluster, which Hazelcast itself does not say when it asks. */
  void joinedWhen(BooleanSupplier isJoined) {
    this.joined = isJoined;
  }

  /** All peers that are not forgotten. */
  Set<Endpoint> peers() {
    long now = clockMs.getAsLong();
    offers.values().removeIf(offer -> now - offer.lastMs > FORGET_AFTER_MS);
    return Set.copyOf(offers.keySet());
  }

  /** Runs a search of Barnacle's: what asks on this thread meanwhile sees that peer alone. */
  void search(Endpoint peer, Runnable search) {
    searched.set(peer);
    try {
      search.run();
    } finally {
      searched.remove();
    }
  }

  /** Runs something during which Hazelcast's own search sees nobody; one that has begun before goes on. */
  void alone(Runnable searching) {
    searches.incrementAndGet();
    try {
      searching.run();
    } finally {
      searches.decrementAndGet();
    }
  }

  /** What Hazelcast sees now, on this thread. */
  Set<Endpoint> visible() {
    Endpoint only = searched.get();
    Set<Endpoint> all = peers();
    if (only != null || !joined.getAsBoolean()) {
      return only == null ? all : Set.of(only);
    }
    if (searches.get() > 0) {
      return Set.of();
    }
    long now = clockMs.getAsLong();
    return all.stream()
        .filter(peer -> {
          Offer offer = offers.get(peer);
          return offer != null && now - offer.firstMs >= NET_AFTER_MS;
        })
        .collect(java.util.stream.Collectors.toUnmodifiableSet());
  }

  /** The door through which Hazelcast asks. */
  DiscoveryStrategyFactory factory() {
    return new Factory(this);
  }

  private record Factory(PeerFeed feed) implements DiscoveryStrategyFactory {

    @Override
    public Class<? extends DiscoveryStrategy> getDiscoveryStrategyType() {
      return FeedStrategy.class;
    }

    @Override
    @SuppressWarnings("rawtypes") // the type that Hazelcast's interface has
    public DiscoveryStrategy newDiscoveryStrategy(DiscoveryNode self, ILogger log, Map<String, Comparable> properties) {
      return new FeedStrategy(feed, log, properties);
    }

    @Override
    public Collection<PropertyDefinition> getConfigurationProperties() {
      return List.of();
    }
  }

  private static final class FeedStrategy extends AbstractDiscoveryStrategy {

    private final PeerFeed feed;

    @SuppressWarnings("rawtypes")
    private FeedStrategy(PeerFeed feed, ILogger log, Map<String, Comparable> properties) {
      super(log, properties);
      this.feed = feed;
    }

    @Override
    public Iterable<DiscoveryNode> discoverNodes() {
      List<DiscoveryNode> nodes = new ArrayList<>();
      feed.visible().forEach(peer -> nodes.add(new SimpleDiscoveryNode(MemberAttributes.addressOf(peer))));
      return nodes;
    }
  }
}
