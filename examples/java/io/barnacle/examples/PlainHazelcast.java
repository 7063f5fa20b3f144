package io.barnacle.examples;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import io.vertx.core.Vertx;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;

/**
 * Before: an application on plain vertx-hazelcast, with the addresses of its nodes in Hazelcast's configuration.
 * {@link MovedOver} is the same application on Barnacle. In one terminal {@code PlainHazelcast 5701 5702}, in another
 * {@code PlainHazelcast 5702 5701}.
 */
public final class PlainHazelcast {

  private PlainHazelcast() {
  }

  /** The port of this node, then those of the others. */
  public static void main(String[] args) {
    Config config = ConfigUtil.loadConfig().setClusterName("shop");
    config.getNetworkConfig().setPort(Integer.parseInt(args[0])).setPortAutoIncrement(false);
    config.setProperty("hazelcast.phone.home.enabled", "false");
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true);
    for (String port : args) {
      join.getTcpIpConfig().addMember("127.0.0.1:" + port);
    }
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");

    Vertx.builder()
        .withClusterManager(new HazelcastClusterManager(config))
        .buildClustered()
        .compose(vertx -> vertx.deployVerticle(new Shop()))
        .onFailure(Example::fail);
  }
}
