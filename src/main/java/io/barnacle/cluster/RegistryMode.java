package io.barnacle.cluster;

/** How a cluster keeps its event-bus registrations. All nodes of a cluster use the same. */
public enum RegistryMode {

  /**
   * Every node has a copy of every other's registrations, and reads its own memory. Fast and exact; costs memory on every node
   * for every registration of the cluster. The default.
   */
  REPLICATED,

  /**
   * The registrations are spread over the nodes in vertx-hazelcast's own distributed map, which plain vertx-hazelcast nodes
   * share: for moving over from those, and for clusters with millions of addresses.
   */
  PARTITIONED
}
