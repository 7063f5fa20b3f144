package io.barnacle.examples;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.strategy.epmd.LocalEpmdOptions;
import io.vertx.core.Vertx;

/**
 * Deployed by itself: {@code deploy} gives a deployment id, and undeploying it stops everything that it started. The process
 * is a member of the cluster before and after; only nobody looks for peers any more.
 */
public final class Standalone {

  private Standalone() {
  }

  /** No arguments. */
  public static void main(String[] args) {
    BarnacleOptions options = new BarnacleOptions().setStrategy(new LocalEpmdOptions());

    Vertx.builder().withClusterManager(Barnacle.clusterManager(options)).buildClustered()
        .onSuccess(vertx -> Barnacle.deploy(vertx, options)
            .onSuccess(id -> System.out.println("deployed"))
            .compose(id -> vertx.undeploy(id))
            .onSuccess(v -> System.out.println("undeployed, clustered still: " + vertx.isClustered()))
            .onSuccess(v -> Example.end(vertx))
            .onFailure(Example::fail))
        .onFailure(Example::fail);
  }
}
