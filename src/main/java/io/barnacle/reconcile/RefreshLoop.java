package io.barnacle.reconcile;

import io.barnacle.cluster.Connector;
import io.barnacle.cluster.MembershipChange;
import io.barnacle.event.BarnacleEvent;
import io.barnacle.internal.Timers;
import io.barnacle.node.Node;
import io.barnacle.reconcile.LoopInput.Outcome;
import io.barnacle.reconcile.LoopState.Mode;
import io.barnacle.strategy.Strategy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Runs refreshes when the {@link LoopMachine} says so, and tells what came of them. All methods are called on the event
 * loop that made it; nothing here blocks.
 */
public final class RefreshLoop {

  private static final System.Logger LOG = System.getLogger(RefreshLoop.class.getName());
  private static final long NO_TIMER = Long.MIN_VALUE;

  private final Connector connector;
  private final boolean ownConnect;
  private final boolean ownDisconnect;
  private final Timers timers;
  private final Executor loop;
  private final Random random;
  private final LoopMachine machine;
  private final RemovalDecider removals;
  private final Refresher refresher;
  private final PeerWatch watch;
  private final PeerTroubles troubles;
  private final LoopNews news;

  private LoopState state = LoopState.INITIAL;
  private Promise<RefreshResult> underWay;
  private Runnable unsubscribe = () -> { };
  private long timer = NO_TIMER;
  private Instant nextRefresh;
  private long lastStart;
  private long refreshes;

  /**
   * What the loop is to do.
   *
   * @param name of the barnacle, or null
   * @param source the type of the strategy
   * @param pollInterval time between the starts of two refreshes
   * @param refreshTimeout the deadline of one
   * @param removal who is removed, and when
   * @param self this node where there is no connector to ask, or empty
   */
  public record Settings(String name, String source, Duration pollInterval, Duration refreshTimeout,
      RemovalOptions removal, Optional<Node> self) {
  }

  /**
   * @param connector the cluster, null on a Vert.x that is not clustered by Barnacle
   * @param loop brings work onto the event loop that owns this object
   * @param events is told everything that happens, on that event loop
   * @throws IllegalArgumentException if there is no connector and the strategy leaves something to it
   */
  public RefreshLoop(Settings settings, Strategy strategy, Connector connector, Timers timers, Executor loop,
      Consumer<BarnacleEvent> events) {
    this(settings, strategy, connector, timers, loop, events, new Random());
  }

  /** With the source of its jitter, so that a simulated run can be repeated. */
  RefreshLoop(Settings settings, Strategy strategy, Connector connector, Timers timers, Executor loop,
      Consumer<BarnacleEvent> events, Random random) {
    this.random = random;
    this.connector = connector;
    this.ownConnect = strategy.connectNodes().isPresent();
    this.ownDisconnect = strategy.disconnectNodes().isPresent();
    this.timers = timers;
    this.loop = loop;
    this.machine = new LoopMachine(settings.pollInterval());
    this.troubles = new PeerTroubles(settings.source(), timers);
    this.news = new LoopNews(settings.name(), settings.source(),
        () -> connector != null ? connector.self().node() : settings.self().orElse(null), timers, troubles, events);
    this.removals = new RemovalDecider(settings.removal());
    this.refresher = refresher(settings, strategy, connector, removals, timers, loop, random);
    this.watch = connector == null ? null
        : new PeerWatch(connector::probe, timers, loop, settings.pollInterval(), this::disturb, random);
  }

  /** One refresh and no loop, under the same rules; on the calling event loop. */
  public static Future<RefreshResult> once(Settings settings, Strategy strategy, Connector connector, Timers timers,
      Executor loop) {
    return refresher(settings, strategy, connector, new RemovalDecider(settings.removal()), timers, loop, new Random())
        .refresh();
  }

  private static Refresher refresher(Settings settings, Strategy strategy, Connector connector,
      RemovalDecider removals, Timers timers, Executor loop, Random random) {
    Peers peers = new Peers(strategy, connector, settings.self());
    return new Refresher(peers, removals, timers, loop, settings.refreshTimeout(), random);
  }

  /** Begins with a refresh at once. */
  public void start() {
    if (state.mode() == Mode.STOPPED) {
      return;
    }
    if (connector != null) {
      unsubscribe = connector.onChange(change -> loop.execute(() -> changed(change)));
    }
    input(new LoopInput.Start());
  }

  /**
   * Refreshes now, or shares the refresh that is under way; resets the timer and un-pauses.
   *
   * @return its result; fails with a {@link RefreshException}
   */
  public Future<RefreshResult> refresh() {
    if (state.mode() == Mode.STOPPED) {
      return Future.failedFuture(new RefreshException.Stopped());
    }
    input(new LoopInput.Refresh());
    return underWay.future();
  }

  /** Cancels the timer; a refresh under way ends, and none follows until someone asks. */
  public void pause() {
    input(new LoopInput.Pause());
  }

  /** Stops for good; a refresh under way fails with {@link RefreshException.Stopped}. Idempotent. */
  public void shutdown() {
    input(new LoopInput.Shutdown());
    unsubscribe.run();
    if (watch != null) {
      watch.close();
    }
    if (underWay != null) {
      underWay.tryFail(new RefreshException.Stopped());
    }
  }

  /**
   * Lets removals that the safety valve holds go, by a refresh now.
   *
   * @return the result of that refresh; fails with a {@link RefreshException}
   */
  public Future<RefreshResult> release() {
    if (state.mode() == Mode.STOPPED) {
      return refresh();
    }
    Future<RefreshResult> before = state.refreshing() ? underWay.future().mapEmpty() : Future.succeededFuture();
    return before.transform(ended -> {
      Set<Node> released = removals.release();
      if (!released.isEmpty()) {
        LOG.log(System.Logger.Level.INFO, "held removals are released: {0}", released);
      }
      return refresh();
    });
  }

  /** Something happened that makes a refresh worth while at once. */
  public void disturb() {
    input(new LoopInput.Disturbed(timers.monotonicMillis() - lastStart));
  }

  /**
   * {@code mode}, {@code refreshes}, {@code last} (result or failure), {@code nextRefresh}, {@code held}, {@code unreachable}
   * (discovered, and not to be connected) and {@code lost} (members of the last ten minutes that are gone and that discovery
   * does not list any more, or has not since).
   */
  public JsonObject status() {
    JsonObject status = new JsonObject()
        .put("mode", state.describe())
        .put("refreshes", refreshes)
        .put("held", new JsonArray(removals.held().stream().sorted().map(Node::toString).toList()))
        .put("unreachable", troubles.unreachableJson())
        .put("lost", troubles.lostJson());
    news.describe(status);
    if (nextRefresh != null) {
      status.put("nextRefresh", nextRefresh.toString());
    }
    return status;
  }

  private void input(LoopInput input) {
    LoopMachine.Step step = machine.step(state, input);
    state = step.state();
    for (LoopEffect effect : step.effects()) {
      if (effect instanceof LoopEffect.StartRefresh) {
        cancelTimer();
        startRefresh();
      } else if (effect instanceof LoopEffect.SetTimer set) {
        setTimer(set.delay());
      } else if (effect instanceof LoopEffect.CancelTimer) {
        cancelTimer();
      } else if (effect instanceof LoopEffect.Announce announce) {
        announce(announce.mode());
      }
    }
  }

  private void startRefresh() {
    Promise<RefreshResult> promise = Promise.promise();
    underWay = promise;
    refreshes++;
    lastStart = timers.monotonicMillis();
    refresher.refresh().onComplete(end -> {
      Outcome outcome = end.succeeded() ? record(end.result()) : record(end.cause());
      long took = timers.monotonicMillis() - lastStart;
      input(new LoopInput.Finished(outcome, took, random.nextDouble()));
      tellUnreachable(); // now it is known when they are tried again
      if (end.succeeded()) {
        promise.tryComplete(end.result());
      } else {
        promise.tryFail(end.cause());
      }
    });
  }

  private Outcome record(RefreshResult result) {
    if (state.mode() == Mode.STOPPED) {
      return Outcome.WHOLE;
    }
    Outcome outcome = news.refreshed(result, ownConnect, ownDisconnect);
    watchMissing();
    return outcome;
  }

  private Outcome record(Throwable cause) {
    return state.mode() == Mode.STOPPED ? Outcome.FAILED : news.failed(cause);
  }

  private void tellUnreachable() {
    Map<Node, PeerTrouble> unreachable = troubles.takeNews();
    if (state.mode() != Mode.STOPPED) {
      news.unreachable(unreachable);
    }
  }

  private void changed(MembershipChange change) {
    if (state.mode() == Mode.STOPPED) {
      return;
    }
    if (change instanceof MembershipChange.Joined joined) {
      troubles.joined(joined.member().node());
    }
    news.changed(change);
    if (change instanceof MembershipChange.Left left) {
      troubles.lost(left.member().node(), left.reason(), nextRefresh);
      if (watch != null && state.mode() == Mode.RUNNING) {
        watch.watchAlso(left.member().node());
      }
    }
    if (change.changesView() && !(change instanceof MembershipChange.Joined)) {
      disturb();
    }
  }

  /** Peers that discovery lists and that do not connect, and members lost lately, whether it lists them or not. */
  private void watchMissing() {
    if (watch == null) {
      return;
    }
    watch.watch(state.mode() == Mode.RUNNING ? troubles.nodes() : Set.of());
  }

  private void announce(Mode mode) {
    watchMissing();
    news.mode(mode);
  }

  private void setTimer(Duration delay) {
    cancelTimer();
    nextRefresh = timers.now().plus(delay);
    timer = timers.schedule(delay, () -> {
      timer = NO_TIMER;
      input(new LoopInput.Tick());
    });
    troubles.nextTry(nextRefresh);
  }

  private void cancelTimer() {
    if (timer != NO_TIMER) {
      timers.cancel(timer);
      timer = NO_TIMER;
    }
    nextRefresh = null;
    troubles.nextTry(null);
  }
}
