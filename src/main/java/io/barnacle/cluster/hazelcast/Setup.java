package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.BootstrapOptions;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.DrainOptions;
import io.barnacle.cluster.Healing;
import io.barnacle.cluster.TlsOptions;
import io.barnacle.node.NodeOptions;
import io.barnacle.strategy.StrategyOptions;
import java.time.Duration;
import java.util.Objects;

/**
 * What a cluster manager needs to know.
 *
 * @param node who this node is
 * @param cluster which cluster it belongs to
 * @param strategy how peers are found
 * @param healing how soon a silent member is taken for dead
 * @param discoveryTimeout the longest that one discovery of the join may take
 * @param bootstrap when a node that finds no cluster forms one
 * @param drain how a node empties itself before it leaves
 * @param tls what the event bus encrypts with, null for nothing
 */
public record Setup(
    NodeOptions node, ClusterOptions cluster, StrategyOptions strategy, Healing healing, Duration discoveryTimeout,
    BootstrapOptions bootstrap, DrainOptions drain, TlsOptions tls) {

  /** Default of {@link #discoveryTimeout()}: 5 s. */
  public static final Duration DEFAULT_DISCOVERY_TIMEOUT = Duration.ofSeconds(5);

  /**
   * Copies the options.
   *
   * @throws IllegalArgumentException if the timeout is not positive
   */
  public Setup {
    node = new NodeOptions(node);
    cluster = new ClusterOptions(cluster);
    Objects.requireNonNull(strategy, "strategy");
    Objects.requireNonNull(healing, "healing");
    bootstrap = new BootstrapOptions(bootstrap);
    drain = new DrainOptions(drain);
    if (discoveryTimeout.isNegative() || discoveryTimeout.isZero()) {
      throw new IllegalArgumentException("a discovery timeout is positive");
    }
  }

  /** Without TLS. */
  public Setup(NodeOptions node, ClusterOptions cluster, StrategyOptions strategy, Healing healing,
      Duration discoveryTimeout, BootstrapOptions bootstrap, DrainOptions drain) {
    this(node, cluster, strategy, healing, discoveryTimeout, bootstrap, drain, null);
  }

  /** With {@link Healing#FAST}, the default timeout, and the defaults of bootstrap and drain, without TLS. */
  public Setup(NodeOptions node, ClusterOptions cluster, StrategyOptions strategy) {
    this(node, cluster, strategy, new BootstrapOptions());
  }

  /** With {@link Healing#FAST}, the default timeout and the default drain. */
  public Setup(NodeOptions node, ClusterOptions cluster, StrategyOptions strategy, BootstrapOptions bootstrap) {
    this(node, cluster, strategy, Healing.FAST, DEFAULT_DISCOVERY_TIMEOUT, bootstrap, new DrainOptions());
  }
}
