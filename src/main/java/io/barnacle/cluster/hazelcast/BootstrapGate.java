package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.BootstrapOptions;
import io.barnacle.cluster.ClusterException;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Keeps a node from starting its engine before {@link GateRules} say so: discovers and probes again and again, quickly at
 * first and then about twice a second. Lives on one event-loop context.
 */
final class BootstrapGate {

  /** What the gate asks; its futures complete on any thread, and fail where nobody can say. */
  interface World {

    /** Which nodes should be there. */
    Future<Discovered> discover(Duration timeout);

    /** Which of them answer, and how. */
    Future<PeerSearch.Found> look(Set<Node> nodes);
  }

  /**
   * An answer of discovery.
   *
   * @param empty whether it listed nobody at all, this node neither
   * @param others whom it listed besides this node
   */
  record Discovered(boolean empty, Set<Node> others) {
  }

  private static final System.Logger LOG = System.getLogger(BootstrapGate.class.getName());

  private static final long FIRST_PAUSE_MS = 100;
  private static final long LONGEST_PAUSE_MS = 500;
  private static final long SHORTEST_DISCOVERY_MS = 200;
  /**
   * How long a node that waited and answers no more, or whose port says nothing, is believed to be starting its engine. From
   * when Hazelcast has the port until it answers there 2.4 to 4.3 s were seen, on two busy cores; what takes longer becomes a
   * cluster of its own beside this one, and merges with it.
   */
  private static final long STARTING_MS = 5_000;

  private final ContextInternal context;
  private final BootstrapOptions options;
  private final Duration discoveryTimeout;
  private final GateRules rules;
  private final World world;
  private final boolean doubtful;
  private final Promise<Set<Endpoint>> opened = Promise.promise();
  private final Map<Endpoint, Long> waitedAt = new HashMap<>();
  private final Map<Endpoint, Long> silentSince = new HashMap<>();
  private final long startMs = nowMs();
  /** The last answer of discovery that listed somebody; one that fails or is empty later takes nothing back. */
  private Set<Node> candidates = Set.of();
  private String trouble = "discovery has not answered yet";
  private long pauseMs = FIRST_PAUSE_MS;
  private Set<String> seen = Set.of();
  private boolean told;
  private boolean toldTimeout;

  /** @param doubtful whether nobody is to be believed to be of this cluster who has not proved it */
  BootstrapGate(ContextInternal context, BootstrapOptions options, Duration discoveryTimeout, String selfId, World world,
      boolean doubtful) {
    this.context = context;
    this.options = options;
    this.discoveryTimeout = discoveryTimeout;
    this.rules = new GateRules(options, selfId);
    this.world = world;
    this.doubtful = doubtful;
  }

  /**
   * Begins; call on the context, once.
   *
   * @return where members answer that are to be joined, nobody if a cluster is to be formed; fails with a
   *     {@link ClusterException}
   */
  Future<Set<Endpoint>> open() {
    look();
    return opened.future();
  }

  /** Gives up at once; for any thread. */
  void abort() {
    opened.tryFail(new ClusterException.EngineFailed("the node left while it waited for a cluster", null));
  }

  private void look() {
    if (opened.future().isComplete()) {
      return;
    }
    long leftMs = options.getDeadline().toMillis() - elapsedMs();
    Duration timeout = leftMs <= 0 || leftMs > discoveryTimeout.toMillis()
        ? discoveryTimeout : Duration.ofMillis(Math.max(SHORTEST_DISCOVERY_MS, leftMs));
    world.discover(timeout).transform(discovered -> onContext(() -> {
      if (discovered.failed()) {
        doubt("discovery fails: " + discovered.cause().getMessage());
      } else if (discovered.result().empty()) {
        doubt("discovery lists nobody, this node neither");
      } else {
        candidates = discovered.result().others();
        trouble = null;
      }
      return world.look(candidates);
    })).onComplete(found -> context.runOnContext(v -> seen(found.succeeded() ? found.result() : PeerSearch.Found.NOTHING)));
  }

  private void doubt(String why) {
    if (trouble != null) {
      trouble = why;
    }
  }

  private void seen(PeerSearch.Found found) {
    Set<Endpoint> members = new HashSet<>();
    Set<String> waiting = new HashSet<>();
    int coming = 0;
    int absent = found.unasked();
    for (MemberProbe.Answer answer : found.answers()) {
      switch (answer.kind()) {
        case MEMBER -> members.add(answer.endpoint());
        case WAITING -> {
          waiting.add(answer.nodeId());
          waitedAt.put(answer.endpoint(), nowMs());
        }
        default -> {
          absent++;
          coming += isComing(answer) ? 1 : 0;
        }
      }
    }
    act(rules.decide(new GateRules.Look(elapsedMs(), trouble, members, waiting, coming, absent)), members, waiting);
  }

  /**
   * Whether that is a node that is about to answer: it waited just now, or its port accepts connections. The second can be
   * said of anybody's port; of one that never proved to be of this cluster it is not believed for long, where that is asked.
   */
  private boolean isComing(MemberProbe.Answer answer) {
    Long waited = waitedAt.get(answer.endpoint());
    if (answer.kind() != MemberProbe.Kind.SILENT) {
      silentSince.remove(answer.endpoint());
      return waited != null && nowMs() - waited < STARTING_MS;
    }
    long since = silentSince.computeIfAbsent(answer.endpoint(), endpoint -> nowMs());
    return !doubtful || waited != null || nowMs() - since < STARTING_MS;
  }

  private void act(GateRules.Decision decision, Set<Endpoint> members, Set<String> waiting) {
    if (opened.future().isComplete()) {
      return;
    }
    switch (decision.step()) {
      case JOIN -> {
        tellEnd("joining: ", decision);
        opened.tryComplete(Set.copyOf(members));
      }
      case FORM -> {
        tellEnd("forming a cluster: ", decision);
        opened.tryComplete(Set.of());
      }
      case FAIL -> opened.tryFail(
          new ClusterException.BootstrapTimedOut(Duration.ofMillis(elapsedMs()), decision.reason()));
      case WAIT -> {
        tellWait(decision);
        pauseMs = waiting.equals(seen) ? Math.min(LONGEST_PAUSE_MS, pauseMs * 2) : FIRST_PAUSE_MS;
        seen = waiting;
        context.setTimer(pauseMs - ThreadLocalRandom.current().nextLong(pauseMs / 2), id -> look());
      }
    }
  }

  private void tellWait(GateRules.Decision decision) {
    if (!told) {
      told = true;
      LOG.log(System.Logger.Level.INFO, () -> "No cluster is there to join, and none is formed yet: " + decision.reason()
          + ". Looking on; after " + options.getDeadline().toMillis() + " ms bootstrap.onTimeout decides: "
          + options.toJson().getString("onTimeout"));
    } else if (decision.timedOut() && !toldTimeout) {
      toldTimeout = true;
      LOG.log(System.Logger.Level.WARNING, () -> "Still waiting after " + elapsedMs() + " ms: " + decision.reason());
    }
  }

  private void tellEnd(String what, GateRules.Decision decision) {
    System.Logger.Level level = decision.timedOut() ? System.Logger.Level.WARNING
        : told ? System.Logger.Level.INFO : System.Logger.Level.DEBUG;
    LOG.log(level, () -> "After " + elapsedMs() + " ms " + what + decision.reason());
  }

  private Future<PeerSearch.Found> onContext(java.util.function.Supplier<Future<PeerSearch.Found>> action) {
    Promise<PeerSearch.Found> promise = Promise.promise();
    context.runOnContext(v -> action.get().onComplete(promise));
    return promise.future();
  }

  private long elapsedMs() {
    return nowMs() - startMs;
  }

  private static long nowMs() {
    return System.nanoTime() / 1_000_000;
  }
}
