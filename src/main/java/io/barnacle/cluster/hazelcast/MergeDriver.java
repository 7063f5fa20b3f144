package io.barnacle.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Makes clusters that have found each other one, and removes members: on the oldest member by itself, on others by telling
 * the oldest.
 *
 * <p>Peers that are offered within a moment are looked at together, and this cluster moves into the largest of theirs, if
 * that is larger than this one (Hazelcast's own rule, the lowest address deciding between equals). All who know the same
 * peers so choose the same cluster; if they moved into one another in a ring, Hazelcast would need seconds to sort it out.
 *
 * <p>Lives on the connector's context; only searching and suspecting, which block, run on the workers.
 */
final class MergeDriver implements Bulletin.Reader {

  private static final System.Logger LOG = System.getLogger(MergeDriver.class.getName());

  /** How long a process that connects may take to become a member before it counts as one of another cluster. */
  private static final long STRANGER_AFTER_MS = 100;
  /** How long the first offer waits for others. */
  private static final long GATHER_MS = 20;
  /** How long offers wait for peers that have answered and are still being greeted. */
  private static final long GREETING_MS = 500;
  /** The time between the end of a search and the start of the next. */
  private static final long REST_MS = 150;
  private static final Duration SURVEY = Duration.ofSeconds(2);
  /** How long a merge waits for partitions that are on the move, such as those of members that were just lost. */
  private static final Duration MIGRATIONS = Duration.ofSeconds(1);
  /** How long a member that is to be removed may take to hear of it. */
  private static final long TELL_MS = 300;
  private static final long REMEMBER_REFUSALS_MS = 60_000;

  private enum Phase { IDLE, GATHERING, SEARCHING, RESTING }

  private final String selfId;
  private final ContextInternal context;
  private final Executor workers;
  private final Membership membership;
  private final PeerFeed feed;
  private final LinkCheck links;
  private final LongSupplier clockMs;
  private final Map<Endpoint, Long> refusals = new HashMap<>();
  private final Evictions evictions;
  private Engine engine;
  private Bulletin bulletin;
  private ClaimWatch claims;
  private Runnable endSilenceWatch;
  private final AtomicReference<Endpoint> target = new AtomicReference<>();
  private Phase phase = Phase.IDLE;
  private int greeting;
  private long gatheringSinceMs;
  private boolean offeredMeanwhile;

  MergeDriver(
      String selfId,
      ContextInternal context,
      Executor workers,
      Membership membership,
      PeerFeed feed,
      LinkCheck links,
      LongSupplier clockMs) {
    this.selfId = selfId;
    this.context = context;
    this.workers = workers;
    this.membership = membership;
    this.feed = feed;
    this.links = links;
    this.clockMs = clockMs;
    this.evictions = new Evictions(clockMs);
    membership.onChange(change -> forgetTarget());
  }

  /** Drives an engine from now on; call on the context. */
  void drive(Engine newEngine, Bulletin newBulletin) {
    engine = newEngine;
    bulletin = newBulletin;
    closeWatches();
    claims = new ClaimWatch(context, newEngine);
    endSilenceWatch = SilenceWatch.start(context, newEngine, workers);
    newEngine.internals().merges().callOffMovers();
    newEngine.internals().onConnection((uuid, primary) -> context.runOnContext(v ->
        context.setTimer(STRANGER_AFTER_MS, id -> connected(newEngine, uuid, primary))));
  }

  /** Drives no engine any more; call on the context. */
  void stop() {
    engine = null;
    target.set(null);
    bulletin = null;
    closeWatches();
  }

  private void closeWatches() {
    if (claims != null) {
      claims.close();
      claims = null;
      endSilenceWatch.run();
    }
  }

  boolean isRunning() {
    return engine != null && engine.isRunning();
  }

  void open(Endpoint endpoint) {
    if (isRunning()) {
      engine.internals().open(endpoint);
    }
  }

  Optional<HazelcastInternals.Peer> peerAt(Endpoint endpoint) {
    return isRunning() ? engine.internals().peerAt(endpoint) : Optional.empty();
  }

  /** A peer has answered and will be offered soon. */
  void greetingBegins() {
    greeting++;
  }

  /** It is offered, or nothing came of it. */
  void greetingEnds() {
    greeting--;
  }

  void abandon(Endpoint endpoint) {
    if (isRunning()) {
      engine.internals().abandon(endpoint);
    }
  }

  void ask(Endpoint endpoint) {
    if (isRunning()) {
      engine.internals().ask(endpoint);
    }
  }

  /** Whether the peer has refused this node, because it belongs to another cluster, at that time or later. */
  boolean refusedSince(Endpoint peer, long sinceMs) {
    if (isRunning()) {
      noteRefusal(peer);
    }
    Long at = refusals.get(peer);
    return at != null && at >= sinceMs;
  }

  /** Hazelcast keeps a refusal for as long as it runs, but who listens on that port can change. */
  private void noteRefusal(Endpoint peer) {
    if (engine.internals().isRefusedBy(peer)) {
      engine.internals().forgetRefusal(peer);
      feed.withdraw(peer);
      long now = clockMs.getAsLong();
      refusals.values().removeIf(at -> now - at > REMEMBER_REFUSALS_MS);
      refusals.put(peer, now);
    }
  }

  Evictions evictions() {
    return evictions;
  }

  /** A peer that is no member was seen to answer: has its cluster and this one merged. */
  void offer(Endpoint peer) {
    if (!isRunning() || !evictions.mayCome(peer)) {
      return;
    }
    offered(peer);
    if (!engine.internals().isOldest()) {
      bulletin.offer(peer);
    }
  }

  /** Has a member removed, after telling it. */
  void evict(Member member, String reason) {
    if (isRunning()) {
      bulletin.evict(member.nodeId(), reason)
          .timeout(TELL_MS, TimeUnit.MILLISECONDS)
          .onComplete(told -> context.runOnContext(v -> evicted(member.nodeId(), reason)));
    }
  }

  @Override
  public void offered(Endpoint peer) {
    if (isRunning() && evictions.mayCome(peer) && membership.at(peer).isEmpty()) {
      feed.offer(Set.of(peer));
      searchSoon();
    }
  }

  @Override
  public void moving(Endpoint peer) {
    target.set(peer);
  }

  /** Who is a member of this cluster is not where it moves: the end of a merge says less, as the next one may have begun. */
  private void forgetTarget() {
    Endpoint last = target.get();
    if (last != null && membership.at(last).isPresent()) {
      target.compareAndSet(last, null);
    }
  }

  /** Into whose cluster this one was about to move last, or null; for any thread. */
  Endpoint target() {
    return target.get();
  }

  @Override
  public void evicted(String nodeId, String reason) {
    if (!isRunning()) {
      return;
    }
    if (nodeId.equals(selfId)) {
      LOG.log(System.Logger.Level.WARNING, "This node is being removed from its cluster ({0}); it stays out until its own"
          + " discovery lists it", reason);
      evictions.selfRemoved();
      feed.clear();
      return;
    }
    membership.expectDeparture(nodeId, reason);
    membership.withNodeId(nodeId).ifPresent(member -> evictions.removed(member.endpoints()));
    Engine current = engine;
    workers.execute(() -> current.instance().getCluster().getMembers().stream()
        .filter(member -> !member.localMember() && nodeId.equals(MemberAttributes.read(member).nodeId()))
        // The oldest removes by itself; to be rid of the oldest, everybody has to suspect it.
        .filter(member -> current.internals().isOldest() || current.internals().isOldest(member))
        .forEach(member -> current.internals().suspect(member, reason)));
  }

  @Override
  public void saidGoodbye(String nodeId) {
    membership.expectDeparture(nodeId, "it left");
  }

  /** A Hazelcast process has connected, or was connected to: if it does not become a member, it is of another cluster. */
  private void connected(Engine source, UUID uuid, Endpoint primary) {
    if (source != engine || !isRunning() || membership.withUuid(uuid).isPresent()) {
      return;
    }
    boolean stillThere = engine.internals().peerAt(primary).filter(peer -> peer.uuid().equals(uuid)).isPresent();
    if (stillThere) {
      LOG.log(System.Logger.Level.DEBUG, "{0} has connected and is no member", primary);
      offer(primary);
    }
  }

  private void searchSoon() {
    if (phase == Phase.IDLE) {
      phase = Phase.GATHERING;
      gatheringSinceMs = clockMs.getAsLong();
      context.setTimer(GATHER_MS, id -> gather());
    } else if (phase != Phase.GATHERING) {
      offeredMeanwhile = true;
    }
  }

  /** Who looks at some of the peers only may move into a cluster that is itself on the move. */
  private void gather() {
    if (greeting > 0 && clockMs.getAsLong() - gatheringSinceMs < GREETING_MS) {
      context.setTimer(GATHER_MS, id -> gather());
    } else {
      search();
    }
  }

  private void search() {
    phase = Phase.SEARCHING;
    offeredMeanwhile = false;
    Engine current = engine;
    Bulletin news = bulletin;
    if (!isRunning() || !current.internals().merges().canMerge()) {
      searched();
      return;
    }
    try {
      feed.peers().forEach(this::noteRefusal);
      // Who became a member meanwhile need not be looked at.
      feed.peers().stream().filter(peer -> membership.at(peer).isPresent()).forEach(feed::withdraw);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "The engine could not say whom it refused", e);
      searched();
      return;
    }
    workers.execute(() -> feed.alone(() -> {
      try {
        search(current.internals(), news);
      } catch (HazelcastInstanceNotActiveException e) {
        LOG.log(System.Logger.Level.DEBUG, "The engine went away under a search", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "The search for other clusters failed", e);
      } finally {
        context.runOnContext(v -> searched());
      }
    }));
  }

  private void search(HazelcastInternals internals, Bulletin current) throws InterruptedException {
    Map<Endpoint, MergeInternals.OtherCluster> clusters = internals.merges().clustersOf(feed.peers(), SURVEY);
    Optional<Endpoint> best = clusters.keySet().stream().min(
        Comparator.comparing((Endpoint peer) -> -clusters.get(peer).size()).thenComparing(MergeDriver::rank));
    if (best.isPresent()) {
      move(best.get(), clusters.get(best.get()), internals, current);
    }
  }

  private void move(
      Endpoint oldest, MergeInternals.OtherCluster into, HazelcastInternals internals, Bulletin current)
      throws InterruptedException {
    // A smaller one moves into this one, and looks at its links itself.
    if (into.size() >= internals.merges().size()
        && !links.reachesAll(into.members(), peer -> internals.peerAt(peer).isPresent())) {
      // Not by Hazelcast's own search either.
      into.members().forEach(feed::withdraw);
      return;
    }
    // The others of this cluster will have to knock there too.
    target.set(oldest);
    current.moveTo(oldest);
    internals.merges().awaitMigrations(MIGRATIONS);
    feed.search(oldest, internals.merges()::searchForOtherClusters);
  }

  /** As Hazelcast spells an address where it compares two clusters of one size. */
  private static String rank(Endpoint endpoint) {
    return "[" + endpoint.host() + "]:" + endpoint.port();
  }

  private void searched() {
    phase = Phase.RESTING;
    context.setTimer(REST_MS, id -> {
      phase = Phase.IDLE;
      if (offeredMeanwhile) {
        searchSoon();
      }
    });
  }
}
