package io.barnacle.bench;

import com.hazelcast.config.Config;
import io.barnacle.Barnacle;
import io.barnacle.cluster.RegistryMode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;
import java.util.Locale;

/** What is measured. Both get the same known list of ports of loopback; everything else is as it comes. */
enum Engine {

  BARNACLE("Barnacle") {
    @Override
    Future<Vertx> start(List<Integer> ports, int index, JsonObject cluster) {
      return barnacle(ports, index, RegistryMode.REPLICATED, cluster);
    }
  },

  /** Shares its registrations with {@link #HAZELCAST}, and its cluster; not measured. */
  PARTITIONED("Barnacle, partitioned") {
    @Override
    Future<Vertx> start(List<Integer> ports, int index, JsonObject cluster) {
      return barnacle(ports, index, RegistryMode.PARTITIONED, cluster);
    }
  },

  HAZELCAST("vertx-hazelcast") {
    @Override
    Future<Vertx> start(List<Integer> ports, int index, JsonObject cluster) {
      Config config = ConfigUtil.loadConfig()
          .setClusterName("bench")
          .setProperty("hazelcast.logging.type", "jdk")
          .setProperty("hazelcast.phone.home.enabled", "false");
      var network = config.getNetworkConfig().setPort(ports.get(index)).setPortAutoIncrement(false);
      network.getInterfaces().setEnabled(true).addInterface(HOST);
      network.getJoin().getMulticastConfig().setEnabled(false);
      network.getJoin().getAutoDetectionConfig().setEnabled(false);
      network.getJoin().getTcpIpConfig().setEnabled(true)
          .setMembers(ports.stream().map(port -> HOST + ":" + port).toList());
      return Vertx.builder()
          .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(HOST)))
          .withClusterManager(new HazelcastClusterManager(config))
          .buildClustered();
    }
  };

  private static final String HOST = "127.0.0.1";

  private final String label;

  Engine(String label) {
    this.label = label;
  }

  private static Future<Vertx> barnacle(List<Integer> ports, int index, RegistryMode registry, JsonObject cluster) {
    JsonArray nodes = new JsonArray();
    for (int port : ports) {
      nodes.add("n" + port + "@" + HOST + ":" + port);
    }
    int own = ports.get(index);
    return Barnacle.clusteredVertx(new JsonObject()
        .put("node", new JsonObject().put("name", "n" + own).put("host", HOST).put("port", own))
        .put("cluster", new JsonObject().put("name", "bench").put("registry", registry.name().toLowerCase(Locale.ROOT))
            .mergeIn(cluster))
        .put("strategy", new JsonObject().put("type", "epmd").put("nodes", nodes)));
  }

  /** Its name for people. */
  String label() {
    return label;
  }

  /**
   * Starts a clustered Vert.x; called once per process.
   *
   * @param ports of all nodes, those that do not run yet too
   * @param index of this node in them
   * @param cluster more options of Barnacle's cluster; others pass over them
   */
  abstract Future<Vertx> start(List<Integer> ports, int index, JsonObject cluster);
}
