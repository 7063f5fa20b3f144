package io.barnacle.reconcile;

import io.barnacle.node.Node;
import io.vertx.core.VertxException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one refresh found and did.
 *
 * @param nodes who is connected after it, this node excluded
 * @param connected who was connected by it
 * @param disconnected who was disconnected by it
 * @param kept connected and no longer discovered, but left in peace by the removal policy: alive when asked, for instance
 * @param held to be disconnected, but too many at once: an operator has to release them
 * @param failed who could not be connected or disconnected, each with the cause; one failure hides no success
 * @param duration how long it took
 */
public record RefreshResult(
    Set<Node> nodes,
    Set<Node> connected,
    Set<Node> disconnected,
    Set<Node> kept,
    Set<Node> held,
    Map<Node, Throwable> failed,
    Duration duration) {

  /** Copies. */
  public RefreshResult {
    nodes = Set.copyOf(nodes);
    connected = Set.copyOf(connected);
    disconnected = Set.copyOf(disconnected);
    kept = Set.copyOf(kept);
    held = Set.copyOf(held);
    failed = Map.copyOf(failed);
  }

  /** Whether nobody failed. */
  public boolean isWhole() {
    return failed.isEmpty();
  }

  /** {@code {nodes, connected, disconnected, kept, held, failed: {node: cause}, durationMs}}, sorted. */
  public JsonObject toJson() {
    JsonObject causes = new JsonObject();
    new TreeMap<>(failed).forEach((node, cause) -> causes.put(node.toString(), messageOf(cause)));
    return new JsonObject()
        .put("nodes", names(nodes))
        .put("connected", names(connected))
        .put("disconnected", names(disconnected))
        .put("kept", names(kept))
        .put("held", names(held))
        .put("failed", causes)
        .put("durationMs", duration.toMillis());
  }

  /** Reads {@link #toJson} back; causes become exceptions with just their message. */
  public static RefreshResult fromJson(JsonObject json) {
    Map<Node, Throwable> failed = new TreeMap<>();
    json.getJsonObject("failed", new JsonObject())
        .forEach(e -> failed.put(Node.parse(e.getKey()), VertxException.noStackTrace(String.valueOf(e.getValue()))));
    return new RefreshResult(
        nodes(json, "nodes"),
        nodes(json, "connected"),
        nodes(json, "disconnected"),
        nodes(json, "kept"),
        nodes(json, "held"),
        failed,
        Duration.ofMillis(json.getLong("durationMs", 0L)));
  }

  static String messageOf(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private static JsonArray names(Collection<Node> nodes) {
    JsonArray names = new JsonArray();
    new TreeSet<>(nodes).forEach(node -> names.add(node.toString()));
    return names;
  }

  private static Set<Node> nodes(JsonObject json, String key) {
    Set<Node> nodes = new TreeSet<>();
    json.getJsonArray(key, new JsonArray()).forEach(name -> nodes.add(Node.parse(String.valueOf(name))));
    return nodes;
  }
}
