package io.barnacle.event;

import io.barnacle.event.BarnacleEvent.Origin;
import io.barnacle.node.Node;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads events from their JSON. */
final class EventReader {

  private EventReader() {
  }

  static BarnacleEvent read(JsonObject json) {
    try {
      return readUnchecked(json);
    } catch (ClassCastException | NullPointerException | DateTimeException e) {
      throw new IllegalArgumentException("not an event of barnacle: " + e.getMessage(), e);
    }
  }

  private static BarnacleEvent readUnchecked(JsonObject json) {
    String node = json.getString("node");
    Origin origin = new Origin(
        Instant.parse(json.getString("at")), node == null ? null : Node.parse(node), json.getString("name"));
    String type = json.getString("type", "");
    return switch (type) {
      case "refreshed" -> new BarnacleEvent.Refreshed(origin, nodes(json, "nodes"), nodes(json, "connected"),
          nodes(json, "disconnected"), failed(json), Duration.ofMillis(json.getLong("durationMs")));
      case "refreshFailed" ->
          new BarnacleEvent.RefreshFailed(origin, json.getString("cause"), json.getString("message"));
      case "paused" -> new BarnacleEvent.Paused(origin);
      case "resumed" -> new BarnacleEvent.Resumed(origin);
      case "shutDown" -> new BarnacleEvent.ShutDown(origin);
      case "nodeConnected" -> new BarnacleEvent.NodeConnected(origin, peer(json), json.getString("nodeId"));
      case "nodeLost" ->
          new BarnacleEvent.NodeLost(origin, peer(json), json.getString("nodeId"), json.getString("reason"));
      case "nodeUnreachable" -> new BarnacleEvent.NodeUnreachable(origin, peer(json), json.getString("source"),
          Instant.parse(json.getString("since")), json.getInteger("tries"), json.getString("message"),
          json.containsKey("nextTry") ? Instant.parse(json.getString("nextTry")) : null);
      case "eventBusUnreachable" -> new BarnacleEvent.EventBusUnreachable(origin, peer(json), json.getString("nodeId"),
          json.getString("host"), json.getInteger("port", 0), Instant.parse(json.getString("since")),
          json.getString("message"), json.containsKey("nextTry") ? Instant.parse(json.getString("nextTry")) : null);
      case "eventBusReachable" -> new BarnacleEvent.EventBusReachable(origin, peer(json), json.getString("nodeId"),
          json.getString("host"), json.getInteger("port", 0), Instant.parse(json.getString("since")));
      case "removalsHeld" -> new BarnacleEvent.RemovalsHeld(origin, nodes(json, "held"));
      case "merged" -> new BarnacleEvent.Merged(origin);
      case "engineChanged" ->
          new BarnacleEvent.EngineChanged(origin, json.getBoolean("running"), json.getString("reason"));
      case "strangerRefused" ->
          new BarnacleEvent.StrangerRefused(origin, json.getString("address"), json.getString("reason"));
      case "healingDiffers" -> new BarnacleEvent.HealingDiffers(origin, peer(json), json.getString("nodeId"),
          json.getString("healing"), json.getString("peerHealing"));
      case "restarting" -> new BarnacleEvent.Restarting(origin, json.getInteger("attempt"),
          Duration.ofMillis(json.getLong("delayMs")), json.getString("reason"));
      default -> throw new IllegalArgumentException("\"" + type + "\" is not a type of event that is known here");
    };
  }

  private static Node peer(JsonObject json) {
    return Node.parse(json.getString("peer"));
  }

  private static Set<Node> nodes(JsonObject json, String key) {
    Set<Node> nodes = new TreeSet<>();
    for (Object name : json.getJsonArray(key, new JsonArray())) {
      nodes.add(Node.parse((String) name));
    }
    return nodes;
  }

  private static Map<Node, String> failed(JsonObject json) {
    Map<Node, String> failed = new HashMap<>();
    json.getJsonObject("failed", new JsonObject())
        .forEach(entry -> failed.put(Node.parse(entry.getKey()), (String) entry.getValue()));
    return failed;
  }
}
