package io.barnacle.suites;

import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.tests.shareddata.ClusteredAsynchronousLockTest;

/** Vert.x's {@link ClusteredAsynchronousLockTest}. */
public class BarnacleClusteredAsynchronousLockTestSuite extends ClusteredAsynchronousLockTest {

  @Override
  protected ClusterManager getClusterManager() {
    return SuiteNodes.clusterManager();
  }
}
