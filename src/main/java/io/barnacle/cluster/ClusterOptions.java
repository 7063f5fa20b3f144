package io.barnacle.cluster;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Objects;

/** Which cluster this node belongs to: the {@code cluster} part of the configuration. */
public final class ClusterOptions {

  /** Default of {@link #getName()}. */
  public static final String DEFAULT_NAME = "barnacle";

  /** Default of {@link #getRegistry()}. */
  public static final RegistryMode DEFAULT_REGISTRY = RegistryMode.REPLICATED;

  private String name = DEFAULT_NAME;
  private String hazelcastConfig;
  private RegistryMode registry = DEFAULT_REGISTRY;

  /** All defaults. */
  public ClusterOptions() {
  }

  /** A copy. */
  public ClusterOptions(ClusterOptions other) {
    this.name = other.name;
    this.hazelcastConfig = other.hazelcastConfig;
    this.registry = other.registry;
  }

  /** The name that all nodes of a cluster share; others are strangers. */
  public String getName() {
    return name;
  }

  /**
   * Sets the name of the cluster, not blank. Default {@value #DEFAULT_NAME}.
   *
   * @throws IllegalArgumentException if blank
   */
  public ClusterOptions setName(String name) {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("a cluster name is not blank");
    }
    this.name = name;
    return this;
  }

  /** Path of a Hazelcast XML or YAML file to start from, or null. */
  public String getHazelcastConfig() {
    return hazelcastConfig;
  }

  /**
   * Sets the path of a Hazelcast configuration (XML or YAML, a file or a resource on the class path) on which Barnacle's
   * own settings (cluster name, addresses, discovery, healing) are put. Default none.
   */
  public ClusterOptions setHazelcastConfig(String hazelcastConfig) {
    this.hazelcastConfig = hazelcastConfig;
    return this;
  }

  /** How the event-bus registrations are kept. */
  public RegistryMode getRegistry() {
    return registry;
  }

  /** Sets how the event-bus registrations are kept, the same on all nodes of a cluster. Default {@link #DEFAULT_REGISTRY}. */
  public ClusterOptions setRegistry(RegistryMode registry) {
    this.registry = Objects.requireNonNull(registry, "registry");
    return this;
  }

  /** The JSON form. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject().put("name", name).put("registry", registry.name().toLowerCase(Locale.ROOT));
    if (hazelcastConfig != null) {
      json.put("hazelcastConfig", hazelcastConfig);
    }
    return json;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClusterOptions && toJson().equals(((ClusterOptions) other).toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, hazelcastConfig, registry);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}
