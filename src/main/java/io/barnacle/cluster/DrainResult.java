package io.barnacle.cluster;

import io.barnacle.node.Node;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/**
 * What came of a drain.
 *
 * @param withdrawn how many registrations of this node the others do not see any more
 * @param acknowledged the members that know that; with the registry {@code partitioned}, all, if the shared map has it
 * @param notAcknowledged the members that had not said so in time, and may have gone on sending
 * @param finished how many requests of other nodes were answered meanwhile
 * @param abandoned how many were not, when the deadline was over
 * @param took how long it took
 */
public record DrainResult(int withdrawn, Set<Node> acknowledged, Set<Node> notAcknowledged, long finished, long abandoned,
    Duration took) {

  /** Of a node that had nobody to care for. */
  public static final DrainResult NOTHING = new DrainResult(0, Set.of(), Set.of(), 0, 0, Duration.ZERO);

  /** Copies the sets. */
  public DrainResult {
    acknowledged = Set.copyOf(acknowledged);
    notAcknowledged = Set.copyOf(notAcknowledged);
  }

  /** Whether every member knows, and every request was answered. */
  public boolean isComplete() {
    return notAcknowledged.isEmpty() && abandoned == 0;
  }

  /** The JSON form. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("withdrawn", withdrawn)
        .put("acknowledged", json(acknowledged))
        .put("notAcknowledged", json(notAcknowledged))
        .put("finished", finished)
        .put("abandoned", abandoned)
        .put("durationMs", took.toMillis());
  }

  /**
   * Reads the JSON form.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static DrainResult fromJson(JsonObject json) {
    try {
      return readUnchecked(json);
    } catch (ClassCastException | NullPointerException e) {
      throw new IllegalArgumentException("not the result of a drain: " + e.getMessage(), e);
    }
  }

  private static DrainResult readUnchecked(JsonObject json) {
    return new DrainResult(json.getInteger("withdrawn"), nodes(json.getJsonArray("acknowledged")),
        nodes(json.getJsonArray("notAcknowledged")), json.getLong("finished"), json.getLong("abandoned"),
        Duration.ofMillis(json.getLong("durationMs")));
  }

  private static JsonArray json(Set<Node> nodes) {
    JsonArray array = new JsonArray();
    new TreeSet<>(nodes).forEach(node -> array.add(node.toString()));
    return array;
  }

  private static Set<Node> nodes(JsonArray array) {
    Set<Node> nodes = new TreeSet<>();
    array.forEach(each -> nodes.add(Node.parse((String) each)));
    return nodes;
  }
}
