package io.barnacle.suites;

import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.tests.eventbus.NodeInfoTest;

/** Vert.x's {@link NodeInfoTest}. */
public class BarnacleNodeInfoTestSuite extends NodeInfoTest {

  @Override
  protected ClusterManager getClusterManager() {
    return SuiteNodes.clusterManager();
  }
}
