package io.barnacle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.hazelcast.config.Config;
import io.barnacle.cluster.Healing;
import io.barnacle.cluster.hazelcast.BarnacleClusterManager;
import io.barnacle.strategy.Strategy;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;
import java.util.Set;
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

  @Test
  void theEventBusIsTunedWhereItHasVertxsOwnValues() {
    VertxOptions own = new VertxOptions().setMetricsOptions(new MetricsOptions() { });
    own.getEventBusOptions().setClusterPingInterval(7_000);
    VertxBootstrap bootstrap = VertxBootstrap.create().options(own)
        .clusterManager(Barnacle.clusterManager(new BarnacleOptions()
            .setStrategy(Strategy.of(() -> Future.succeededFuture(Set.of())))));
    bootstrap.init();
    EventBusOptions tuned = bootstrap.options().getEventBusOptions();
    assertEquals(7_000, tuned.getClusterPingInterval());
    assertEquals(2_000, tuned.getClusterPingReplyInterval());
    assertEquals(1_000, tuned.getConnectTimeout());
    assertSame(own.getMetricsOptions(), bootstrap.options().getMetricsOptions());
    assertEquals(EventBusOptions.DEFAULT_CONNECT_TIMEOUT, own.getEventBusOptions().getConnectTimeout());
  }

  @Test
  void theHazelcastPresetLeavesTheEventBusAlone() {
    VertxBootstrap bootstrap = VertxBootstrap.create().options(new VertxOptions())
        .clusterManager(Barnacle.clusterManager(new BarnacleOptions().setHealing(Healing.HAZELCAST)
            .setStrategy(Strategy.of(() -> Future.succeededFuture(Set.of())))));
    bootstrap.init();
    assertEquals(new EventBusOptions().toJson(), bootstrap.options().getEventBusOptions().toJson());
  }

  private static ClusterManager chosenAfter(ClusterManager found) {
    VertxBootstrap bootstrap = VertxBootstrap.create().clusterManager(found);
    new BarnacleServiceProvider(List.of(HazelcastClusterManager.class, BarnacleServiceProvider.class)).init(bootstrap);
    assertEquals(found == bootstrap.clusterManager(), !(bootstrap.clusterManager() instanceof BarnacleClusterManager));
    return bootstrap.clusterManager();
  }
}
