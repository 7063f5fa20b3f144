package io.barnacle.suites;

import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.tests.ha.HATest;

/** Vert.x's {@link HATest}. */
public class BarnacleHATestSuite extends HATest {

  @Override
  protected ClusterManager getClusterManager() {
    return SuiteNodes.clusterManager();
  }
}
