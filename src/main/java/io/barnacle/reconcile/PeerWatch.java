package io.barnacle.reconcile;

import io.barnacle.internal.Timers;
import io.barnacle.node.Node;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

/**
 * Watches peers that should be connected and are not, and says at once when one of them answers again: that, and not the
 * poll interval, is how soon a healed network becomes one cluster.
 *
 * <p>A round asks at most {@value #MAX_PROBES} of them, at random when there are more; one that answers is enough, as the
 * refresh that follows looks at all. The next round starts {@value #FAST_MS} ms later, {@value #SLOW_MS} ms when nobody has
 * answered for {@value #PATIENCE_MS} ms. A peer that answers and yet does not get connected (a stranger on that port, say)
 * is asked again only after a pause that doubles each time, up to the poll interval.
 */
final class PeerWatch {

  static final long FAST_MS = 250;
  static final long SLOW_MS = 1000;
  static final long PATIENCE_MS = 120_000;
  static final int MAX_PROBES = 16;
  private static final Duration PROBE_TIMEOUT = Duration.ofMillis(400);

  private final BiFunction<Node, Duration, Future<Boolean>> probe;
  private final Timers timers;
  private final Executor loop;
  private final long pollMs;
  private final Runnable onAnswer;
  private final Random random;
  private final Map<Node, Rest> answered = new HashMap<>();
  private final Set<Node> missing = new TreeSet<>();
  /** Those, in the order of the last draw; null if they have changed since. */
  private List<Node> deck;
  private long missingSince;
  private Long timer;
  private boolean closed;

  /** A peer that answered: not asked before {@code until}, then after {@code next} ms more. */
  private record Rest(long until, long next) {
  }

  /**
   * @param probe asks a node whether it is alive; its future completes on any thread and does not fail
   * @param loop brings work onto the event loop that owns this object
   * @param onAnswer is run there when a missing peer answers
   * @param random chooses among many; used there
   */
  PeerWatch(BiFunction<Node, Duration, Future<Boolean>> probe, Timers timers, Executor loop, Duration pollInterval,
      Runnable onAnswer, Random random) {
    this.probe = probe;
    this.timers = timers;
    this.loop = loop;
    this.pollMs = pollInterval.toMillis();
    this.onAnswer = onAnswer;
    this.random = random;
  }

  /** From now on these are missing; none of them ends the watch. */
  void watch(Set<Node> nodes) {
    if (closed) {
      return;
    }
    if (!missing.containsAll(nodes)) {
      missingSince = timers.monotonicMillis();
    }
    missing.clear();
    missing.addAll(nodes);
    answered.keySet().retainAll(missing);
    changed();
  }

  /** This one is missing too. */
  void watchAlso(Node node) {
    if (!closed && missing.add(node)) {
      missingSince = timers.monotonicMillis();
      changed();
    }
  }

  private void changed() {
    deck = null;
    if (missing.isEmpty()) {
      cancel();
    } else if (timer == null) {
      schedule();
    }
  }

  void close() {
    closed = true;
    missing.clear();
    cancel();
  }

  private void cancel() {
    if (timer != null) {
      timers.cancel(timer);
      timer = null;
    }
  }

  private void schedule() {
    boolean recent = timers.monotonicMillis() - missingSince < PATIENCE_MS;
    timer = timers.schedule(Duration.ofMillis(recent ? FAST_MS : SLOW_MS), this::round);
  }

  private void round() {
    timer = null;
    schedule();
    if (deck == null) {
      deck = new ArrayList<>(missing);
    }
    for (Node node : draw(timers.monotonicMillis())) {
      probe.apply(node, PROBE_TIMEOUT).onComplete(alive -> loop.execute(() -> {
        if (alive.succeeded() && alive.result()) {
          answers(node);
        } else {
          answered.remove(node);
        }
      }));
    }
  }

  /** Up to {@value #MAX_PROBES} that are due, at random; looks at no more of a long list than it has to. */
  private List<Node> draw(long now) {
    List<Node> due = new ArrayList<>();
    for (int drawn = 0; drawn < deck.size() && due.size() < MAX_PROBES; drawn++) {
      Collections.swap(deck, drawn, drawn + random.nextInt(deck.size() - drawn));
      Rest rest = answered.get(deck.get(drawn));
      if (rest == null || rest.until() <= now) {
        due.add(deck.get(drawn));
      }
    }
    return due;
  }

  private void answers(Node node) {
    if (!missing.contains(node)) {
      return;
    }
    Rest before = answered.get(node);
    long now = timers.monotonicMillis();
    if (before != null && before.until() > now) {
      return;
    }
    long pause = before == null ? FAST_MS : before.next();
    answered.put(node, new Rest(now + pause, Math.min(pollMs, pause * 2)));
    onAnswer.run();
  }
}
