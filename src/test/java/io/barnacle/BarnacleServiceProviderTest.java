package io.barnacle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.hazelcast.config.Config;
import io.barnacle.cluster.hazelcast.BarnacleClusterManager;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;
import org.junit.jupiter.api.Test;

class BarnacleServiceProviderTest {

  @Test
  void vertxFindsBarnacleBesideVertxHazelcast() {
    VertxBootstrap bootstrap = VertxBootstrap.create();
    bootstrap.init();
    assertInstanceOf(BarnacleClusterManager.class, bootstrap.clusterManager());
  }

  @Test
  void aGivenClusterManagerStays() {
    HazelcastClusterManager given = new HazelcastClusterManager();
    VertxBootstrap bootstrap = VertxBootstrap.create().clusterManager(given);
    bootstrap.init();
    assertSame(given, bootstrap.clusterManager());
  }

  @Test
  void barnacleComesInThePlaceOfVertxHazelcastsThatWasFoundFirst() {
    assertInstanceOf(BarnacleClusterManager.class, chosenAfter(new HazelcastClusterManager()));
  }

  @Test
  void whatWasConfiguredOrExtendedStaysWhereverItWasFound() {
    HazelcastClusterManager configured = new HazelcastClusterManager(new Config());
    assertSame(configured, chosenAfter(configured));
    HazelcastClusterManager extended = new HazelcastClusterManager() { };
    assertSame(extended, chosenAfter(extended));
  }

  private static ClusterManager chosenAfter(ClusterManager found) {
    VertxBootstrap bootstrap = VertxBootstrap.create().clusterManager(found);
    new BarnacleServiceProvider(List.of(HazelcastClusterManager.class, BarnacleServiceProvider.class)).init(bootstrap);
    assertEquals(found == bootstrap.clusterManager(), !(bootstrap.clusterManager() instanceof BarnacleClusterManager));
    return bootstrap.clusterManager();
  }
}
