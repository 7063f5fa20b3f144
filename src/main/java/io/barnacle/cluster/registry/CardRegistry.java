package io.barnacle.cluster.registry;

import io.barnacle.cluster.ClusterException;
import io.barnacle.internal.Timers;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The registry of one node: its own card, the copies of the others' cards, and the exchange that keeps them equal. The package
 * documentation has the reasons. Safe for use by any thread; nothing blocks. Longer than most types here, as it is the one
 * place where the lock is taken: {@link Channel}, {@link Replica}, {@link OwnCard} and {@link Settlement} are parts of it.
 *
 * <p>Completion of a change means that every member has it, or has left. A change that not all have acknowledged when its
 * deadline is over fails with {@link ClusterException.NotAcknowledged}; it is kept all the same, and told until it holds.
 */
public final class CardRegistry {

  /** How long a change waits for acknowledgements: 10 s, more than it takes to drop a dead member by default. */
  public static final Duration ACKNOWLEDGED_WITHIN = Duration.ofSeconds(10);

  /** The time between two digests to a peer, up to 100 peers: 5 s. With more, this node sends 20 a second altogether. */
  public static final Duration DIGEST_INTERVAL = Duration.ofSeconds(5);

  private static final long DIGEST_SHARE_MS = 50;
  private static final long EXPIRY_MS = 500;
  private static final long ASK_AGAIN_MS = 10;
  private static final long ASK_AGAIN_AT_MOST_MS = 1_000;
  /** For how long the copy of a node that has left is kept, unseen: if it comes back, little is to be sent. */
  private static final long KEPT_MS = 120_000;
  /** For how long a newcomer may be a member before it has said where its event bus listens. */
  private static final long NEWCOMER_MS = 3_000;
  private static final int DEPARTED_REMEMBERED = 4_096;
  /** How many addresses of each card its description has. */
  private static final int SAMPLED = 5;

  private final String self;
  private final PeerLink link;
  private final Timers timers;
  private final RegistrationListener listener;

  private final Object lock = new Object();
  private final Outbox outbox = new Outbox();
  private final OwnCard own;
  private final Map<String, Channel> channels = new HashMap<>();
  private final Map<String, Replica> replicas = new ConcurrentHashMap<>();
  private final Map<String, Set<RegistrationInfo>> localOnly = new ConcurrentHashMap<>();
  private final Settlement settlement = new Settlement(outbox);
  private final Set<String> departed = new LinkedHashSet<>();
  private final Set<String> toTell = ConcurrentHashMap.newKeySet();
  private final Map<String, List<Promise<NodeInfo>>> infoWanted = new HashMap<>();
  private final Map<Promise<Void>, Set<String>> cardsWanted = new LinkedHashMap<>();
  private final Set<String> asking = new HashSet<>();
  private boolean expiryPlanned;
  private boolean closed;

  /**
   * The registry of a node without peers.
   *
   * @param self its node id, never used before
   * @param listener is told of changes of the addresses that it wants; on any thread, one call at a time
   */
  public CardRegistry(String self, PeerLink link, Timers timers, RegistrationListener listener) {
    this.self = self;
    this.link = link;
    this.timers = timers;
    this.listener = listener;
    this.own = new OwnCard(self);
    planDigests();
  }

  /** Adds a registration of this node. */
  public void add(String address, RegistrationInfo info, Completable<Void> promise) {
    if (info.localOnly()) {
      changeLocal(address, promise, () -> localOnly.computeIfAbsent(address, key -> ConcurrentHashMap.newKeySet()).add(info));
    } else {
      change(() -> own.card().has(address, info.seq()) ? List.of() : List.of(new Change.Added(address, info.seq())), promise);
    }
  }

  /** Removes a registration of this node. */
  public void remove(String address, RegistrationInfo info, Completable<Void> promise) {
    if (info.localOnly()) {
      changeLocal(address, promise, () -> localOnly.computeIfPresent(address, (key, set) -> {
        set.remove(info);
        return set.isEmpty() ? null : set;
      }));
    } else {
      change(() -> own.card().has(address, info.seq()) ? List.of(new Change.Removed(address, info.seq())) : List.of(), promise);
    }
  }

  /**
   * Says that this node is about to leave, so that nobody else sends to it any more. From then on its registrations, and those
   * that are added later, are seen by this node, as what it still works at may need them; and by others that have withdrawn
   * too, where nobody else has the address: nodes that are stopped at the same time may need each other to the end.
   *
   * @return completes as the removal of one does
   */
  public Future<Void> withdraw() {
    Promise<Void> promise = Promise.promise();
    change(() -> own.card().isWithdrawn() ? List.of() : List.of(new Change.Withdrawn()), promise);
    return promise.future();
  }

  /** The ids of the peers that have not acknowledged the present version of this node's card. */
  public Set<String> behind() {
    synchronized (lock) {
      return channels.values().stream()
          .filter(channel -> channel.acked() < own.version()).map(Channel::peer).collect(Collectors.toSet());
    }
  }

  /** Sets where this node's event bus listens. */
  public void listens(NodeInfo info, Completable<Void> promise) {
    change(() -> List.of(new Change.Listens(info)), promise);
  }

  /** Where this node's event bus listens, or null if it was not said yet. */
  public NodeInfo ownInfo() {
    return own.card().info();
  }

  /** All registrations of an address that this node may send to. */
  public List<RegistrationInfo> get(String address) {
    List<RegistrationInfo> found = new ArrayList<>(localOnly.getOrDefault(address, Set.of()));
    own.card().collect(address, found);
    for (Replica each : replicas.values()) {
      if (each.isConfirmed() && !each.card().isWithdrawn()) {
        each.card().collect(address, found);
      }
    }
    if (found.isEmpty() && own.card().isWithdrawn()) {
      for (Replica each : replicas.values()) {
        if (counts(each)) {
          each.card().collect(address, found);
        }
      }
    }
    return found;
  }

  /**
   * Where a node's event bus listens.
   *
   * @return fails with a {@link ReplyException} if the node is no member: that is what Vert.x hands to the senders that wait
   *     for a connection to it, who would wait for their timeouts otherwise
   */
  public Future<NodeInfo> infoOf(String nodeId) {
    Replica known = replicas.get(nodeId);
    NodeInfo info = nodeId.equals(self) ? ownInfo() : known != null && known.isConfirmed() ? known.card().info() : null;
    if (info != null) {
      return Future.succeededFuture(info);
    }
    Promise<NodeInfo> promise = Promise.promise();
    synchronized (lock) {
      if (departed.contains(nodeId) || closed) {
        return Future.failedFuture(gone(nodeId));
      }
      infoWanted.computeIfAbsent(nodeId, key -> new ArrayList<>()).add(promise);
    }
    timers.schedule(Duration.ofMillis(NEWCOMER_MS), () -> {
      synchronized (lock) {
        List<Promise<NodeInfo>> waiting = infoWanted.getOrDefault(nodeId, new ArrayList<>());
        waiting.remove(promise);
        if (waiting.isEmpty()) {
          infoWanted.remove(nodeId);
        }
      }
      promise.tryFail(gone(nodeId));
    });
    locked(() -> serveInfo(nodeId));
    return promise.future();
  }

  /** A node became a member. */
  public void joined(String peer) {
    if (peer.equals(self)) {
      return;
    }
    locked(() -> {
      departed.remove(peer);
      Replica replica = replicas.get(peer);
      if (replica != null) {
        replica.returned();
      }
      send(channels.computeIfAbsent(peer, key -> new Channel(key, own)));
      if (asking.add(peer)) {
        outbox.add(() -> ask(peer, ASK_AGAIN_MS));
      }
    });
  }

  /** A node is no member any more: its card counts no longer. */
  public void left(String peer) {
    locked(() -> {
      departed.add(peer);
      if (departed.size() > DEPARTED_REMEMBERED) {
        departed.remove(departed.iterator().next());
      }
      channels.remove(peer);
      Replica replica = replicas.get(peer);
      if (replica != null) {
        boolean wasSeen = replica.isConfirmed();
        replica.left(timers.monotonicMillis());
        if (wasSeen) {
          tell(replica.card().addresses());
        }
      }
      List<Promise<NodeInfo>> waiting = infoWanted.remove(peer);
      if (waiting != null) {
        waiting.forEach(each -> outbox.add(() -> each.tryFail(gone(peer))));
      }
      cardHas(peer);
    });
  }

  /** Membership may have changed in ways that were not told, as in a merge: has everything checked at once. */
  public void check() {
    locked(() -> channels.values().forEach(channel -> {
      channel.forgetAcked();
      send(channel);
      if (!isConfirmed(channel.peer()) && asking.add(channel.peer())) {
        outbox.add(() -> ask(channel.peer(), ASK_AGAIN_MS));
      }
    }));
  }

  /**
   * Completes when the cards of these nodes are here, or the nodes have left.
   *
   * @return fails with {@link ClusterException.NotAcknowledged} after {@link #ACKNOWLEDGED_WITHIN}
   */
  public Future<Void> cardsOf(Collection<String> peers) {
    Promise<Void> promise = Promise.promise();
    locked(() -> {
      Set<String> missing = new HashSet<>(peers);
      missing.removeIf(peer -> peer.equals(self) || isConfirmed(peer) || departed.contains(peer));
      cardsWanted.put(promise, missing);
      cardHas(self);
    });
    return promise.future().timeout(ACKNOWLEDGED_WITHIN.toMillis(), TimeUnit.MILLISECONDS).onFailure(e -> {
      synchronized (lock) {
        cardsWanted.remove(promise);
      }
    });
  }

  /** A message of a peer; never fails, does not block, may come on any thread. */
  public Ack pushed(Push push) {
    if (push.nodeId().equals(self)) {
      return Ack.held(push.to());
    }
    return locked(() -> {
      if (closed) {
        return Ack.LATER;
      }
      boolean trusted = !departed.contains(push.nodeId());
      Replica replica = replicas.computeIfAbsent(push.nodeId(), Replica::new);
      boolean before = replica.isConfirmed();
      Set<String> dirty = new HashSet<>();
      Ack ack = replica.take(push, trusted, dirty);
      if (replica.isConfirmed()) {
        tell(dirty);
        serveInfo(push.nodeId());
        if (!before) {
          cardHas(push.nodeId());
        }
      }
      if (!trusted) {
        replica.left(timers.monotonicMillis());
        return Ack.LATER;
      }
      return ack;
    });
  }

  /** A peer asks for this node's card. */
  public void asked(String peer) {
    locked(() -> {
      if (!departed.contains(peer) && !peer.equals(self)) {
        Channel channel = channels.computeIfAbsent(peer, key -> new Channel(key, own));
        channel.forgetAcked();
        send(channel);
      }
    });
  }

  /** Ends: what waits fails, and nothing is sent any more. */
  public void close() {
    locked(() -> {
      closed = true;
      channels.clear();
      settlement.failAll(CardRegistry::leaving);
      infoWanted.forEach((nodeId, waiting) -> waiting.forEach(each -> outbox.add(() -> each.tryFail(gone(nodeId)))));
      infoWanted.clear();
      cardsWanted.keySet().forEach(each -> outbox.add(() -> each.tryFail(leaving())));
      cardsWanted.clear();
    });
  }

  /**
   * The cards as this node has them, for people: whose, which version, how many registrations and a few of their addresses, and
   * which version of this node's card each peer has acknowledged last.
   */
  public JsonObject describe() {
    Map<String, Long> acked = new HashMap<>();
    long version;
    synchronized (lock) {
      channels.forEach((peer, channel) -> acked.put(peer, channel.acked()));
      version = own.version();
    }
    Set<String> peers = new TreeSet<>(acked.keySet());
    peers.addAll(replicas.keySet());
    JsonObject cards = new JsonObject();
    for (String peer : peers) {
      Replica replica = replicas.get(peer);
      JsonObject card = replica == null ? new JsonObject().put("confirmed", false)
          : describe(replica.card()).put("version", replica.card().version()).put("confirmed", replica.isConfirmed());
      cards.put(peer, acked.containsKey(peer) ? card.put("acknowledged", acked.get(peer)) : card);
    }
    return describe(own.card()).put("version", version).put("cards", cards);
  }

  private static JsonObject describe(Card card) {
    JsonArray sample = new JsonArray();
    card.addresses().stream().limit(SAMPLED).forEach(sample::add);
    return new JsonObject().put("registrations", card.size()).put("addresses", sample).put("withdrawn", card.isWithdrawn());
  }

  /** The next addresses that this node may send to, with their consumers, for people; goes through all, so not on an event loop. */
  public JsonObject addresses(String after, int limit) {
    AddressPage page = new AddressPage(after, limit).offer(localOnly.keySet()).offer(own.card().addresses());
    replicas.values().stream().filter(this::counts).forEach(replica -> page.offer(replica.card().addresses()));
    return page.toJson(this::get);
  }

  private void changeLocal(String address, Completable<Void> promise, Runnable change) {
    locked(() -> {
      change.run();
      tell(Set.of(address));
      outbox.add(promise::succeed);
    });
  }

  private boolean counts(Replica replica) {
    return replica.isConfirmed() && (!replica.card().isWithdrawn() || own.card().isWithdrawn());
  }

  private void change(Supplier<List<Change>> decide, Completable<Void> promise) {
    locked(() -> {
      if (closed) {
        outbox.add(() -> promise.fail(leaving()));
        return;
      }
      Set<String> dirty = new HashSet<>();
      for (Change each : decide.get()) {
        own.change(each);
        if (each instanceof Change.Added added) {
          dirty.add(added.address());
        } else if (each instanceof Change.Removed removed) {
          dirty.add(removed.address());
        }
      }
      tell(dirty);
      settlement.await(own.version(), timers.monotonicMillis() + ACKNOWLEDGED_WITHIN.toMillis(), promise);
      planExpiry();
      sendAll();
    });
  }

  private void locked(Runnable action) {
    locked(() -> {
      action.run();
      return null;
    });
  }

  /** Does something under the lock, and what follows from it without. */
  private <T> T locked(Supplier<T> action) {
    T result;
    synchronized (lock) {
      result = action.get();
      settle();
    }
    outbox.drain();
    return result;
  }

  /** Only with something to settle: it looks at every peer. */
  private void settle() {
    if (settlement.isEmpty() && own.isKnownToAll()) {
      return;
    }
    long everybody = own.version();
    for (Channel each : channels.values()) {
      everybody = Math.min(everybody, each.acked());
    }
    own.everybodyHas(everybody);
    settlement.settled(everybody);
  }

  private void sendAll() {
    channels.values().forEach(this::send);
  }

  private void send(Channel channel) {
    boolean over = closed || channels.get(channel.peer()) != channel;
    Push push = over ? null : channel.next(timers.monotonicMillis());
    if (push != null) {
      outbox.add(() -> link.push(channel.peer(), push).onComplete(
          ack -> locked(() -> {
            channel.answered(push, ack, timers.monotonicMillis());
            send(channel);
            planRetry(channel);
          }),
          e -> locked(() -> {
            channel.failed(push, timers.monotonicMillis());
            send(channel);
            planRetry(channel);
          })));
    }
  }

  private void planRetry(Channel channel) {
    long now = timers.monotonicMillis();
    long retryAt = channel.retryAtMs(now);
    if (retryAt > 0 && channels.get(channel.peer()) == channel) {
      outbox.add(() -> timers.schedule(Duration.ofMillis(retryAt - now), () -> locked(() -> send(channel))));
    }
  }

  private void tell(Collection<String> addresses) {
    for (String address : addresses) {
      if (toTell.add(address)) {
        outbox.add(() -> {
          toTell.remove(address);
          if (listener.wantsUpdatesFor(address)) {
            listener.registrationsUpdated(new RegistrationUpdateEvent(address, get(address)));
          }
        });
      }
    }
  }

  private void serveInfo(String nodeId) {
    Replica replica = replicas.get(nodeId);
    NodeInfo info = nodeId.equals(self) ? ownInfo()
        : replica != null && replica.isConfirmed() ? replica.card().info() : null;
    List<Promise<NodeInfo>> waiting = info == null ? null : infoWanted.remove(nodeId);
    if (waiting != null) {
      waiting.forEach(each -> outbox.add(() -> each.tryComplete(info)));
    }
  }

  /** The card of a node is here, or will never be. */
  private void cardHas(String peer) {
    for (Iterator<Map.Entry<Promise<Void>, Set<String>>> each = cardsWanted.entrySet().iterator(); each.hasNext();) {
      Map.Entry<Promise<Void>, Set<String>> wanted = each.next();
      wanted.getValue().remove(peer);
      if (wanted.getValue().isEmpty()) {
        each.remove();
        outbox.add(wanted.getKey()::tryComplete);
      }
    }
  }

  private boolean isConfirmed(String peer) {
    Replica replica = replicas.get(peer);
    return replica != null && replica.isConfirmed();
  }

  /** Asks a peer for its card until it is here or the peer has left. */
  private void ask(String peer, long pauseMs) {
    synchronized (lock) {
      if (closed || isConfirmed(peer) || departed.contains(peer)) {
        asking.remove(peer);
        return;
      }
    }
    link.ask(peer).onComplete(done -> timers.schedule(Duration.ofMillis(pauseMs),
        () -> ask(peer, Math.min(ASK_AGAIN_AT_MOST_MS, pauseMs * 2))));
  }

  private void planExpiry() {
    if (!expiryPlanned && !settlement.isEmpty()) {
      expiryPlanned = true;
      outbox.add(() -> timers.schedule(Duration.ofMillis(EXPIRY_MS), () -> locked(() -> {
        expiryPlanned = false;
        settlement.expire(timers.monotonicMillis(), this::notAcknowledged);
        planExpiry();
      })));
    }
  }

  private void planDigests() {
    int peers;
    synchronized (lock) {
      peers = channels.size();
    }
    timers.schedule(Duration.ofMillis(Math.max(DIGEST_INTERVAL.toMillis(), peers * DIGEST_SHARE_MS)), () -> {
      locked(() -> {
        channels.values().forEach(Channel::digestDue);
        sendAll();
        long longAgo = timers.monotonicMillis() - KEPT_MS;
        replicas.values().removeIf(replica -> replica.leftAtMs() != Long.MIN_VALUE && replica.leftAtMs() < longAgo);
      });
      synchronized (lock) {
        if (closed) {
          return;
        }
      }
      planDigests();
    });
  }

  private ClusterException notAcknowledged() {
    return new ClusterException.NotAcknowledged(behind(), ACKNOWLEDGED_WITHIN);
  }

  private static ClusterException leaving() {
    return new ClusterException.EngineFailed("this node has left the cluster", null);
  }

  private static ReplyException gone(String nodeId) {
    return new ReplyException(ReplyFailure.NO_HANDLERS, "node " + nodeId + " is not a member of the cluster");
  }
}
