package io.barnacle.cluster.hazelcast;

import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleListener;
import io.barnacle.cluster.ClusterException;
import io.barnacle.node.Endpoint;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Keeps an engine running: when it dies without being asked to (shut down behind Barnacle's back, out of memory, or a merge
 * that failed), starts another in its place, with pauses that double up to {@value #LONGEST_PAUSE_MS} ms, until it is closed.
 * State lives on one event-loop context.
 */
final class EngineKeeper {

  /** What happens around an engine; all calls come on the context. */
  interface Owner {

    /** Begins to use an engine. */
    Future<Void> up(Engine engine);

    /** The engine died; {@link #up} follows with the next. */
    void down(String reason);

    /** Who the next engine should join. */
    Future<Set<Endpoint>> peers();
  }

  private static final System.Logger LOG = System.getLogger(EngineKeeper.class.getName());

  private static final long FIRST_PAUSE_MS = 50;
  private static final long LONGEST_PAUSE_MS = 5_000;

  private final ContextInternal context;
  private final Workers workers;
  private final Function<Set<Endpoint>, Engine> starter;
  private final Owner owner;
  private volatile Engine engine;
  /** The start that is under way, or the last one. */
  private Future<Void> attempt = Future.succeededFuture();
  private boolean closed;

  /** @param starter starts an engine that joins the peers; blocks */
  EngineKeeper(ContextInternal context, Workers workers, Function<Set<Endpoint>, Engine> starter, Owner owner) {
    this.context = context;
    this.workers = workers;
    this.starter = starter;
    this.owner = owner;
  }

  /**
   * The engine of now; for any thread.
   *
   * @throws ClusterException.EngineFailed if there is none
   */
  Engine engine() {
    Engine current = engine;
    if (current == null) {
      throw new ClusterException.EngineFailed("the cluster engine of this node does not run", null);
    }
    return current;
  }

  /** Whether there is an engine, or will be another soon; for any thread. */
  boolean isRunning() {
    return engine != null;
  }

  /** Starts the first engine; a failure is the caller's. */
  Future<Void> start(Set<Endpoint> peers) {
    return workers.call(() -> starter.apply(peers)).compose(started -> onContext(() -> use(started)));
  }

  /** Ends the engine, and one that is just starting, and starts no other; call on the context. */
  Future<Void> close() {
    closed = true;
    Engine last = engine;
    engine = null;
    Future<Void> pending = attempt;
    Future<Void> stopped = last == null ? Future.succeededFuture() : workers.call(() -> {
      last.stop();
      return null;
    });
    return stopped.transform(end -> pending.transform(over ->
        end.failed() ? Future.failedFuture(end.cause()) : Future.succeededFuture()));
  }

  private Future<Void> use(Engine started) {
    if (closed) {
      return workers.call(() -> {
        started.stop();
        return null;
      });
    }
    engine = started;
    started.instance().getLifecycleService().addLifecycleListener(new LifecycleListener() {
      private volatile boolean merging;

      @Override
      public void stateChanged(LifecycleEvent event) {
        if (event.getState() == LifecycleEvent.LifecycleState.MERGING) {
          merging = true;
        } else if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
          merging = false;
        } else if (event.getState() == LifecycleEvent.LifecycleState.SHUTDOWN) {
          String reason = merging ? "it failed to merge" : "it was shut down";
          context.runOnContext(v -> died(started, reason));
        } else if (event.getState() == LifecycleEvent.LifecycleState.MERGE_FAILED) {
          // Most often it has ended by now; else it is in no cluster, and Hazelcast leaves it like that.
          workers.execute(started::kill);
        }
      }
    });
    return owner.up(started).onSuccess(v -> {
      if (!started.isRunning()) {
        died(started, "it died right after its start");
      }
    });
  }

  private void died(Engine dead, String reason) {
    if (closed || dead != engine) {
      return;
    }
    engine = null;
    LOG.log(System.Logger.Level.WARNING, "The cluster engine of this node died ({0}): starting another", reason);
    owner.down(reason);
    restart(FIRST_PAUSE_MS);
  }

  private void restart(long pauseMs) {
    if (closed) {
      return;
    }
    attempt = owner.peers()
        .otherwise(Set.of())
        .compose(peers -> onContext(() -> closed ? Future.failedFuture("the node leaves") : Future.succeededFuture())
            .compose(v -> workers.call(() -> starter.apply(peers))))
        .compose(started -> onContext(() -> use(started).recover(e -> discard(started, e))));
    attempt.onFailure(e -> context.runOnContext(v -> {
      if (!closed) {
        LOG.log(System.Logger.Level.WARNING, "No new cluster engine yet, trying again in " + pauseMs + " ms: " + e);
        context.setTimer(pauseMs, id -> restart(Math.min(LONGEST_PAUSE_MS, pauseMs * 2)));
      }
    }));
  }

  /** Ends an engine that runs and could not be used, so that its port is free for the next; fails to have another tried. */
  private Future<Void> discard(Engine bad, Throwable cause) {
    boolean ours = bad == engine; // else it died meanwhile, and another is on its way
    if (ours) {
      engine = null;
      owner.down("it could not be used: " + cause);
    }
    return workers.<Void>call(() -> {
      bad.kill();
      return null;
    }).transform(killed -> ours && !closed ? Future.failedFuture(cause) : Future.succeededFuture());
  }

  private Future<Void> onContext(Supplier<Future<Void>> action) {
    Promise<Void> promise = Promise.promise();
    context.runOnContext(v -> SharedStrategy.guarded(action).onComplete(promise));
    return promise.future();
  }
}
