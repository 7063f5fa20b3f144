package io.barnacle.cluster.hazelcast;

import io.vertx.core.json.JsonObject;

/** The registry for people: with nodes beside, or in the place of, their ids. */
final class RegistryView {

  private final Registry registry;
  private final Membership membership;

  RegistryView(Registry registry, Membership membership) {
    this.registry = registry;
    this.membership = membership;
  }

  /** The cards, each with its node. */
  JsonObject describe() {
    JsonObject described = registry.describe();
    JsonObject cards = described.getJsonObject("cards", new JsonObject());
    cards.forEach(card -> ((JsonObject) card.getValue()).put("node", nodeOf(card.getKey())));
    return described;
  }

  /** The addresses after one, at most so many. */
  JsonObject addresses(String after, int limit) {
    JsonObject page = registry.addresses(after, limit);
    for (Object each : page.getJsonArray("addresses")) {
      JsonObject nodes = new JsonObject();
      ((JsonObject) each).getJsonObject("nodes").forEach(count -> nodes.put(nodeOf(count.getKey()), count.getValue()));
      ((JsonObject) each).put("nodes", nodes);
    }
    return page;
  }

  /** The node with that id, or the id where it has just gone. */
  private String nodeOf(String id) {
    return membership.withNodeId(id).map(member -> member.node().toString()).orElse(id);
  }
}
