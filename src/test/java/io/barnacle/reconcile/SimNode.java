package io.barnacle.reconcile;

import io.barnacle.cluster.Connector;
import io.barnacle.cluster.MembershipChange;
import io.barnacle.internal.Timers;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import io.barnacle.strategy.Strategy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** One simulated process: the production loop on virtual timers, and a connector whose cluster is the {@link Simulation}. */
final class SimNode implements Connector, Timers {

  final int index;
  final Member self;
  final Random random;
  final RefreshLoop loop;
  /** The members as this node sees them, itself included. */
  View view = new View(Set.of(this));
  boolean crashed;
  boolean paused;
  long lastDiscovery;
  Set<Node> listed = Set.of();
  /** How many probes before a removal were not answered, since the last that was. */
  final Map<Node, Integer> missed = new HashMap<>();

  /** Nodes that are one cluster; never changed, and shared by all who see it. */
  static final class View {
    private final Set<SimNode> nodes;
    private Set<Member> members;

    View(Collection<SimNode> nodes) {
      this.nodes = Collections.unmodifiableSet(new LinkedHashSet<>(nodes));
    }

    Set<SimNode> nodes() {
      return nodes;
    }

    boolean contains(SimNode node) {
      return nodes.contains(node);
    }

    int size() {
      return nodes.size();
    }

    Set<Member> members() {
      if (members == null) {
        members = nodes.stream().map(node -> node.self).collect(Collectors.toUnmodifiableSet());
      }
      return members;
    }
  }

  private final Simulation world;
  private final List<Consumer<MembershipChange>> handlers = new ArrayList<>();
  private final Deque<Runnable> deferred = new ArrayDeque<>();
  private final Deque<Long> discoveries = new ArrayDeque<>();

  SimNode(Simulation world, int index, int incarnation) {
    this.world = world;
    this.index = index;
    this.self = new Member(index + "." + incarnation, Simulation.address(index), Set.<Endpoint>of());
    this.random = new Random(world.seed() * 31 + index * 1_009L + incarnation);
    this.lastDiscovery = world.clock().now();
    this.loop = new RefreshLoop(
        new RefreshLoop.Settings(null, "simulated", Simulation.POLL, Simulation.TIMEOUT,
            new RemovalOptions().setPolicy(world.policy()).setGrace(world.grace()), Optional.empty()),
        Strategy.of(this::discover), this, this, this::run, event -> { }, random);
  }

  boolean isUp() {
    return !crashed && !paused;
  }

  void crash() {
    crashed = true;
    deferred.clear();
    loop.shutdown();
  }

  void resume() {
    paused = false;
    lastDiscovery = world.clock().now();
    while (!paused && !deferred.isEmpty()) {
      deferred.poll().run();
    }
  }

  /** These nodes are one cluster now; nodes of one cluster share a set, so what changed is found once for each. */
  static void see(Collection<SimNode> nodes, View now) {
    Map<View, List<MembershipChange>> known = new IdentityHashMap<>();
    for (SimNode node : nodes) {
      View before = node.view;
      node.view = now;
      known.computeIfAbsent(before, old -> changes(old, now))
          .forEach(change -> List.copyOf(node.handlers).forEach(handler -> handler.accept(change)));
    }
  }

  private static List<MembershipChange> changes(View before, View now) {
    List<MembershipChange> changes = new ArrayList<>();
    before.nodes().stream().filter(node -> !now.contains(node))
        .forEach(node -> changes.add(new MembershipChange.Left(node.self, "simulated")));
    now.nodes().stream().filter(node -> !before.contains(node))
        .forEach(node -> changes.add(new MembershipChange.Joined(node.self)));
    return changes;
  }

  private void run(Runnable action) {
    if (paused) {
      deferred.add(action);
    } else if (!crashed) {
      action.run();
    }
  }

  private Future<Set<Node>> discover() {
    long now = world.clock().now();
    world.check(now - lastDiscovery <= Simulation.LONGEST_SILENCE_MS,
        () -> this + " has not refreshed for " + (now - lastDiscovery) + " ms");
    lastDiscovery = now;
    discoveries.add(now);
    while (discoveries.peek() <= now - 1_000) {
      discoveries.poll();
    }
    world.check(discoveries.size() <= Simulation.MAX_REQUESTS,
        () -> this + " asked discovery " + discoveries.size() + " times within a second");
    return world.discover(this).onSuccess(found -> {
      if (world.clock().now() - now < Simulation.TIMEOUT.toMillis() * 6 / 10) { // else the loop has given it up
        listed = found;
      }
    });
  }

  @Override
  public Member self() {
    return self;
  }

  @Override
  public Set<Member> members() {
    return view.members();
  }

  @Override
  public Future<Set<Node>> identify(Set<Node> discovered) {
    return Future.succeededFuture(discovered.contains(self.node()) ? new Others(discovered, self.node()) : discovered);
  }

  /** A set without one of its elements, not copied: with many nodes that is most of what a run would do. */
  private static final class Others extends AbstractSet<Node> {
    private final Set<Node> all;
    private final Node self;

    Others(Set<Node> all, Node self) {
      this.all = all;
      this.self = self;
    }

    @Override
    public boolean contains(Object node) {
      return !self.equals(node) && all.contains(node);
    }

    @Override
    public Iterator<Node> iterator() {
      return all.stream().filter(node -> !node.equals(self)).iterator();
    }

    @Override
    public int size() {
      return all.size() - 1;
    }
  }

  @Override
  public Future<Void> connect(Node node, Duration timeout) {
    return world.connect(this, node);
  }

  @Override
  public Future<Boolean> probe(Node node, Duration timeout) {
    Promise<Boolean> promise = Promise.promise();
    boolean beforeRemoval = timeout.toMillis() >= 1_000; // shorter ones are the watch's
    world.clock().in(timeout.toMillis(), () -> {
      if (beforeRemoval && !promise.future().isComplete()) {
        missed.merge(node, 1, Integer::sum); // first: the removal may follow at once
      }
      promise.tryComplete(false);
    });
    world.clock().in(1 + random.nextInt(20), () -> {
      if (world.answers(this, node)) {
        if (beforeRemoval) {
          missed.remove(node);
        }
        promise.tryComplete(true);
      }
    });
    return promise.future();
  }

  @Override
  public Future<Void> disconnect(Node node, Duration timeout) {
    world.evict(this, node);
    return Future.succeededFuture();
  }

  @Override
  public Runnable onChange(Consumer<MembershipChange> handler) {
    handlers.add(handler);
    return () -> handlers.remove(handler);
  }

  @Override
  public long schedule(Duration delay, Runnable action) {
    return world.clock().in(delay.toMillis(), () -> run(action));
  }

  @Override
  public boolean cancel(long id) {
    return world.clock().cancel(id);
  }

  @Override
  public long monotonicMillis() {
    return world.clock().now();
  }

  @Override
  public Instant now() {
    return Instant.EPOCH.plusMillis(world.clock().now());
  }

  @Override
  public String toString() {
    return "node " + self.nodeId();
  }
}
