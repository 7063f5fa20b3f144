package io.barnacle.testkit;

import io.barnacle.internal.JsonReader;
import io.barnacle.node.Node;
import io.barnacle.strategy.InvalidOptionsException;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A user's own strategy, {@code {"type": "custom", "class": …, "nodes": […], "port": …}}: a list of nodes. */
public final class FixedNodesOptions implements StrategyOptions {

  private final List<Node> nodes = new ArrayList<>();
  private int port = DEFAULT_MEMBER_PORT;

  /** As the custom strategy calls it. */
  public FixedNodesOptions(JsonObject json) {
    List<String> faults = new ArrayList<>();
    JsonReader in = new JsonReader(json, "", faults).know("type").know("class");
    in.strings("nodes", Node::parse).ifPresent(nodes::addAll);
    in.set("port", in.integer("port"), n -> port = n);
    in.rejectUnknownKeys();
    if (!faults.isEmpty()) {
      throw new InvalidOptionsException(faults);
    }
  }

  /** The JSON that names this class, with the nodes given. */
  public static JsonObject json(String... nodes) {
    return new JsonObject()
        .put("type", "custom")
        .put("class", FixedNodesOptions.class.getName())
        .put("nodes", new JsonArray(List.of(nodes)));
  }

  @Override
  public String type() {
    return "custom";
  }

  @Override
  public Strategy create(Vertx vertx) {
    return Strategy.of(() -> Future.succeededFuture(Set.copyOf(nodes)));
  }

  @Override
  public JsonObject toJson() {
    return json(nodes.stream().map(Node::toString).toArray(String[]::new)).put("port", port);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FixedNodesOptions that && toJson().equals(that.toJson());
  }

  @Override
  public int hashCode() {
    return toJson().hashCode();
  }
}
