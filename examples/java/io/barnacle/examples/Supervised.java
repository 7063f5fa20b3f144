package io.barnacle.examples;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.Supervisor;
import io.barnacle.control.BarnacleClient;
import io.barnacle.event.BarnacleEvent;
import io.barnacle.strategy.epmd.LocalEpmdOptions;
import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * Supervised: whoever undeploys the verticle, by mistake or otherwise, gets it back; a shutdown over the event bus ends it
 * for good.
 */
public final class Supervised {

  private Supervised() {
  }

  /** No arguments. */
  public static void main(String[] args) {
    BarnacleOptions options = new BarnacleOptions()
        .setStrategy(new LocalEpmdOptions())
        .setListener(Supervised::say);

    Vertx.builder().withClusterManager(Barnacle.clusterManager(options)).buildClustered()
        .onSuccess(vertx -> supervise(vertx, options))
        .onFailure(Example::fail);
  }

  private static void supervise(Vertx vertx, BarnacleOptions options) {
    Supervisor supervisor = Barnacle.supervise(vertx, options);
    supervisor.ended().onSuccess(v -> System.out.println("ended")).onSuccess(v -> Example.end(vertx));
    supervisor.started()
        .onSuccess(v -> vertx.deploymentIDs().forEach(vertx::undeploy)) // a mishap
        .onFailure(Example::fail);
    vertx.setTimer(2000, timer -> BarnacleClient.create(vertx).shutdown(Duration.ofSeconds(2)).onFailure(Example::fail));
  }

  private static void say(BarnacleEvent event) {
    if (event instanceof BarnacleEvent.Restarting restarting) {
      System.out.println("started again in " + restarting.delay().toMillis() + " ms: " + restarting.reason());
    }
  }
}
