package io.barnacle.cluster.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.DiscoveryStrategyConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.Healing;
import io.barnacle.cluster.RegistryMode;
import java.io.File;
import java.io.FileNotFoundException;
import java.util.Map;

/**
 * The Hazelcast configuration of a node: the user's own file, if there is one, and Barnacle's settings on it. A property
 * that the file or a system property sets stays as it is set.
 */
final class EngineConfig {

  private static final System.Logger LOG = System.getLogger(EngineConfig.class.getName());

  /** What every Barnacle node wants of Hazelcast, whatever else is configured. */
  private static final Map<String, String> PROPERTIES = Map.ofEntries(
      Map.entry("hazelcast.logging.type", "jdk"),
      Map.entry("hazelcast.phone.home.enabled", "false"),
      // Vert.x closes the cluster manager; a hook of Hazelcast's own would race with it.
      Map.entry("hazelcast.shutdownhook.enabled", "false"),
      Map.entry("hazelcast.discovery.enabled", "true"),
      // Discovery has happened when Hazelcast starts: waiting for more peers is the bootstrap gate's decision.
      Map.entry("hazelcast.wait.seconds.before.join", "0"),
      Map.entry("hazelcast.max.wait.seconds.before.join", "0"),
      // Bounds on what Hazelcast waits for when a peer that answered stops answering.
      Map.entry("hazelcast.max.join.seconds", "20"),
      Map.entry("hazelcast.max.join.merge.target.seconds", "2"),
      Map.entry("hazelcast.graceful.shutdown.max.wait", "10"),
      // Who joins or merges is not told before it has looked for connections to all others, in steps of a second. None of it is
      // needed: what has something to say to a member connects.
      Map.entry("hazelcast.connect.all.wait.seconds", "0"),
      // The safety net below the search that Barnacle starts itself.
      Map.entry("hazelcast.merge.first.run.delay.seconds", "1"),
      Map.entry("hazelcast.merge.next.run.delay.seconds", "1"));

  private static final long MASTERSHIP_CLAIM = 20;
  /** Plain vertx-hazelcast nodes, with which a partitioned registry may be shared, send a heartbeat each 5 s: one may be late. */
  private static final long PLAIN_SILENCE_S = 12;

  private EngineConfig() {
  }

  /** What a healing preset means to Hazelcast, and with which registry. */
  static Map<String, String> healing(Healing healing, RegistryMode registry) {
    if (healing == Healing.HAZELCAST) {
      return Map.of();
    }
    long heartbeat = healing.heartbeat().orElseThrow().toSeconds();
    long silence = healing.silence().orElseThrow().toSeconds();
    return Map.of(
        "hazelcast.heartbeat.interval.seconds", Long.toString(heartbeat),
        "hazelcast.max.no.heartbeat.seconds",
        Long.toString(registry == RegistryMode.PARTITIONED ? Math.max(silence, PLAIN_SILENCE_S) : silence),
        // Whoever takes over from an oldest member that is gone asks the others to agree, as often as this number says, and
        // drops who does not. The first dozen attempts take half a second together, but another member may see the same
        // loss a heartbeat later: with too small a number the healthy are dropped.
        "hazelcast.mastership.claim.timeout.seconds", Long.toString(MASTERSHIP_CLAIM),
        "hazelcast.socket.connect.timeout.seconds", Long.toString(healing.connectTimeout().orElseThrow().toSeconds()),
        // A process that died refuses connections: three refusals, this far apart, are proof enough.
        "hazelcast.connection.monitor.interval", healing == Healing.FAST ? "50" : "100",
        "hazelcast.operation.backup.timeout.millis", Long.toString(silence * 500),
        // Two members that cannot see each other while others see both: the oldest decides who stays.
        "hazelcast.partial.member.disconnection.resolution.heartbeat.count", "3");
  }

  /** The value in effect; null leaves it to Hazelcast. */
  static String valueOf(Config config, String key) {
    String own = config.getProperty(key);
    return own == null ? System.getProperty(key) : own;
  }

  /**
   * Reads the user's own configuration. Blocks.
   *
   * @param location path of a file, or name of a resource on the class path; null for Hazelcast's defaults
   */
  static Config base(String location) {
    if (location == null) {
      return new Config();
    }
    try {
      File file = new File(location);
      return file.exists()
          ? Config.loadFromFile(file)
          : Config.loadFromClasspath(Thread.currentThread().getContextClassLoader(), location);
    } catch (FileNotFoundException | RuntimeException e) {
      throw new ClusterException.EngineFailed("cluster.hazelcastConfig: \"" + location + "\" cannot be used as a Hazelcast"
          + " configuration (XML or YAML, a file or a resource on the class path): " + e.getMessage(), e);
    }
  }

  /** Puts Barnacle's settings on a configuration. */
  static Config complete(
      Config config, Setup setup, MemberAddress address, int port, Map<String, String> attributes, PeerFeed feed) {
    config.setClusterName(setup.cluster().getName());
    attributes.forEach(config.getMemberAttributeConfig()::setAttribute);
    config.getMemberAttributeConfig().setAttribute(
        RegistryAgreement.ATTRIBUTE, RegistryAgreement.valueOf(setup.cluster().getRegistry()));
    PROPERTIES.forEach((key, value) -> setUnlessSet(config, key, value));
    healing(setup.healing(), setup.cluster().getRegistry()).forEach((key, value) -> setUnlessSet(config, key, value));
    config.getMemberAttributeConfig().setAttribute(
        HealingAgreement.ATTRIBUTE, HealingAgreement.Pace.of(config, setup.healing()).toString());
    network(config, address, port);
    join(config, feed);
    structures(config);
    ClassGuard.install(config, setup.cluster().getAllowedClasses());
    return config;
  }

  private static void network(Config config, MemberAddress address, int port) {
    NetworkConfig network = config.getNetworkConfig();
    network.setPort(port).setPortAutoIncrement(false).setReuseAddress(true);
    config.setProperty("hazelcast.local.localAddress", address.host());
    config.setProperty("hazelcast.socket.server.bind.any", Boolean.toString(address.bindAny()));
  }

  private static void join(Config config, PeerFeed feed) {
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    if (join.getMulticastConfig().isEnabled() || join.getTcpIpConfig().isEnabled()) {
      LOG.log(System.Logger.Level.WARNING, "The Hazelcast configuration enables multicast or TCP/IP join: Hazelcast then"
          + " looks for members in that way only, and peers found by Barnacle's strategy cannot be connected at once."
          + " Remove network.join from it unless you want that.");
    }
    // How long a node that found others, none of them in a cluster yet, waits before it claims to be the first.
    join.getTcpIpConfig().setConnectionTimeoutSeconds(1);
    join.getDiscoveryConfig().addDiscoveryStrategyConfig(new DiscoveryStrategyConfig(feed.factory()));
  }

  /** As in vertx-hazelcast's default-cluster.xml, so that members of both kinds agree. */
  private static void structures(Config config) {
    if (!config.getMultiMapConfigs().containsKey("__vertx.subs")) {
      config.addMultiMapConfig(new MultiMapConfig("__vertx.subs")
          .setBackupCount(1)
          .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
    }
    // After a merge every node writes its own registrations again. What the smaller side believed of others, a split ago,
    // would only bring back registrations that are gone.
    config.getMultiMapConfig("__vertx.subs").setMergePolicyConfig(
        new MergePolicyConfig(DiscardMergePolicy.class.getName(), MergePolicyConfig.DEFAULT_BATCH_SIZE));
    for (String name : new String[] {"__vertx.haInfo", "__vertx.nodeInfo"}) {
      if (!config.getMapConfigs().containsKey(name)) {
        config.addMapConfig(new MapConfig(name).setBackupCount(1));
      }
    }
  }

  private static void setUnlessSet(Config config, String key, String value) {
    if (config.getProperty(key) == null && System.getProperty(key) == null) {
      config.setProperty(key, value);
    }
  }
}
