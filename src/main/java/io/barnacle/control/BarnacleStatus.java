package io.barnacle.control;

import io.barnacle.node.Node;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a barnacle says of itself.
 *
 * @param mode {@code running}, {@code refreshing}, {@code paused} or {@code stopped}
 * @param self this node, null if it has no name
 * @param nodes who is connected, this node excluded
 * @param json all of it: {@code mode}, {@code node}, {@code nodeId}, {@code name}, {@code cluster}, {@code strategy},
 *     {@code members}, {@code refusals} of strangers, {@code registry} of the event bus,
 *     {@code last} refresh, {@code nextRefresh}, {@code refreshes}, {@code failuresInARow},
 *     {@code unreachable} and {@code lost} peers with source, first seen, tries, last error and next try,
 *     {@code eventBus}: {@code host} and {@code port} that this node advertises for its event bus, and the
 *     {@code unreachable} members there, each with {@code node}, {@code nodeId}, {@code host}, {@code port}, {@code since},
 *     {@code tries}, {@code lastError} and {@code nextTry}
 */
public record BarnacleStatus(String mode, Node self, Set<Node> nodes, JsonObject json) {

  /** Copies. */
  public BarnacleStatus {
    nodes = Set.copyOf(nodes);
    json = json.copy();
  }

  /**
   * Reads the answer to {@code barnacle.status}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static BarnacleStatus fromJson(JsonObject json) {
    try {
      return readUnchecked(json);
    } catch (ClassCastException | NullPointerException e) {
      throw new IllegalArgumentException("not the status of a barnacle: " + e.getMessage(), e);
    }
  }

  private static BarnacleStatus readUnchecked(JsonObject json) {
    String self = json.getString("node");
    Set<Node> nodes = new TreeSet<>();
    for (Object member : json.getJsonArray("members", new JsonArray())) {
      nodes.add(Node.parse(((JsonObject) member).getString("node")));
    }
    Node node = self == null ? null : Node.parse(self);
    if (node != null) {
      nodes.remove(node);
    }
    return new BarnacleStatus(json.getString("mode"), node, nodes, json);
  }
}
