package io.barnacle;

import io.barnacle.cluster.hazelcast.BarnacleClusterManager;
import io.barnacle.cluster.hazelcast.Setup;
import io.barnacle.reconcile.RefreshResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.ClusterManager;
import java.util.Objects;

/**
 * The front door. Most applications need one line:
 *
 * <pre>{@code
 * Barnacle.clusteredVertx(new BarnacleOptions().setStrategy(new LocalEpmdOptions()))
 *     .onSuccess(vertx -> …);
 * }</pre>
 *
 * <p>Bad arguments throw at once; everything else that goes wrong fails the future. Options are copied.
 */
public final class Barnacle {

  private Barnacle() {
  }

  /**
   * A clustered Vert.x as {@code conf/barnacle.json} says (see {@link BarnacleVerticle#BarnacleVerticle()} for where it is
   * sought), with the verticle deployed.
   */
  public static Future<Vertx> clusteredVertx() {
    BarnacleClusterManager.preload();
    Vertx reader = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    Promise<Vertx> promise = Promise.promise(); // bound to no context: that of the reader ends with it
    configuration(reader).onComplete(read -> reader.close().onComplete(closed ->
        (read.succeeded() ? clusteredVertx(read.result()) : Future.<Vertx>failedFuture(read.cause()))
            .onComplete(promise)));
    return promise.future();
  }

  /**
   * A clustered Vert.x with the verticle deployed.
   *
   * @param config the JSON form of {@link BarnacleOptions}
   */
  public static Future<Vertx> clusteredVertx(JsonObject config) {
    BarnacleClusterManager.preload(); // reading options takes a tenth of a second, the first time
    BarnacleOptions options;
    try {
      options = BarnacleOptions.fromJson(config);
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(e);
    }
    return clusteredVertx(options);
  }

  /** A clustered Vert.x with the verticle deployed. */
  public static Future<Vertx> clusteredVertx(BarnacleOptions options) {
    return clusteredVertx(options, new VertxOptions());
  }

  /**
   * A clustered Vert.x with the verticle deployed.
   *
   * @param vertxOptions everything else about the Vert.x; pings and connect timeout of its event bus, where they are Vert.x's
   *     own defaults, become those of {@link io.barnacle.cluster.Healing#tune}; TLS is set up as {@code eventBus.tls} says,
   *     and must not be in them too
   * @return the Vert.x, once it is a member of the cluster; if that fails, nothing is left running
   */
  public static Future<Vertx> clusteredVertx(BarnacleOptions options, VertxOptions vertxOptions) {
    VertxOptions tuned = BarnacleServiceProvider.tuned(vertxOptions, options.getHealing(), options.getEventBusTls());
    BarnacleClusterManager manager = new BarnacleClusterManager(setup(options));
    manager.eventBus(tuned.getEventBusOptions()); // also where nobody finds the service provider
    BarnacleVerticle verticle = new BarnacleVerticle(options);
    return Vertx.builder().with(tuned).withClusterManager(manager).buildClustered()
        .compose(vertx -> {
          Promise<Vertx> deployed = Promise.promise(); // bound to no context: a failure closes the one there is
          vertx.deployVerticle(verticle).onComplete(
              id -> deployed.complete(vertx), cause -> vertx.close().onComplete(closed -> deployed.fail(cause)));
          return deployed.future();
        });
  }

  /**
   * The options that {@code conf/barnacle.json} says, with the environment over it, for those who want to change something
   * before they use them (see {@link BarnacleVerticle#BarnacleVerticle()} for where the file is sought).
   *
   * @param vertx reads the file; any Vert.x will do
   * @return fails with an {@link io.barnacle.strategy.InvalidOptionsException} that lists every fault
   */
  public static Future<BarnacleOptions> configuration(Vertx vertx) {
    return ConfigLoader.load(vertx);
  }

  /**
   * The cluster manager, for those who build their Vert.x themselves:
   * {@code Vertx.builder().withClusterManager(Barnacle.clusterManager(options)).buildClustered()}. Deploy a
   * {@link BarnacleVerticle} with the same options on it. One manager serves one Vert.x at a time.
   *
   * @throws IllegalArgumentException if the options have no strategy
   */
  public static ClusterManager clusterManager(BarnacleOptions options) {
    return new BarnacleClusterManager(setup(options));
  }

  /**
   * One refresh, no timers, no events: discovers, connects the missing, disconnects the gone.
   *
   * @return what came of it; fails with a {@link io.barnacle.reconcile.RefreshException} if nothing did
   */
  public static Future<RefreshResult> runOnce(Vertx vertx, BarnacleOptions options) {
    BarnacleOptions own = new BarnacleOptions(options);
    Promise<RefreshResult> promise = Promise.promise();
    Context context = ((VertxInternal) vertx).createEventLoopContext();
    context.runOnContext(v -> Future.succeededFuture()
        .compose(begun -> BarnacleRuntime.runOnce(vertx, context, own)).onComplete(promise));
    return promise.future();
  }

  /**
   * Deploys the verticle, standalone: nobody starts it again.
   *
   * @return the deployment id
   */
  public static Future<String> deploy(Vertx vertx, BarnacleOptions options) {
    return vertx.deployVerticle(new BarnacleVerticle(options));
  }

  /** Deploys the verticle and keeps it deployed, see {@link Supervisor}. */
  public static Supervisor supervise(Vertx vertx, BarnacleOptions options) {
    return Supervisor.start(Objects.requireNonNull(vertx, "vertx"), new BarnacleOptions(options));
  }

  /** What the cluster manager needs of the options. */
  static Setup setup(BarnacleOptions options) {
    if (options.getStrategy() == null) {
      throw new IllegalArgumentException("strategy: is missing; set one of BarnacleOptions");
    }
    return new Setup(options.getNode(), options.getCluster(), options.getStrategy(),
        options.getHealing(), options.getRefreshTimeout().multipliedBy(6).dividedBy(10),
        options.getBootstrap(), options.getDrain(), options.getEventBusTls());
  }
}
