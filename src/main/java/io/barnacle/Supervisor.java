package io.barnacle;

import io.barnacle.cluster.hazelcast.BarnacleClusterManager;
import io.barnacle.event.BarnacleEvent;
import io.barnacle.event.EventPublisher;
import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Keeps a barnacle deployed: starts it again when its start fails or when it is undeployed by anything but a shutdown, after
 * 100 ms, 200 ms, … up to 30 s, each less a random part of up to a half; a run of 30 s sets that back to the beginning.
 * Ends with a shutdown over the event bus, with {@link #close}, or with its Vert.x. Made by {@link Barnacle#supervise}.
 */
public final class Supervisor {

  private static final System.Logger LOG = System.getLogger(Supervisor.class.getName());
  private static final long FIRST_DELAY_MS = 100;
  private static final long LONGEST_DELAY_MS = 30_000;

  private final Vertx vertx;
  private final Context context;
  private final BarnacleOptions options;
  private final EventPublisher events;
  private final Promise<Void> firstStart = Promise.promise();
  private final Promise<Void> ended = Promise.promise();
  private String deploymentId;
  private boolean deploying;
  private long startedAt;
  private int attempt;
  private boolean over;

  private Supervisor(Vertx vertx, BarnacleOptions options) {
    this.vertx = vertx;
    this.options = options;
    this.context = vertx.getOrCreateContext();
    this.events = new EventPublisher(vertx, context, options.getEvents(), options.getListener());
  }

  static Supervisor start(Vertx vertx, BarnacleOptions options) {
    Supervisor supervisor = new Supervisor(vertx, options);
    ((VertxInternal) vertx).addCloseHook(supervisor::vertxCloses);
    supervisor.context.runOnContext(v -> supervisor.deploy());
    return supervisor;
  }

  /** Completes when the barnacle has started for the first time; fails if the supervisor ended before that. */
  public Future<Void> started() {
    return firstStart.future();
  }

  /** Completes when the supervisor has ended, for whatever reason. */
  public Future<Void> ended() {
    return ended.future();
  }

  /** Undeploys the barnacle and does not start it again. Idempotent. */
  public Future<Void> close() {
    context.runOnContext(v -> {
      over = true;
      if (deploymentId != null) {
        vertx.undeploy(deploymentId).onComplete(undeployed -> end());
      } else if (!deploying) {
        end();
      }
    });
    return ended();
  }

  private void deploy() {
    if (over) {
      end();
      return;
    }
    deploying = true;
    BarnacleVerticle verticle = new BarnacleVerticle(options)
        .onStop(byShutdown -> context.runOnContext(v -> stopped(byShutdown)));
    vertx.deployVerticle(verticle).onComplete(
        id -> context.runOnContext(v -> running(id)),
        cause -> context.runOnContext(v -> {
          deploying = false;
          again("the start failed: " + cause.getMessage());
        }));
  }

  private void running(String id) {
    deploying = false;
    if (over) {
      vertx.undeploy(id).onComplete(undeployed -> end());
      return;
    }
    deploymentId = id;
    startedAt = System.nanoTime();
    firstStart.tryComplete();
  }

  private void stopped(boolean byShutdown) {
    boolean ran = deploymentId != null;
    deploymentId = null;
    if (byShutdown) {
      end();
    } else if (ran && !over) { // else who undeploys it waits for that to be over
      if (Duration.ofNanos(System.nanoTime() - startedAt).toMillis() >= LONGEST_DELAY_MS) {
        attempt = 0;
      }
      again("it was undeployed");
    }
  }

  private void again(String reason) {
    if (over) {
      end();
      return;
    }
    attempt++;
    long longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS << Math.min(attempt - 1, 20));
    long delay = longest - ThreadLocalRandom.current().nextLong(longest / 2 + 1);
    LOG.log(System.Logger.Level.WARNING, "barnacle is started again in {0} ms (attempt {1}): {2}", delay, attempt, reason);
    events.publish(new BarnacleEvent.Restarting(origin(), attempt, Duration.ofMillis(delay), reason));
    vertx.setTimer(delay, timer -> deploy());
  }

  private BarnacleEvent.Origin origin() {
    BarnacleClusterManager manager = BarnacleRuntime.managerOf(vertx);
    return new BarnacleEvent.Origin(
        Instant.now(), manager == null ? null : manager.connector().self().node(), options.getName());
  }

  private void vertxCloses(Completable<Void> done) {
    context.runOnContext(v -> end());
    done.succeed();
  }

  private void end() {
    over = true;
    firstStart.tryFail("the supervisor ended before the barnacle started");
    ended.tryComplete();
  }
}
