package io.barnacle.suites;

import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.tests.ha.ComplexHATest;

/** Vert.x's {@link ComplexHATest}. */
public class BarnacleComplexHATestSuite extends ComplexHATest {

  @Override
  protected ClusterManager getClusterManager() {
    return SuiteNodes.clusterManager();
  }
}
