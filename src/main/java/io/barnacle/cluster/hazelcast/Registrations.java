package io.barnacle.cluster.hazelcast;

import com.hazelcast.core.EntryAdapter;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.multimap.MultiMap;
import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.registry.AddressPage;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The event-bus registrations, in the multimap that vertx-hazelcast uses, so that both kinds of member share one registry.
 *
 * <p>What the application asked of this node is kept here and is the truth: a change that fails is tried again until it
 * holds, and after every change of membership this node writes all of its own registrations once more, in case a partition
 * was lost or somebody took this node for dead. What the multimap says of nodes that have left is not believed: it is left
 * out of every answer at once, and removed by the oldest member later.
 *
 * <p>Reads of an address and the updates that follow them run one after the other, so an update is never older than what
 * was read before it. Safe for use by any thread; blocks only on the pool.
 */
final class Registrations {

  private static final System.Logger LOG = System.getLogger(Registrations.class.getName());

  private static final String MAP = "__vertx.subs";
  private static final int ADDRESSES_AT_ONCE = 1_000;
  private static final long WRITE_SECONDS = 30;
  /** For how long a registration of an unknown node may be ahead of the news of that node. */
  private static final long NEWCOMER_MS = 500;
  private static final long FORGET_MS = 60_000;
  private static final int FORGET_AT_MOST = 20_000;
  private static final int SAMPLED = 5;

  /** One registration of this node. */
  private record Own(String address, RegistrationInfo info) {
    HazelcastRegistrationInfo value() {
      return new HazelcastRegistrationInfo(info);
    }
  }

  private final Membership membership;
  private final Workers pool;
  private final KeyedSerial serial;
  private final RegistrationListener listener;
  private final Runnable repairLater;

  /** What this node asked the cluster to hold. */
  private final Set<Own> own = ConcurrentHashMap.newKeySet();
  /**
   * What this node had the cluster forget, and when, in milliseconds: the other side of a split still has it. A side that
   * was away for longer has removed all that it had of this node.
   */
  private final Map<Own, Long> forgotten = new ConcurrentHashMap<>();
  /** The same, the oldest first, with what was added again since. */
  private final Queue<Map.Entry<Own, Long>> forgottenInOrder = new ConcurrentLinkedQueue<>();
  /** Changes that do not hold yet, and who waits for them. */
  private final Map<Own, Completable<Void>> unsettled = new ConcurrentHashMap<>();
  private final Map<String, Set<RegistrationInfo>> localOnly = new ConcurrentHashMap<>();
  /** What the selector was last told of the addresses that it follows. */
  private final Map<String, List<RegistrationInfo>> followed = new ConcurrentHashMap<>();
  private volatile MultiMap<String, HazelcastRegistrationInfo> map;
  private volatile boolean closed;
  /** Whether others are told of no registration any more. */
  private volatile boolean withdrawn;

  /**
   * @param repairLater has {@link #repair} called after a moment, on the pool; may be asked several times
   */
  Registrations(Membership membership, Workers pool, RegistrationListener listener, Runnable repairLater) {
    this.membership = membership;
    this.pool = pool;
    this.serial = new KeyedSerial(pool);
    this.listener = listener;
    this.repairLater = repairLater;
  }

  /** Uses an engine from now on. Blocks. */
  void attach(HazelcastInstance instance) {
    MultiMap<String, HazelcastRegistrationInfo> attached = instance.getMultiMap(MAP);
    attached.addEntryListener(new EntryAdapter<String, HazelcastRegistrationInfo>() {
      @Override
      public void onEntryEvent(EntryEvent<String, HazelcastRegistrationInfo> event) {
        changed(event.getKey());
      }
    }, false);
    map = attached;
  }

  /** Has no engine from now on: changes wait for the next one. */
  void detach() {
    map = null;
  }

  /** Fails what still waits. */
  void close() {
    closed = true;
    detach();
    unsettled.values().forEach(waiting -> waiting.fail(left()));
    unsettled.clear();
  }

  /** Adds a registration; changes of one order take effect and complete one after the other. */
  void add(Object order, String address, RegistrationInfo info, Completable<Void> promise) {
    if (info.localOnly() || withdrawn) {
      keepHere(address, info);
      promise.succeed();
      return;
    }
    Own wish = new Own(address, info);
    own.add(wish);
    forgotten.remove(wish);
    change(order, wish, promise);
  }

  /** Removes a registration. */
  void remove(Object order, String address, RegistrationInfo info, Completable<Void> promise) {
    if (info.localOnly() || withdrawn) {
      localOnly.computeIfPresent(address, (key, set) -> {
        Set<RegistrationInfo> less = new LinkedHashSet<>(set);
        less.remove(info);
        return less.isEmpty() ? null : less;
      });
      changed(address);
      promise.succeed();
      return;
    }
    drop(order, new Own(address, info), promise);
  }

  /** Removes all registrations of this node that others can see; fails when one cannot be. */
  Future<Void> withdraw() {
    withdrawn = true;
    return Future.all(own.stream()
        .map(each -> Future.<Void>future(promise -> {
          keepHere(each.address(), each.info());
          drop(each, each, promise);
        }))
        .collect(Collectors.toList())).mapEmpty();
  }

  /** Whether the cluster holds all that this node asked it to. */
  boolean isSettled() {
    return unsettled.isEmpty();
  }

  /** This node's registrations that others can see: how many, and a few of their addresses. */
  JsonObject describe() {
    JsonArray sample = new JsonArray();
    own.stream().map(Own::address).distinct().limit(SAMPLED).forEach(sample::add);
    return new JsonObject().put("registrations", own.size()).put("addresses", sample).put("withdrawn", withdrawn);
  }

  /** A page of the addresses of this node's registrations. */
  JsonObject addresses(String after, int limit) {
    Map<String, List<RegistrationInfo>> byAddress = own.stream().collect(Collectors.groupingBy(Own::address,
        Collectors.mapping(Own::info, Collectors.toCollection(ArrayList::new))));
    localOnly.forEach((address, infos) -> byAddress.computeIfAbsent(address, key -> new ArrayList<>()).addAll(infos));
    return new AddressPage(after, limit).offer(byAddress.keySet()).toJson(byAddress::get);
  }

  /** All registrations of an address. */
  void get(String address, Completable<List<RegistrationInfo>> promise) {
    serial.execute(address, () -> {
      List<RegistrationInfo> found;
      try {
        found = read(address);
      } catch (RuntimeException e) {
        promise.fail(e);
        return;
      }
      follow(address, found);
      promise.succeed(found);
    });
  }

  /** A node is gone: whoever follows an address that it served hears so now, from what is at hand. */
  void nodeLeft(String nodeId) {
    followed.forEach((address, known) -> {
      if (known.stream().anyMatch(info -> info.nodeId().equals(nodeId))) {
        serial.execute(address, () -> {
          List<RegistrationInfo> rest = new ArrayList<>(followed.getOrDefault(address, List.of()));
          if (rest.removeIf(info -> info.nodeId().equals(nodeId))) {
            tell(address, rest);
          }
        });
      }
    });
  }

  /** Looks again at every address that is followed, as after a change of membership. */
  void refreshFollowed() {
    Set.copyOf(followed.keySet()).forEach(this::changed);
  }

  /**
   * Writes all of this node's own registrations, and settles what did not hold. Blocks.
   *
   * @return whether everything holds
   */
  boolean repair() {
    MultiMap<String, HazelcastRegistrationInfo> current = map;
    if (current == null) {
      return own.isEmpty() && unsettled.isEmpty();
    }
    try {
      Map<String, Collection<HazelcastRegistrationInfo>> batch = new HashMap<>();
      Map<String, List<Own>> byAddress = own.stream().collect(Collectors.groupingBy(Own::address));
      for (Map.Entry<String, List<Own>> each : byAddress.entrySet()) {
        batch.put(each.getKey(), each.getValue().stream().map(Own::value).collect(Collectors.toList()));
        if (batch.size() == ADDRESSES_AT_ONCE) {
          write(current, batch);
          batch.clear();
        }
      }
      write(current, batch);
      for (Own each : Set.copyOf(unsettled.keySet())) {
        settle(each);
      }
      // What was removed while it was written, too, would otherwise come back.
      forgotten.keySet().forEach(this::hold);
      return true;
    } catch (Exception e) {
      LOG.log(System.Logger.Level.DEBUG, "The registrations of this node do not hold yet", e);
      return false;
    }
  }

  /** Removes what the multimap says of nodes that are gone; for the oldest member. Blocks. */
  void sweep() {
    MultiMap<String, HazelcastRegistrationInfo> current = map;
    if (current == null) {
      return;
    }
    for (Map.Entry<String, HazelcastRegistrationInfo> each : current.entrySet()) {
      if (!membership.isVertxNode(each.getValue().unwrap().nodeId())) {
        current.remove(each.getKey(), each.getValue());
      }
    }
  }

  private static void write(
      MultiMap<String, HazelcastRegistrationInfo> map, Map<String, Collection<HazelcastRegistrationInfo>> batch)
      throws Exception {
    if (!batch.isEmpty()) {
      map.putAllAsync(new HashMap<>(batch)).toCompletableFuture().get(WRITE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void keepHere(String address, RegistrationInfo info) {
    localOnly.compute(address, (key, set) -> {
      Set<RegistrationInfo> more = set == null ? new LinkedHashSet<>() : new LinkedHashSet<>(set);
      more.add(info);
      return more;
    });
    changed(address);
  }

  private void drop(Object order, Own wish, Completable<Void> promise) {
    own.remove(wish);
    forget(wish);
    change(order, wish, promise);
  }

  private void change(Object order, Own wish, Completable<Void> promise) {
    Completable<Void> superseded = unsettled.put(wish, promise);
    if (superseded != null) {
      superseded.fail(new ClusterException.EngineFailed("undone by a later change before it held", null));
    }
    if (closed) {
      close();
      return;
    }
    serial.execute(order, () -> {
      try {
        settle(wish);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.DEBUG, "Will be tried again: " + wish, e);
        repairLater.run();
      }
    });
  }

  private void settle(Own wish) {
    Completable<Void> waiting = unsettled.get(wish);
    hold(wish);
    if (waiting != null && unsettled.remove(wish, waiting)) {
      waiting.succeed();
    }
  }

  /** Makes the multimap agree with what is wanted now, even if that changes meanwhile. */
  private void hold(Own wish) {
    boolean wanted;
    do {
      wanted = own.contains(wish);
      MultiMap<String, HazelcastRegistrationInfo> current = map;
      if (current == null) {
        throw new ClusterException.EngineFailed("the cluster engine of this node does not run", null);
      }
      if (wanted) {
        current.put(wish.address(), wish.value());
      } else {
        current.remove(wish.address(), wish.value());
      }
    } while (wanted != own.contains(wish));
  }

  /** Something about an address has changed: reads it anew and tells, if anybody follows it. */
  private void changed(String address) {
    if (!listener.wantsUpdatesFor(address)) {
      followed.remove(address);
      return;
    }
    serial.execute(address, () -> {
      try {
        if (listener.wantsUpdatesFor(address)) {
          tell(address, read(address));
        }
      } catch (RuntimeException e) {
        // The old state stays: nobody is told that an address has nobody because nobody could be asked.
        LOG.log(System.Logger.Level.DEBUG, "Could not read the registrations of " + address, e);
        repairLater.run();
      }
    });
  }

  private void tell(String address, List<RegistrationInfo> registrations) {
    follow(address, registrations);
    listener.registrationsUpdated(new RegistrationUpdateEvent(address, registrations));
  }

  private void follow(String address, List<RegistrationInfo> registrations) {
    if (registrations.isEmpty()) {
      followed.remove(address);
    } else {
      followed.put(address, registrations);
    }
  }

  private List<RegistrationInfo> read(String address) {
    MultiMap<String, HazelcastRegistrationInfo> current = map;
    if (current == null) {
      throw new ClusterException.EngineFailed("the cluster engine of this node does not run", null);
    }
    List<RegistrationInfo> found = new ArrayList<>(localOnly.getOrDefault(address, Set.of()));
    Set<String> ghosts = new HashSet<>();
    for (HazelcastRegistrationInfo each : current.get(address)) {
      RegistrationInfo info = each.unwrap();
      if (!ghosts.contains(info.nodeId())) {
        if (membership.awaitVertxNode(info.nodeId(), NEWCOMER_MS)) {
          found.add(info);
        } else {
          ghosts.add(info.nodeId());
        }
      }
    }
    return found;
  }

  private void forget(Own wish) {
    long now = nowMs();
    forgotten.put(wish, now);
    forgottenInOrder.add(Map.entry(wish, now));
    Map.Entry<Own, Long> eldest = forgottenInOrder.peek();
    while (eldest != null && (now - eldest.getValue() > FORGET_MS || forgotten.size() > FORGET_AT_MOST)) {
      forgottenInOrder.remove(eldest);
      forgotten.remove(eldest.getKey(), eldest.getValue());
      eldest = forgottenInOrder.peek();
    }
  }

  private static long nowMs() {
    return System.nanoTime() / 1_000_000;
  }

  private static ClusterException left() {
    return new ClusterException.EngineFailed("this node has left the cluster", null);
  }
}
