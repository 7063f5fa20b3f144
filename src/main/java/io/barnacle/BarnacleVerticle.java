package io.barnacle;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Keeps a cluster whole: looks for peers at an interval, connects the new, disconnects the gone, and does so at once when a
 * member is lost or someone asks for it at {@code barnacle.refresh} on the event bus. Deploy one instance per Vert.x, or
 * several that have names:
 *
 * <pre>{@code vertx.deployVerticle(new BarnacleVerticle(config))}</pre>
 *
 * <p>The Vert.x must have been clustered by Barnacle ({@link Barnacle#clusteredVertx}, {@link Barnacle#clusterManager}),
 * unless the strategy brings its own functions to connect, disconnect and list nodes. The start fails with one message that
 * lists every fault of the configuration. Undeploying stops all that it started; the node stays a member of the cluster
 * until its Vert.x is closed.
 */
public final class BarnacleVerticle extends VerticleBase {

  private final JsonObject json;
  private final BarnacleOptions given;
  private final Promise<Void> stopping = Promise.promise();
  private Consumer<Boolean> stopListener = byShutdown -> { };
  private BarnacleRuntime runtime;
  private boolean shutDown;

  /**
   * Configured by the deployment's config if there is one, else by {@code conf/barnacle.json} (system property
   * {@code barnacle.config} or environment variable {@code BARNACLE_CONFIG} name another file) with environment variables
   * {@code BARNACLE_*} over it.
   */
  public BarnacleVerticle() {
    this.json = null;
    this.given = null;
  }

  /** Configured by the JSON form of {@link BarnacleOptions}. */
  public BarnacleVerticle(JsonObject config) {
    this.json = config.copy();
    this.given = null;
  }

  /** Configured by options; they are copied. */
  public BarnacleVerticle(BarnacleOptions options) {
    this.json = null;
    this.given = new BarnacleOptions(Objects.requireNonNull(options, "options"));
  }

  /** Is told when it stopped: true if it was told to shut down, false if it was undeployed. */
  BarnacleVerticle onStop(Consumer<Boolean> listener) {
    this.stopListener = listener;
    return this;
  }

  @Override
  public Future<?> start() {
    Future<?> started = options()
        .compose(options -> BarnacleRuntime.start(vertx, context, options, this::shutDown, stopping.future()))
        .onSuccess(running -> runtime = running);
    // Whoever closes the Vert.x during the start has this hook run, and not stop(). The hook is told on any thread.
    ((ContextInternal) context).addCloseHook(done -> context.runOnContext(v -> {
      stopping.tryComplete();
      started.transform(over -> close()).onComplete(done);
    }));
    return started;
  }

  @Override
  public Future<?> stop() {
    stopping.tryComplete();
    return close().onComplete(done -> {
      if (!shutDown) {
        stopListener.accept(false);
      }
    });
  }

  private Future<Void> close() {
    return runtime == null ? Future.succeededFuture() : runtime.close();
  }

  private void shutDown() {
    shutDown = true;
    vertx.undeploy(deploymentID()).onComplete(undeployed -> {
      if (stopping.future().isComplete()) {
        stopListener.accept(true);
      } else { // told so during its own start, before Vert.x knows the deployment
        vertx.setTimer(50, timer -> shutDown());
      }
    });
  }

  private Future<BarnacleOptions> options() {
    if (given != null) {
      return Future.succeededFuture(given);
    }
    JsonObject config = json != null ? json : config();
    if (config == null || json == null && config.isEmpty()) {
      return ConfigLoader.load(vertx);
    }
    return Future.succeededFuture(config).map(BarnacleOptions::fromJson);
  }
}
