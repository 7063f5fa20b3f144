package io.barnacle.suites;

import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.tests.shareddata.ClusteredSharedCounterTest;

/** Vert.x's {@link ClusteredSharedCounterTest}. */
public class BarnacleClusteredSharedCounterTestSuite extends ClusteredSharedCounterTest {

  @Override
  protected ClusterManager getClusterManager() {
    return SuiteNodes.clusterManager();
  }
}
