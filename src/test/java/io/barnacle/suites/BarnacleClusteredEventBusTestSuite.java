package io.barnacle.suites;

import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.tests.eventbus.ClusteredEventBusTest;

/** Vert.x's {@link ClusteredEventBusTest}. */
public class BarnacleClusteredEventBusTestSuite extends ClusteredEventBusTest {

  @Override
  protected ClusterManager getClusterManager() {
    return SuiteNodes.clusterManager();
  }
}
