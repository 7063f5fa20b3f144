package io.barnacle.examples;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.control.BarnacleClient;
import io.barnacle.control.BarnacleStatus;
import io.barnacle.strategy.epmd.LocalEpmdOptions;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import java.time.Duration;

/**
 * Commands over the event bus, each with a timeout of its own. When a timeout is over the caller gets a failure, and the
 * barnacle goes on undisturbed.
 */
public final class ManualControl {

  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LATER = Duration.ofSeconds(10);

  private ManualControl() {
  }

  /** No arguments. */
  public static void main(String[] args) {
    BarnacleOptions options = new BarnacleOptions()
        .setStrategy(new LocalEpmdOptions())
        .setPollInterval(Duration.ofHours(1)); // nearly never by itself

    Barnacle.clusteredVertx(options).onSuccess(ManualControl::command).onFailure(Example::fail);
  }

  private static void command(Vertx vertx) {
    BarnacleClient barnacle = BarnacleClient.create(vertx);
    barnacle.refresh(LATER)
        .onSuccess(result -> System.out.println("refreshed, nodes " + result.nodes()))
        .compose(v -> barnacle.pause(SOON))
        .compose(v -> barnacle.status(SOON))
        .onSuccess(ManualControl::print)
        .compose(v -> barnacle.refresh(LATER)) // un-pauses
        .compose(v -> barnacle.status(SOON))
        .onSuccess(ManualControl::print)
        .compose(v -> barnacle.shutdown(SOON))
        .onSuccess(v -> System.out.println("shut down"))
        .compose(v -> vertx.timer(500, java.util.concurrent.TimeUnit.MILLISECONDS))
        .compose(v -> barnacle.refresh(SOON)) // there is nobody to answer it
        .onFailure(cause -> System.out.println(
            cause instanceof ReplyException reply ? "refused: " + reply.failureType() : "failed: " + cause))
        .onComplete(end -> Example.end(vertx));
  }

  private static void print(BarnacleStatus status) {
    System.out.println("mode " + status.mode());
  }
}
