package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.Config;
import com.hazelcast.config.MultiMapConfig;
import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.Healing;
import io.barnacle.cluster.RegistryMode;
import io.barnacle.node.NodeOptions;
import io.barnacle.testkit.FixedNodesOptions;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineConfigTest {

  private static final Setup SETUP = new Setup(
      new NodeOptions(), new ClusterOptions().setName("shop"), new FixedNodesOptions(FixedNodesOptions.json()));

  @TempDir
  private Path directory;

  @Test
  void listensWhereItWasToldAndNowhereElse() throws Exception {
    Config config = complete(new Config(), MemberAddress.only(InetAddress.getByName("::1")));
    assertEquals("::1", config.getProperty("hazelcast.local.localAddress"));
    assertEquals("false", config.getProperty("hazelcast.socket.server.bind.any"));
    assertEquals(4711, config.getNetworkConfig().getPort());
    assertFalse(config.getNetworkConfig().isPortAutoIncrement());
  }

  @Test
  void listensOnAllAddressesWhereNoneWasChosen() {
    assertEquals("true", complete(new Config(), MemberAddress.any()).getProperty("hazelcast.socket.server.bind.any"));
  }

  @Test
  void findsPeersByBarnacleOnly() {
    Config config = complete(new Config(), MemberAddress.any());
    assertFalse(config.getNetworkConfig().getJoin().getMulticastConfig().isEnabled());
    assertFalse(config.getNetworkConfig().getJoin().getAutoDetectionConfig().isEnabled());
    assertEquals("true", config.getProperty("hazelcast.discovery.enabled"));
    assertEquals(1, config.getNetworkConfig().getJoin().getDiscoveryConfig().getDiscoveryStrategyConfigs().size());
  }

  @Test
  void hasTheStructuresOfVertxHazelcast() {
    Config config = complete(new Config(), MemberAddress.any());
    assertEquals(MultiMapConfig.ValueCollectionType.SET, config.getMultiMapConfig("__vertx.subs").getValueCollectionType());
    assertTrue(config.getMapConfigs().keySet().containsAll(java.util.Set.of("__vertx.haInfo", "__vertx.nodeInfo")));
    assertEquals("n1", config.getMemberAttributeConfig().getAttribute("__vertx.nodeId"));
  }

  @Test
  void presetsAreSpeltOutAndHazelcastsLeavesItAlone() {
    assertEquals("3", complete(new Config(), MemberAddress.any()).getProperty("hazelcast.max.no.heartbeat.seconds"));
    assertEquals("10", EngineConfig.healing(Healing.BALANCED, RegistryMode.REPLICATED).get("hazelcast.max.no.heartbeat.seconds"));
    assertEquals("12", EngineConfig.healing(Healing.FAST, RegistryMode.PARTITIONED).get("hazelcast.max.no.heartbeat.seconds"));
    assertEquals(Map.of(), EngineConfig.healing(Healing.HAZELCAST, RegistryMode.REPLICATED));
  }

  @Test
  void keepsWhatTheUsersOwnFileSays() throws Exception {
    Path file = directory.resolve("own.yaml");
    Files.writeString(file, """
        hazelcast:
          cluster-name: other
          properties:
            hazelcast.max.join.seconds: 77
          map:
            mine:
              backup-count: 3
          multimap:
            __vertx.subs:
              backup-count: 2
              value-collection-type: SET
        """);
    Config config = complete(EngineConfig.base(file.toString()), MemberAddress.any());
    assertEquals("77", config.getProperty("hazelcast.max.join.seconds"));
    assertEquals(3, config.getMapConfig("mine").getBackupCount());
    assertEquals(2, config.getMultiMapConfig("__vertx.subs").getBackupCount());
    assertEquals("shop", config.getClusterName(), "the cluster name is Barnacle's");
  }

  @Test
  void readsAResourceOfTheClassPath() {
    assertEquals(1, EngineConfig.base("default-cluster.xml").getMultiMapConfig("__vertx.subs").getBackupCount());
  }

  @Test
  void aFileThatCannotBeUsedIsNamed() throws Exception {
    Path file = directory.resolve("broken.xml");
    Files.writeString(file, "<hazelcast");
    for (String each : new String[] {file.toString(), "not-there.yaml"}) {
      String message = assertThrows(ClusterException.EngineFailed.class, () -> EngineConfig.base(each)).getMessage();
      assertTrue(message.startsWith("cluster.hazelcastConfig: \"" + each + "\""), message);
    }
  }

  private static Config complete(Config base, MemberAddress address) {
    return EngineConfig.complete(base, SETUP, address, 4711, Map.of("__vertx.nodeId", "n1"), new PeerFeed(() -> 0));
  }
}
