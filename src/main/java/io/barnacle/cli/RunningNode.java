package io.barnacle.cli;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.BarnacleVerticle;
import io.barnacle.cluster.BootstrapOptions.OnTimeout;
import io.barnacle.control.BarnacleClient;
import io.barnacle.control.BarnacleStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.ClusterManager;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The node of this process; leaves the cluster, or gives up joining it, when the JVM is told to end. */
final class RunningNode {

  private static final Duration START = Duration.ofMinutes(2);
  /** After the drain, which has a deadline of its own. */
  private static final Duration LEAVE = Duration.ofSeconds(10);
  private static final Duration STATUS = Duration.ofSeconds(10);
  private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

  private final ClusterManager manager;
  private final Future<Vertx> start;
  private final BarnacleOptions options;
  private final Runnable leaving;
  private final Consumer<Boolean> left;

  private RunningNode(BarnacleOptions options, Runnable leaving, Consumer<Boolean> left) {
    this.options = options;
    this.leaving = leaving;
    this.left = left;
    this.manager = Barnacle.clusterManager(options);
    this.start = Vertx.builder().withClusterManager(manager).buildClustered().compose(this::deploy);
  }

  private Future<Vertx> deploy(Vertx vertx) {
    Promise<Vertx> deployed = Promise.promise(); // bound to no context: a failure closes the one there is
    vertx.deployVerticle(new BarnacleVerticle(options)).onComplete(
        id -> deployed.complete(vertx), cause -> vertx.close().onComplete(closed -> deployed.fail(cause)));
    return deployed.future();
  }

  /**
   * Starts a node, and waits until it is a member: as long as {@code bootstrap} allows, and {@code START} more for all that
   * must not take long.
   *
   * @param leaving is run when the JVM is told to end
   * @param left is told whether it left in time
   */
  static RunningNode start(BarnacleOptions options, Runnable leaving, Consumer<Boolean> left) throws Exception {
    RunningNode node = new RunningNode(options, leaving, left);
    Runtime.getRuntime().addShutdownHook(new Thread(node::leave, "leave the cluster"));
    await(node.start, patience(options));
    return node;
  }

  /** Tells what the node says of itself. */
  void onStarted(Consumer<BarnacleStatus> consumer) throws Exception {
    BarnacleClient client = BarnacleClient.create(start.result(), options.getControl(), options.getName());
    consumer.accept(await(client.status(STATUS)));
  }

  private void leave() {
    if (start.failed()) {
      return;
    }
    leaving.run();
    try {
      end().toCompletionStage().toCompletableFuture()
          .get(options.getDrain().getTimeout().plus(LEAVE).toMillis(), TimeUnit.MILLISECONDS);
      left.accept(true);
    } catch (ExecutionException | TimeoutException e) {
      System.getLogger(RunningNode.class.getName()).log(System.Logger.Level.DEBUG, "leaving failed", e);
      left.accept(false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes the Vert.x; one that has not joined yet is not there to be closed, so its cluster manager gives up. */
  private Future<Void> end() {
    if (start.succeeded()) {
      return start.result().close();
    }
    Promise<Void> given = Promise.promise();
    manager.leave(given);
    return given.future();
  }

  /** How long a start may take. */
  static Duration patience(BarnacleOptions options) {
    return options.getBootstrap().getOnTimeout() == OnTimeout.WAIT
        ? FOR_EVER : START.plus(options.getBootstrap().getDeadline());
  }

  /** The result; throws the cause as it is. */
  static <T> T await(Future<T> future) throws Exception {
    return await(future, START);
  }

  private static <T> T await(Future<T> future, Duration patience) throws Exception {
    try {
      return future.toCompletionStage().toCompletableFuture().get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException e) {
      throw new IllegalStateException("the node did not start within " + patience.toSeconds() + " s; -v shows more", e);
    }
  }
}
