package io.barnacle.examples;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.BarnacleVerticle;
import io.barnacle.strategy.epmd.LocalEpmdOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/**
 * A clustered Vert.x that is built as always, with Barnacle's cluster manager in it and the verticle deployed on it. Run it
 * in several terminals: they count together.
 */
public final class OwnVertx {

  private OwnVertx() {
  }

  /** No arguments. */
  public static void main(String[] args) {
    BarnacleOptions options = new BarnacleOptions().setStrategy(new LocalEpmdOptions());

    Vertx.builder()
        .with(new VertxOptions().setEventLoopPoolSize(2))
        .withClusterManager(Barnacle.clusterManager(options))
        .buildClustered()
        .compose(vertx -> vertx.deployVerticle(new BarnacleVerticle(options)).map(vertx))
        .onSuccess(OwnVertx::count)
        .onFailure(Example::fail);
  }

  private static void count(Vertx vertx) {
    vertx.setPeriodic(500, timer -> vertx.sharedData().getCounter("visits")
        .compose(counter -> counter.incrementAndGet())
        .onSuccess(visits -> System.out.println("visit " + visits)));
  }
}
