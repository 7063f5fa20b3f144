package io.barnacle.netns;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What one node is told at its start.
 *
 * @param engine the cluster manager under it
 * @param index its number, from 1; its own event-bus address is {@link #ownAddress}
 * @param hosts the addresses of all nodes in their order, its own at {@code index - 1}
 */
record NodeSetup(Engine engine, int index, List<String> hosts) {

  /** The member port of every node; each has an address to itself. */
  static final int PORT = 5701;

  /** The port of the port mapper of nodes that share a machine. */
  static final int MAPPER = 4369;

  /** The host of nodes that share a machine, and find each other by its port mapper. */
  static final String LOOPBACK = "127.0.0.1";

  /** The address that every node serves. */
  static final String SHARED = "shared";

  NodeSetup {
    hosts = List.copyOf(hosts);
  }

  static NodeSetup fromJson(JsonObject json) {
    return new NodeSetup(Engine.valueOf(json.getString("engine")), json.getInteger("index"),
        json.getJsonArray("hosts").stream().map(String.class::cast).toList());
  }

  JsonObject toJson() {
    return new JsonObject().put("engine", engine.name()).put("index", index).put("hosts", new JsonArray(hosts));
  }

  /** This node's address in its network. */
  String host() {
    return hosts.get(index - 1);
  }

  /** Whether all nodes are on one machine. */
  boolean isLocal() {
    return host().equals(LOOPBACK);
  }

  /** The node of the {@link NetLab} on which it runs. */
  int machine() {
    return isLocal() ? 1 : index;
  }

  /** The event-bus address that only the given node serves. */
  static String ownAddress(int index) {
    return "node." + index;
  }
}
