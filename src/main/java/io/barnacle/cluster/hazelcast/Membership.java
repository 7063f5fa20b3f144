package io.barnacle.cluster.hazelcast;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleListener;
import io.barnacle.cluster.MembershipChange;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Who is in the cluster, from Hazelcast's own listeners. All changes are made and told on one executor, in order; a change
 * is the difference between two lists of members, so nothing is told twice and nothing is missed, in a merge neither.
 * {@link #members} is a snapshot for any thread.
 */
final class Membership {

  private static final System.Logger LOG = System.getLogger(Membership.class.getName());

  private static final int REMEMBERED = 4_096;
  /** How often a merge is looked at, whether this node is in the other cluster by now. */
  private static final long LOOK_MS = 10;

  private final Executor context;
  private final BiConsumer<Long, Runnable> later;
  private final List<Consumer<MembershipChange>> handlers = new CopyOnWriteArrayList<>();
  /** The members now, by node id. */
  private volatile Map<String, Member> members = Map.of();
  private volatile Map<UUID, String> nodeIds = Map.of();
  /** The ids of the members that are Vert.x nodes, in Hazelcast's order. */
  private volatile List<String> vertxNodes = List.of();
  /** Node ids that are known to be nobody's now, the latest last. */
  private final Set<String> gone = new LinkedHashSet<>();
  /** Endpoints that were found to lead to a member although it does not list them. */
  private final Map<Endpoint, String> aliases = new HashMap<>();
  private final SpareEndpoints spares = new SpareEndpoints();
  /** Why members that are about to go do so. */
  private final Map<String, String> reasons = new HashMap<>();
  private final Departures departures = new Departures(() -> System.nanoTime() / 1_000_000);
  private Engine engine;
  private boolean held;
  private final Movers movers = new Movers();
  private Runnable whenThere = () -> { };

  /**
   * Of nobody yet.
   *
   * @param context runs one thing after the other, in the order in which they came
   * @param later runs something there when so many milliseconds have passed
   */
  Membership(Executor context, BiConsumer<Long, Runnable> later) {
    this.context = context;
    this.later = later;
  }

  /** Has a task run, on the context, when this node has moved to another cluster, and when one comes later that moved with it. */
  void whenOneMoreIsThere(Runnable task) {
    whenThere = task;
  }

  /** Follows an engine from now on; call on the context. */
  void follow(Engine newEngine) {
    engine = newEngine;
    held = false;
    movers.forget();
    newEngine.internals().onConnections(departures);
    newEngine.instance().getCluster().addMembershipListener(new MembershipListener() {
      @Override
      public void memberAdded(MembershipEvent event) {
        context.execute(() -> update(newEngine));
      }

      @Override
      public void memberRemoved(MembershipEvent event) {
        context.execute(() -> update(newEngine));
      }
    });
    newEngine.instance().getLifecycleService().addLifecycleListener(new LifecycleListener() {
      @Override
      public void stateChanged(LifecycleEvent event) {
        context.execute(() -> lifecycle(newEngine, event.getState()));
      }
    });
    update(newEngine);
  }

  /** Keeps the members as they are until there is another engine; call on the context. */
  void hold() {
    held = true;
    engine = null;
  }

  /** Follows no engine any more and forgets everybody without a word; call on the context. */
  void stop() {
    engine = null;
    movers.forget();
    members = Map.of();
    nodeIds = Map.of();
    vertxNodes = List.of();
    aliases.clear();
    spares.update(Set.of(), Map.of());
    reasons.clear();
  }

  Collection<Member> members() {
    return members.values();
  }

  /** The member to which an endpoint leads; call on the context. */
  Optional<Member> at(Endpoint endpoint) {
    Map<String, Member> now = members;
    // Machines may have an address in common, such as that of a container bridge; nobody advertises such a one first.
    return now.values().stream().filter(member -> member.node().endpoint().equals(endpoint)).findFirst()
        .or(() -> Optional.ofNullable(aliases.get(endpoint)).map(now::get))
        .or(() -> now.values().stream().filter(member -> member.endpoints().contains(endpoint)).findFirst());
  }

  /** The member, this one among them, that an endpoint means if nobody answers there; call on the context. */
  Optional<Member> claimantOf(Endpoint endpoint) {
    return spares.claimantOf(endpoint).map(members::get);
  }

  /** The Vert.x nodes among the members. */
  List<String> vertxNodes() {
    return vertxNodes;
  }

  boolean isVertxNode(String nodeId) {
    return vertxNodes.contains(nodeId);
  }

  /** Whether a node id is known to be nobody's now. */
  boolean hasLeft(String nodeId) {
    synchronized (gone) {
      return gone.contains(nodeId);
    }
  }

  /**
   * Whether a node is a member, giving news of an unknown one a moment to arrive; whoever does not come by then counts as
   * gone until he comes. Blocks.
   */
  boolean awaitVertxNode(String nodeId, long timeoutMs) {
    if (isVertxNode(nodeId)) {
      return true;
    }
    long deadline = System.nanoTime() + timeoutMs * 1_000_000;
    synchronized (gone) {
      while (!isVertxNode(nodeId) && !gone.contains(nodeId)) {
        long leftMs = (deadline - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0) {
          addGone(nodeId);
          break;
        }
        try {
          gone.wait(leftMs);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    }
    return isVertxNode(nodeId);
  }

  private void addGone(String nodeId) {
    gone.add(nodeId);
    if (gone.size() > REMEMBERED) {
      gone.remove(gone.iterator().next());
    }
  }

  Optional<Member> withNodeId(String nodeId) {
    return Optional.ofNullable(members.get(nodeId));
  }

  Optional<Member> withUuid(UUID uuid) {
    String nodeId = nodeIds.get(uuid);
    return nodeId == null ? Optional.empty() : Optional.ofNullable(members.get(nodeId));
  }

  /** Remembers that an endpoint leads to a member for as long as that is one; call on the context. */
  void learn(Endpoint endpoint, Member member) {
    if (!member.endpoints().contains(endpoint)) {
      aliases.put(endpoint, member.nodeId());
    }
  }

  /** Notes why a member will be gone soon; call on the context. */
  void expectDeparture(String nodeId, String reason) {
    if (members.containsKey(nodeId)) {
      reasons.put(nodeId, reason);
    }
  }

  Runnable onChange(Consumer<MembershipChange> handler) {
    // Wrapped, so that the same handler subscribed twice is two subscriptions.
    Consumer<MembershipChange> own = handler::accept;
    handlers.add(own);
    return () -> handlers.remove(own);
  }

  /** Tells the handlers of something; call on the context. */
  void tell(MembershipChange change) {
    for (Consumer<MembershipChange> each : handlers) {
      try {
        each.accept(change);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "A listener of membership failed at " + change, e);
      }
    }
  }

  private void lifecycle(Engine source, LifecycleEvent.LifecycleState state) {
    if (source != engine) {
      return;
    }
    if (state == LifecycleEvent.LifecycleState.MERGING) {
      held = true;
      lookForArrival(source);
    } else if (state == LifecycleEvent.LifecycleState.MERGED) {
      if (held) {
        arrive(source);
      } else {
        update(source);
      }
      tell(new MembershipChange.Merged());
    }
  }

  /**
   * The cluster that this node moves into is its own as soon as it is joined, under another UUID. Hazelcast calls the merge done
   * only when the data of all structures is merged too, which takes as long as there is data.
   */
  private void lookForArrival(Engine source) {
    if (source != engine || !held) {
      return;
    }
    boolean arrived;
    try {
      // The UUID first: once it is the new one, joined means the new cluster.
      arrived = !nodeIds.containsKey(source.internals().uuid()) && source.internals().isJoined();
    } catch (HazelcastInstanceNotActiveException e) {
      return;
    }
    if (arrived) {
      arrive(source);
    } else {
      later.accept(LOOK_MS, () -> lookForArrival(source));
    }
  }

  private void arrive(Engine source) {
    held = false;
    Runnable over = movers.expect(members);
    update(source);
    later.accept(Movers.COMING_MS, () -> {
      over.run();
      update(source);
    });
  }

  private void update(Engine source) {
    // While this node moves, Hazelcast has no list; in the one after that those who move with it may be missing for a while.
    if (source != engine || held) {
      return;
    }
    Set<com.hazelcast.cluster.Member> current;
    try {
      // The list of now rather than that of the event: an event must not take back what a later list has told.
      current = source.instance().getCluster().getMembers();
    } catch (HazelcastInstanceNotActiveException e) {
      return;
    }
    Map<String, Member> before = members;
    Map<String, UUID> uuids = new HashMap<>();
    nodeIds.forEach((uuid, nodeId) -> uuids.put(nodeId, uuid));
    Map<String, Member> now = new LinkedHashMap<>();
    Map<UUID, String> ids = new HashMap<>();
    Map<String, Set<Endpoint>> claims = new HashMap<>();
    List<String> vertx = new ArrayList<>();
    for (com.hazelcast.cluster.Member each : current) {
      Member member = MemberAttributes.read(each);
      now.put(member.nodeId(), member);
      ids.put(each.getUuid(), member.nodeId());
      claims.put(member.nodeId(), MemberAttributes.spareOf(each));
      if (MemberAttributes.isVertxNode(each)) {
        vertx.add(member.nodeId());
      }
    }
    boolean oneMoreIsThere = movers.seen(now.keySet());
    movers.coming().forEach((nodeId, member) -> {
      now.put(nodeId, member);
      if (vertxNodes.contains(nodeId)) {
        vertx.add(nodeId);
      }
    });
    members = java.util.Collections.unmodifiableMap(now);
    nodeIds = Map.copyOf(ids);
    spares.update(now.values(), claims);
    synchronized (gone) {
      vertxNodes.stream().filter(nodeId -> !vertx.contains(nodeId)).forEach(this::addGone);
      gone.removeAll(vertx);
      vertxNodes = List.copyOf(vertx);
      gone.notifyAll();
    }
    aliases.values().removeIf(nodeId -> !now.containsKey(nodeId));
    List<MembershipChange> changes = new ArrayList<>();
    before.values().stream()
        .filter(member -> !now.containsKey(member.nodeId()))
        .forEach(member -> changes.add(new MembershipChange.Left(member, reasonFor(member, uuids.get(member.nodeId())))));
    now.values().stream()
        .filter(member -> !before.containsKey(member.nodeId()))
        .forEach(member -> changes.add(new MembershipChange.Joined(member)));
    changes.forEach(this::tell);
    if (oneMoreIsThere) {
      whenThere.run();
    }
  }

  private String reasonFor(Member member, UUID uuid) {
    String told = reasons.remove(member.nodeId());
    String seen = departures.whyGone(uuid);
    if (told == null) {
      return seen;
    }
    boolean more = told.startsWith("removed by") && !seen.equals(Departures.UNKNOWN) && !seen.contains(told);
    return more ? told + "; " + seen : told;
  }
}
