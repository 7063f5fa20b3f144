package io.barnacle.examples;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.reconcile.RefreshResult;
import io.barnacle.strategy.epmd.LocalEpmdOptions;
import io.vertx.core.Vertx;

/** One refresh, no timers: for those who have a loop of their own. */
public final class RunOnce {

  private RunOnce() {
  }

  /** No arguments. */
  public static void main(String[] args) {
    BarnacleOptions options = new BarnacleOptions().setStrategy(new LocalEpmdOptions());

    Vertx.builder().withClusterManager(Barnacle.clusterManager(options)).buildClustered()
        .onSuccess(vertx -> Barnacle.runOnce(vertx, options)
            .onSuccess(RunOnce::print)
            .onSuccess(result -> Example.end(vertx))
            .onFailure(Example::fail))
        .onFailure(Example::fail);
  }

  private static void print(RefreshResult result) {
    System.out.println("nodes " + result.nodes() + ", failed " + result.failed());
  }
}
