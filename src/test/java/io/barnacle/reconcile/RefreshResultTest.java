package io.barnacle.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.barnacle.node.Node;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RefreshResultTest {

  @Test
  void roundTripsThroughJson() {
    Node a = Node.parse("a@[fd00::1]:5701");
    Node b = Node.parse("b@10.0.0.2:5701");
    RefreshResult result = new RefreshResult(
        Set.of(a), Set.of(a), Set.of(), Set.of(), Set.of(b), Map.of(b, new IllegalStateException("no")), Duration.ofMillis(7));
    JsonObject json = new JsonObject(result.toJson().encode());
    RefreshResult back = RefreshResult.fromJson(json);
    assertEquals(json, back.toJson());
    assertEquals("no", back.failed().get(b).getMessage());
    assertEquals(Set.of(a), back.nodes());
  }
}
