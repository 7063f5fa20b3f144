package io.barnacle.netns;

import com.hazelcast.config.Config;
import io.barnacle.Barnacle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;

/** What makes the nodes a cluster: Barnacle, and those it is measured against. All are given the same list of hosts. */
enum Engine {

  /** Barnacle with its defaults and a known list; on one machine by its port mapper. */
  BARNACLE("Barnacle", Duration.ofSeconds(60)) {
    @Override
    Future<Vertx> start(NodeSetup setup) {
      if (setup.isLocal()) {
        return Barnacle.clusteredVertx(barnacle(new JsonObject().put("name", "n" + setup.index()),
            new JsonObject().put("type", "local_epmd").put("port", NodeSetup.MAPPER)));
      }
      JsonArray nodes = new JsonArray();
      for (int index = 1; index <= setup.hosts().size(); index++) {
        nodes.add("n" + index + "@" + setup.hosts().get(index - 1) + ":" + NodeSetup.PORT);
      }
      return Barnacle.clusteredVertx(barnacle(
          new JsonObject().put("name", "n" + setup.index()).put("host", setup.host()).put("port", NodeSetup.PORT),
          new JsonObject().put("type", "epmd").put("nodes", nodes)));
    }

    private static JsonObject barnacle(JsonObject node, JsonObject strategy) {
      return new JsonObject()
          .put("node", node)
          .put("cluster", new JsonObject().put("name", "chaos").put("cookie", COOKIE))
          .put("strategy", strategy);
    }
  },

  /** vertx-hazelcast with a TCP/IP member list; everything else as it comes. */
  HAZELCAST("vertx-hazelcast", Duration.ofSeconds(330)) {
    @Override
    Future<Vertx> start(NodeSetup setup) {
      return clustered(setup, hazelcast(setup));
    }
  },

  /** The same, tuned by someone who knows: heartbeats of 1 s, members given up after 5 s, merges looked for every 5 s. */
  HAZELCAST_TUNED("vertx-hazelcast tuned", Duration.ofSeconds(60)) {
    @Override
    Future<Vertx> start(NodeSetup setup) {
      return clustered(setup, hazelcast(setup)
          .setProperty("hazelcast.heartbeat.interval.seconds", "1")
          .setProperty("hazelcast.max.no.heartbeat.seconds", "5")
          .setProperty("hazelcast.merge.first.run.delay.seconds", "5")
          .setProperty("hazelcast.merge.next.run.delay.seconds", "5"));
    }
  };

  /** Of all Barnacle nodes. */
  static final String COOKIE = "no secret in these namespaces";

  private final String label;

  private final Duration patience;

  Engine(String label, Duration patience) {
    this.label = label;
    this.patience = patience;
  }

  /** Its name for people. */
  String label() {
    return label;
  }

  /** How long to wait for what it does by itself before calling it never. */
  Duration patience() {
    return patience;
  }

  /** Starts a clustered Vert.x on the node; called once per process. */
  abstract Future<Vertx> start(NodeSetup setup);

  private static Future<Vertx> clustered(NodeSetup setup, Config config) {
    return Vertx.builder()
        .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(setup.host())))
        .withClusterManager(new HazelcastClusterManager(config))
        .buildClustered();
  }

  private static Config hazelcast(NodeSetup setup) {
    Config config = ConfigUtil.loadConfig()
        .setClusterName("chaos")
        .setProperty("hazelcast.logging.type", "jdk")
        .setProperty("hazelcast.phone.home.enabled", "false");
    var network = config.getNetworkConfig().setPort(NodeSetup.PORT).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(true).addInterface(setup.host());
    network.getJoin().getMulticastConfig().setEnabled(false);
    network.getJoin().getAutoDetectionConfig().setEnabled(false);
    network.getJoin().getTcpIpConfig().setEnabled(true).setMembers(setup.hosts());
    return config;
  }
}
