package io.barnacle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.control.BarnacleStatus;
import io.barnacle.event.BarnacleEvent;
import io.barnacle.event.BarnacleEvent.Origin;
import io.barnacle.node.Node;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MembershipLinesTest {

  private static final Node SELF = Node.parse("a@127.0.0.1:5701");
  private static final Node B = Node.parse("b@127.0.0.1:5702");
  private static final Origin ORIGIN = new Origin(Instant.EPOCH, SELF, null);

  private final List<String> printed = new ArrayList<>();
  private final MembershipLines lines = new MembershipLines(line -> {
    assertTrue(line.matches("\\d\\d:\\d\\d:\\d\\d .*"), line);
    printed.add(line.substring(9));
  });

  @Test
  void aFirstNodeIsAlone() {
    lines.up(status());
    assertEquals(1, printed.size());
    assertTrue(printed.get(0).matches(
        "a@127.0.0.1:5701 is up after [\\d.]+ s: cluster \"barnacle\" \\(local_epmd\\), alone"), printed.get(0));
  }

  @Test
  void aLaterNodeSaysWhoIsThere() {
    lines.up(status(B));
    assertTrue(printed.get(0).endsWith(", 2 nodes, with b@127.0.0.1:5702"), printed.get(0));
  }

  @Test
  void aNodeComesAndGoes() {
    lines.up(status());
    lines.onEvent(connected(B, "1"));
    lines.onEvent(lost(B, "1"));
    assertEquals(List.of("+ b@127.0.0.1:5702  2 nodes", "- b@127.0.0.1:5702  1 node (its connection closed)"),
        printed.subList(1, 3));
  }

  @Test
  void aMemberThatTheEventBusDoesNotReachIsNamedWithWhatItAdvertises() {
    lines.up(status(B));
    lines.onEvent(new BarnacleEvent.EventBusUnreachable(
        ORIGIN, B, "1", "localhost", 15701, Instant.EPOCH, "Connection refused", null));
    lines.onEvent(new BarnacleEvent.EventBusReachable(ORIGIN, B, "1", "localhost", 15701, Instant.EPOCH));
    assertEquals(List.of("! b@127.0.0.1:5702 is a member, but not reachable on the event bus at localhost:15701"
        + " (Connection refused)", "b@127.0.0.1:5702 is reachable on the event bus"), printed.subList(1, 3));
  }

  @Test
  void aNodeThatReturnsToItsPlaceBeforeItsLossIsKnownIsCountedOnce() {
    lines.up(status());
    lines.onEvent(connected(B, "1"));
    lines.onEvent(connected(B, "2"));
    lines.onEvent(lost(B, "1"));
    assertEquals("- b@127.0.0.1:5702  2 nodes (its connection closed)", printed.get(3));
  }

  @Test
  void whatIsKnownAlreadyIsNotTold() {
    lines.up(status(B));
    lines.onEvent(connected(B, "id of b"));
    assertEquals(1, printed.size());
  }

  @Test
  void eventsBeforeTheFirstLineFollowIt() {
    lines.onEvent(connected(B, "1"));
    assertEquals(List.of(), printed);
    lines.up(status());
    assertEquals("+ b@127.0.0.1:5702  2 nodes", printed.get(1));
  }

  @Test
  void whileLeavingNothingElseIsNews() {
    lines.up(status(B));
    lines.leaving();
    lines.onEvent(lost(B, "id of b"));
    lines.onEvent(new BarnacleEvent.ShutDown(ORIGIN));
    lines.left(true);
    assertEquals(List.of("leaving", "left"), printed.subList(1, printed.size()));
  }

  @Test
  void aRowOfFailuresIsToldOnce() {
    lines.up(status());
    lines.onEvent(new BarnacleEvent.RefreshFailed(ORIGIN, "X", "discovery failed: no"));
    lines.onEvent(new BarnacleEvent.RefreshFailed(ORIGIN, "X", "discovery failed: no"));
    lines.onEvent(refreshed(0, Map.of()));
    lines.onEvent(refreshed(1, Map.of()));
    assertEquals(List.of("! discovery failed: no; nobody is removed for it, and it is tried again",
        "discovery answers again"), printed.subList(1, printed.size()));
  }

  @Test
  void aNodeThatStaysUnreachableIsToldOnceAfterTenSeconds() {
    lines.up(status());
    lines.onEvent(refreshed(0, Map.of(B, "b: refused")));
    lines.onEvent(refreshed(9, Map.of(B, "b: refused")));
    assertEquals(1, printed.size());
    lines.onEvent(refreshed(10, Map.of(B, "b: refused")));
    lines.onEvent(refreshed(15, Map.of(B, "b: refused")));
    assertEquals(List.of("! b: refused"), printed.subList(1, printed.size()));
    lines.onEvent(refreshed(20, Map.of()));
    lines.onEvent(refreshed(25, Map.of(B, "b: refused")));
    assertEquals(2, printed.size(), "in vain anew");
  }

  private static BarnacleEvent refreshed(int second, Map<Node, String> failed) {
    return new BarnacleEvent.Refreshed(new Origin(Instant.ofEpochSecond(second), SELF, null),
        Set.of(), Set.of(), Set.of(), failed, Duration.ZERO);
  }

  private static BarnacleEvent connected(Node node, String id) {
    return new BarnacleEvent.NodeConnected(ORIGIN, node, id);
  }

  private static BarnacleEvent lost(Node node, String id) {
    return new BarnacleEvent.NodeLost(ORIGIN, node, id, "its connection closed");
  }

  private static BarnacleStatus status(Node... others) {
    JsonArray members = new JsonArray().add(member(SELF));
    for (Node other : others) {
      members.add(member(other));
    }
    return BarnacleStatus.fromJson(new JsonObject()
        .put("mode", "running")
        .put("node", SELF.toString())
        .put("nodeId", "id of a")
        .put("cluster", "barnacle")
        .put("strategy", new JsonObject().put("type", "local_epmd"))
        .put("members", members));
  }

  private static JsonObject member(Node node) {
    return new JsonObject().put("node", node.toString()).put("nodeId", "id of " + node.basename());
  }
}
