package io.barnacle.cli;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.control.BarnacleClient;
import io.barnacle.control.BarnacleStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The node of this process; leaves the cluster when the JVM is told to end. */
final class RunningNode {

  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration LEAVE = Duration.ofSeconds(10);
  private static final Duration STATUS = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final BarnacleOptions options;
  private final Runnable leaving;
  private final Consumer<Boolean> left;

  private RunningNode(Vertx vertx, BarnacleOptions options, Runnable leaving, Consumer<Boolean> left) {
    this.vertx = vertx;
    this.options = options;
    this.leaving = leaving;
    this.left = left;
  }

  /**
   * Starts a node, and waits until it is a member.
   *
   * @param leaving is run when the JVM is told to end
   * @param left is told whether it left in time
   */
  static RunningNode start(BarnacleOptions options, Runnable leaving, Consumer<Boolean> left) throws Exception {
    RunningNode node = new RunningNode(await(Barnacle.clusteredVertx(options)), options, leaving, left);
    Runtime.getRuntime().addShutdownHook(new Thread(node::leave, "leave the cluster"));
    return node;
  }

  /** Tells what the node says of itself. */
  void onStarted(Consumer<BarnacleStatus> consumer) throws Exception {
    BarnacleClient client = BarnacleClient.create(vertx, options.getControl(), options.getName());
    consumer.accept(await(client.status(STATUS)));
  }

  private void leave() {
    leaving.run();
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(LEAVE.toSeconds(), TimeUnit.SECONDS);
      left.accept(true);
    } catch (ExecutionException | TimeoutException e) {
      System.getLogger(RunningNode.class.getName()).log(System.Logger.Level.DEBUG, "leaving failed", e);
      left.accept(false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The result; throws the cause as it is. */
  static <T> T await(Future<T> future) throws Exception {
    try {
      return future.toCompletionStage().toCompletableFuture().get(START.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException e) {
      throw new IllegalStateException("the node did not start within " + START.toSeconds() + " s; -v shows more", e);
    }
  }
}
