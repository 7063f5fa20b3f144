package io.barnacle.cluster.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;
import io.barnacle.cluster.ClusterException;

/** One running Hazelcast instance, owned by the cluster manager. Starting and stopping block. */
final class Engine {

  private final HazelcastInstance instance;
  private final HazelcastInternals internals;

  private Engine(HazelcastInstance instance) {
    this.instance = instance;
    this.internals = new HazelcastInternals(instance);
  }

  /**
   * Starts an instance, which is a member of a cluster when this returns.
   *
   * @param channels what everybody has to pass who connects, null for nothing
   */
  static Engine start(Config config, CookieChannels channels, PeerFeed feed, JoinNudger nudger) {
    if (channels != null && config.getAdvancedNetworkConfig().isEnabled()) {
      throw new ClusterException.EngineFailed("cluster.cookie: does not go with advanced-network in the Hazelcast"
          + " configuration, which opens further ports; remove that, or the cookie", null);
    }
    feed.joinedWhen(() -> false);
    config.addListenerConfig(new ListenerConfig(nudger));
    Engine engine = new Engine(channels == null
        ? Hazelcast.newHazelcastInstance(config)
        : HazelcastInstanceFactory.newHazelcastInstance(config, config.getInstanceName(), channels));
    feed.joinedWhen(engine.internals::isJoined);
    return engine;
  }

  HazelcastInstance instance() {
    return instance;
  }

  HazelcastInternals internals() {
    return internals;
  }

  boolean isRunning() {
    return instance.getLifecycleService().isRunning();
  }

  /** Leaves the cluster, handing over what it holds within Hazelcast's own deadline, and ends the instance. */
  void stop() {
    if (isRunning()) {
      instance.getLifecycleService().shutdown();
    }
  }

  /** Ends the instance at once. */
  void kill() {
    if (isRunning()) {
      instance.getLifecycleService().terminate();
    }
  }
}
