package io.barnacle.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.barnacle.event.BarnacleEvent.Origin;
import io.barnacle.node.Node;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BarnacleEventTest {

  private static final Instant AT = Instant.parse("2026-03-01T10:20:30.123Z");
  private static final Node SELF = Node.parse("self@127.0.0.1:5701");
  private static final Node PEER = Node.parse("peer@[fd00::2]:5702");
  private static final Origin ORIGIN = new Origin(AT, SELF, "blue");

  static Stream<BarnacleEvent> all() {
    return Stream.of(
        new BarnacleEvent.Refreshed(
            ORIGIN, Set.of(PEER), Set.of(PEER), Set.of(), Map.of(SELF, "refused"), Duration.ofMillis(12)),
        new BarnacleEvent.RefreshFailed(ORIGIN, "TimedOut", "discovery did not answer"),
        new BarnacleEvent.Paused(ORIGIN),
        new BarnacleEvent.Resumed(ORIGIN),
        new BarnacleEvent.ShutDown(new Origin(AT, null, null)),
        new BarnacleEvent.NodeConnected(ORIGIN, PEER, "id"),
        new BarnacleEvent.NodeConnected(ORIGIN, PEER, null),
        new BarnacleEvent.NodeLost(ORIGIN, PEER, "id", "connection closed"),
        new BarnacleEvent.NodeUnreachable(ORIGIN, PEER, "dns", AT, 3, "refused", AT.plusSeconds(5)),
        new BarnacleEvent.NodeUnreachable(ORIGIN, PEER, "dns", AT, 3, "refused", null),
        new BarnacleEvent.EventBusUnreachable(ORIGIN, PEER, "id", "10.0.0.1", 15701, AT, "refused", AT.plusSeconds(1)),
        new BarnacleEvent.EventBusUnreachable(ORIGIN, SELF, "id", null, 0, AT, "nothing arrives", null),
        new BarnacleEvent.EventBusReachable(ORIGIN, PEER, "id", "10.0.0.1", 15701, AT),
        new BarnacleEvent.RemovalsHeld(ORIGIN, Set.of(PEER, SELF)),
        new BarnacleEvent.Merged(ORIGIN),
        new BarnacleEvent.EngineChanged(ORIGIN, true, "terminated"),
        new BarnacleEvent.StrangerRefused(ORIGIN, "10.0.0.66", "it has no cookie"),
        new BarnacleEvent.HealingDiffers(ORIGIN, PEER, "node-7", "\"fast\" (…)", "\"hazelcast\" (…)"),
        new BarnacleEvent.Restarting(ORIGIN, 2, Duration.ofMillis(200), "start failed"));
  }

  @ParameterizedTest
  @MethodSource("all")
  void roundTripsThroughJson(BarnacleEvent event) {
    assertEquals(event, BarnacleEvent.fromJson(new JsonObject(event.toJson().encode())));
  }

  /** A type that is added to the family and forgotten in the reader fails here. */
  @Test
  void everyTypeIsCovered() {
    assertEquals(BarnacleEvent.class.getPermittedSubclasses().length,
        all().map(Object::getClass).distinct().count());
  }

  @Test
  void hasTheCommonKeys() {
    assertEquals(
        new JsonObject().put("v", 1).put("type", "nodeLost").put("at", "2026-03-01T10:20:30.123Z")
            .put("node", "self@127.0.0.1:5701").put("name", "blue").put("peer", "peer@[fd00::2]:5702")
            .put("nodeId", "id").put("reason", "killed"),
        new BarnacleEvent.NodeLost(ORIGIN, PEER, "id", "killed").toJson());
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "{}", "{\"type\":\"paused\"}", "{\"type\":\"paused\",\"at\":\"yesterday\"}", "{\"type\":5,\"at\":6}",
      "{\"type\":\"newer\",\"at\":\"2026-03-01T10:20:30Z\"}",
      "{\"type\":\"nodeLost\",\"at\":\"2026-03-01T10:20:30Z\",\"peer\":\"nobody\"}",
      "{\"type\":\"refreshed\",\"at\":\"2026-03-01T10:20:30Z\",\"nodes\":[1]}"})
  void refusesWhatIsNoEvent(String json) {
    assertThrows(IllegalArgumentException.class, () -> BarnacleEvent.fromJson(new JsonObject(json)));
  }
}
