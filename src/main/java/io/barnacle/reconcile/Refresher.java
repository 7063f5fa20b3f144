package io.barnacle.reconcile;

import io.barnacle.internal.Timers;
import io.barnacle.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One refresh: discover, list, plan, connect and disconnect in parallel, list again; under one deadline. Discovery may use
 * six tenths of it, connecting what is left but for a tenth, and at most 3 s, so that a stranger that answers and never
 * joins does not hold up the next refresh. Whatever a function of a strategy does (throws, returns null,
 * fails, never completes) becomes a failure of its own step.
 */
final class Refresher {

  private static final int MAX_PARALLEL = 64;
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(3);
  private static final Duration LONGEST_PROBE = Duration.ofSeconds(1);
  private static final int PROBES = 3;
  /** So that a function that keeps its timeout can say why it failed. */
  private static final Duration MARGIN = Duration.ofMillis(100);

  private final Peers peers;
  private final RemovalDecider removals;
  private final Timers timers;
  private final Executor loop;
  private final long timeoutMs;
  private final Random random;

  /**
   * @param loop where state lives: results of foreign futures are brought there
   * @param random chooses whose turn it is; used there
   */
  Refresher(Peers peers, RemovalDecider removals, Timers timers, Executor loop, Duration timeout,
      Random random) {
    this.peers = peers;
    this.removals = removals;
    this.timers = timers;
    this.loop = loop;
    this.timeoutMs = timeout.toMillis();
    this.random = random;
  }

  /** Fails with a {@link RefreshException} if there is no result. */
  Future<RefreshResult> refresh() {
    long start = timers.monotonicMillis();
    Future<Set<Node>> desired = guard("discovery", Duration.ofMillis(timeoutMs * 6 / 10), this::discover)
        .recover(cause -> Future.failedFuture(new RefreshException.DiscoveryFailed(cause)));
    return desired.compose(found -> list(start).compose(actual -> {
      Outcomes outcomes = new Outcomes();
      ReconcilePlan plan = ReconcilePlan.between(found, actual);
      return apply(plan, actual, outcomes, start)
          .compose(done -> list(start))
          .map(nodes -> new RefreshResult(nodes, outcomes.connected, outcomes.disconnected, outcomes.kept,
              outcomes.held, outcomes.failed, Duration.ofMillis(timers.monotonicMillis() - start)));
    }));
  }

  private Future<Set<Node>> discover() {
    Future<Set<Node>> discovered = peers.discover();
    return discovered == null ? null : discovered.compose(nodes -> {
      if (nodes == null || nodes.stream().anyMatch(Objects::isNull)) {
        throw new RefreshException.Misbehaved("the strategy's discovery answered null in place of nodes", null);
      }
      return peers.identify(nodes);
    });
  }

  private Future<Set<Node>> list(long start) {
    Duration rest = Duration.ofMillis(Math.max(timeoutMs / 10, timeoutMs - elapsed(start)));
    return guard("listing", rest, peers::list)
        .recover(cause -> Future.failedFuture(new RefreshException.ListFailed(cause)));
  }

  private Future<Void> apply(ReconcilePlan plan, Set<Node> actual, Outcomes out, long start) {
    List<Node> missing = plan.connect().stream().sorted().collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(missing, random); // who has no turn before the deadline shall not be the same each time
    Future<Void> connects = forEach(missing, node -> attempt(
        "connecting", peers::connect, node, start, out.connected, out));
    Future<Void> disconnects = surplus(plan.surplus(), actual, out, start).compose(going -> forEach(going, node ->
        attempt("disconnecting", peers::disconnect, node, start, out.disconnected, out)));
    return Future.join(connects, disconnects).mapEmpty();
  }

  /** Does something with one node; it is among the successes or among the failures then, and the future succeeds. */
  private Future<Void> attempt(String what, BiFunction<Node, Duration, Future<Void>> action, Node node, long start,
      Set<Node> successes, Outcomes out) {
    Duration rest = untilNineTenths(start);
    if (rest.isZero()) {
      out.fail(node, new RefreshException.TimedOut(what + " " + node + ", after others that were slow,",
          Duration.ofMillis(timeoutMs)));
      return Future.succeededFuture();
    }
    Duration timeout = rest.compareTo(LONGEST_CONNECT) < 0 ? rest : LONGEST_CONNECT;
    return guard(what + " " + node, timeout.plus(MARGIN), () -> action.apply(node, timeout))
        .onSuccess(done -> successes.add(node))
        .otherwise(cause -> out.fail(node, cause));
  }

  /** Who of the surplus is to go: all, where the strategy decides; else whom the policy does not keep. */
  private Future<Set<Node>> surplus(Set<Node> surplus, Set<Node> actual, Outcomes out, long start) {
    if (peers.decidesRemovals()) {
      return Future.succeededFuture(surplus);
    }
    if (surplus.isEmpty()) {
      removals.settle();
      return Future.succeededFuture(surplus);
    }
    Set<Node> silent = new HashSet<>();
    return forEach(removals.toProbe(surplus), node ->
        answers(node, PROBES, start)
            .<Void>map(alive -> {
              if (!alive) {
                silent.add(node);
              }
              return null;
            }))
        .map(probed -> {
          RemovalDecider.Decision decision =
              removals.decide(surplus, silent, actual.size() + 1, timers.monotonicMillis());
          out.kept.addAll(decision.kept());
          out.held.addAll(decision.held());
          return decision.remove();
        });
  }

  /** Whether a node answers one of several probes: a live one that is busy may miss the first. */
  private Future<Boolean> answers(Node node, int probes, long start) {
    if (untilNineTenths(start).isZero()) {
      return Future.succeededFuture(true); // not asked often enough to be taken for dead
    }
    return guard("probing " + node, LONGEST_PROBE.plus(MARGIN), () -> peers.probe(node, LONGEST_PROBE))
        .otherwise(false)
        .compose(alive -> alive || probes == 1 ? Future.succeededFuture(alive) : answers(node, probes - 1, start));
  }

  /** What is left of the nine tenths that connecting and disconnecting have; zero if nothing is. */
  private Duration untilNineTenths(long start) {
    return Duration.ofMillis(Math.max(0, timeoutMs * 9 / 10 - elapsed(start)));
  }

  /** Runs the action for each, at most {@value #MAX_PARALLEL} at a time; the actions never fail. */
  private static Future<Void> forEach(Collection<Node> nodes, Function<Node, Future<Void>> action) {
    Crowd crowd = new Crowd(nodes, action);
    crowd.pump();
    return crowd.all.future();
  }

  /** Calls a function that cannot be trusted; the future completes on the loop, in time. */
  private <T> Future<T> guard(String what, Duration timeout, Supplier<Future<T>> function) {
    Promise<T> promise = Promise.promise();
    Future<T> future;
    try {
      future = function.get();
    } catch (Throwable thrown) {
      return Future.failedFuture(new RefreshException.Misbehaved(what + " threw " + thrown, thrown));
    }
    if (future == null) {
      return Future.failedFuture(new RefreshException.Misbehaved(what + " returned null in place of a future", null));
    }
    if (future.isComplete()) { // a new one: the strategy's own may be bound to another context
      return future.succeeded() ? Future.succeededFuture(future.result()) : Future.failedFuture(future.cause());
    }
    long timer = timers.schedule(timeout, () -> promise.tryFail(new RefreshException.TimedOut(what, timeout)));
    Consumer<Runnable> onLoop = loop::execute;
    future.onComplete(result -> onLoop.accept(() -> {
      timers.cancel(timer);
      if (result.succeeded()) {
        promise.tryComplete(result.result());
      } else {
        promise.tryFail(result.cause());
      }
    }));
    return promise.future();
  }

  private long elapsed(long start) {
    return timers.monotonicMillis() - start;
  }

  /** Nodes of which a bounded number is worked on at a time; its loop keeps the stack flat if actions end at once. */
  private static final class Crowd {
    final Promise<Void> all = Promise.promise();
    final ArrayDeque<Node> waiting;
    final Function<Node, Future<Void>> action;
    int atWork;
    boolean pumping;

    Crowd(Collection<Node> nodes, Function<Node, Future<Void>> action) {
      this.waiting = new ArrayDeque<>(nodes);
      this.action = action;
    }

    void pump() {
      if (pumping) {
        return;
      }
      pumping = true;
      while (atWork < MAX_PARALLEL && !waiting.isEmpty()) {
        atWork++;
        action.apply(waiting.poll()).onComplete(done -> {
          atWork--;
          pump();
        });
      }
      pumping = false;
      if (atWork == 0 && waiting.isEmpty()) {
        all.tryComplete();
      }
    }
  }

  /** What came of each node. */
  private static final class Outcomes {
    final Set<Node> connected = new HashSet<>();
    final Set<Node> disconnected = new HashSet<>();
    final Set<Node> kept = new HashSet<>();
    final Set<Node> held = new HashSet<>();
    final Map<Node, Throwable> failed = new HashMap<>();

    Void fail(Node node, Throwable cause) {
      failed.put(node, cause);
      return null;
    }
  }
}
