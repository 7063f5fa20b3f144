package io.barnacle.canary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.cluster.MembershipChange;
import io.barnacle.event.BarnacleEvent;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import io.barnacle.testkit.FakeTimers;
import io.barnacle.testkit.RecordingConnector;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BusWatchTest {

  private static final Duration ROUND = Duration.ofMillis(BusWatch.GATHER_MS);
  private static final String BAD = "b@10.0.0.2:5701";
  private static final String GOOD = "c@10.0.0.3:5701";

  private final FakeTimers timers = new FakeTimers();
  private final ScriptedBus bus = new ScriptedBus();
  private final List<BarnacleEvent> told = new ArrayList<>();
  private RecordingConnector connector = new RecordingConnector("a@10.0.0.1:5701");
  private BusWatch watch;

  /** Answers at once, as each member is scripted to; one that is to be silent, when the time is over. */
  private final class ScriptedBus implements Bus {
    final Map<String, Finding.Kind> kinds = new HashMap<>();
    final List<String> asked = new ArrayList<>();
    boolean heard;

    @Override
    public Future<Finding> ask(Member peer, Duration timeout) {
      asked.add(peer.node().toString());
      Finding.Kind kind = kinds.getOrDefault(peer.node().toString(), Finding.Kind.ANSWERED);
      Finding finding = new Finding(kind, "192.0.2.1", 15701, "scripted " + kind);
      Promise<Finding> promise = Promise.promise();
      if (kind == Finding.Kind.SILENT) {
        timers.schedule(timeout, () -> promise.complete(finding));
      } else {
        heard |= kind == Finding.Kind.ANSWERED;
        promise.complete(finding);
      }
      return promise.future();
    }

    @Override
    public Optional<NodeInfo> own() {
      return Optional.of(new NodeInfo("10.0.0.1", 12345, null));
    }

    @Override
    public boolean hasHeard() {
      return heard;
    }
  }

  private void start(String... members) {
    connector = connector.with(members);
    watch = new BusWatch(bus, connector, "blue", timers, new Random(1), told::add);
    watch.roundSoon();
  }

  private JsonObject onlyUnreachable() {
    assertEquals(1, watch.unreachable().size(), () -> watch.unreachable().encodePrettily());
    return watch.unreachable().getJsonObject(0);
  }

  private int timesAsked(String node) {
    return (int) bus.asked.stream().filter(node::equals).count();
  }

  @Test
  void asksEachMemberOnceAfterAChange() {
    start(BAD, GOOD);
    assertEquals(List.of(), bus.asked);
    timers.advance(ROUND);
    assertEquals(List.of(BAD, GOOD), bus.asked.stream().sorted().toList());
    timers.advance(Duration.ofHours(1));
    assertEquals(2, bus.asked.size(), "nothing is asked while nothing changes");
    for (int change = 0; change < 5; change++) {
      watch.changed(new MembershipChange.Merged());
    }
    timers.advance(ROUND);
    assertEquals(4, bus.asked.size(), "changes of one moment are one round");
    assertEquals(List.of(), told);
  }

  @Test
  void tellsOnceOfAMemberThatCannotBeConnectedAndOfItsRecovery() {
    bus.kinds.put(BAD, Finding.Kind.NOT_CONNECTED);
    start(BAD, GOOD);
    timers.advance(ROUND);
    assertEquals(List.of(), told, "one failure is nothing: it may be about to leave");
    timers.advance(Duration.ofMinutes(10));
    BarnacleEvent.EventBusUnreachable event = (BarnacleEvent.EventBusUnreachable) told.get(0);
    assertEquals(1, told.size());
    assertEquals(Node.parse(BAD), event.peer());
    assertEquals("id-" + BAD, event.nodeId());
    assertEquals("192.0.2.1", event.host());
    assertEquals(15701, event.port());
    assertEquals("scripted NOT_CONNECTED", event.message());
    assertEquals(Node.parse("a@10.0.0.1:5701"), event.origin().node());
    assertEquals("blue", event.origin().name());
    JsonObject entry = onlyUnreachable();
    assertEquals(BAD, entry.getString("node"));
    assertEquals("192.0.2.1", entry.getString("host"));
    assertEquals(15701, entry.getInteger("port"));
    assertEquals(event.since().toString(), entry.getString("since"));
    assertEquals("scripted NOT_CONNECTED", entry.getString("lastError"));
    assertTrue(entry.getString("nextTry").compareTo(timers.now().toString()) > 0);

    bus.kinds.clear();
    timers.advance(Duration.ofMillis(Trouble.LONGEST_PAUSE_MS));
    assertEquals(new BarnacleEvent.EventBusReachable(((BarnacleEvent.EventBusReachable) told.get(1)).origin(),
        Node.parse(BAD), "id-" + BAD, "192.0.2.1", 15701, event.since()), told.get(1));
    assertEquals(2, told.size());
    assertTrue(watch.unreachable().isEmpty());
    int asked = bus.asked.size();
    timers.advance(Duration.ofHours(1));
    assertEquals(asked, bus.asked.size());
  }

  @Test
  void asksAgainAfterPausesThatDouble() {
    bus.kinds.put(BAD, Finding.Kind.NOT_CONNECTED);
    start(BAD);
    timers.advance(ROUND.plusMillis(500 + 1_000));
    assertEquals(1, told.size(), "three tries within 1.5 s");
    timers.advance(Duration.ofHours(1));
    int asked = timesAsked(BAD);
    assertTrue(asked >= 120 && asked <= 170, asked + " times within an hour");
  }

  @Test
  void oneFailureThatPassesIsNotTold() {
    bus.kinds.put(BAD, Finding.Kind.NOT_CONNECTED);
    start(BAD);
    timers.advance(ROUND.plusMillis(500));
    bus.kinds.clear();
    timers.advance(Duration.ofMinutes(1));
    assertEquals(List.of(), told);
    assertEquals(0, timers.pending());
  }

  @Test
  void aMemberThatLeavesIsForgottenWithoutAWord() {
    bus.kinds.put(BAD, Finding.Kind.NOT_CONNECTED);
    start(BAD);
    timers.advance(Duration.ofSeconds(5));
    assertEquals(1, told.size());
    Member bad = connector.members().stream().filter(member -> member.nodeId().equals("id-" + BAD)).findFirst().orElseThrow();
    connector.lose(BAD, "killed");
    watch.changed(new MembershipChange.Left(bad, "killed"));
    assertTrue(watch.unreachable().isEmpty());
    int asked = bus.asked.size();
    timers.advance(Duration.ofHours(1));
    assertEquals(1, told.size());
    assertEquals(asked, bus.asked.size());
  }

  @ParameterizedTest
  @EnumSource(value = Finding.Kind.class, names = {"NO_CANARY", "NOT_KNOWN"})
  void whoHasNoCanaryIsAskedAFewTimesAndNeverTold(Finding.Kind kind) {
    bus.kinds.put(BAD, kind);
    start(BAD, GOOD);
    timers.advance(Duration.ofHours(1));
    assertEquals(Trouble.IDLE + 1, timesAsked(BAD));
    assertEquals(List.of(), told);
    assertTrue(watch.unreachable().isEmpty());
    assertEquals(0, timers.pending());
  }

  @Test
  void whoGetsACanaryLaterIsAskedWhenItsOwnQuestionComes() {
    bus.kinds.put(BAD, Finding.Kind.NO_CANARY);
    start(BAD);
    timers.advance(ROUND.plusSeconds(2));
    int asked = timesAsked(BAD);
    bus.kinds.put(BAD, Finding.Kind.NOT_CONNECTED);
    watch.heard("id-" + BAD);
    assertEquals(asked + 1, timesAsked(BAD), "at once");
    timers.advance(Duration.ofMinutes(1));
    assertEquals(1, told.size());
  }

  @Test
  void failuresCountOnlyInARow() {
    start(BAD);
    bus.kinds.put(BAD, Finding.Kind.NOT_CONNECTED);
    timers.advance(ROUND.plusMillis(500)); // two failures
    bus.kinds.put(BAD, Finding.Kind.NO_CANARY);
    timers.advance(Duration.ofMillis(1_000));
    bus.kinds.put(BAD, Finding.Kind.NOT_CONNECTED);
    timers.advance(Duration.ofMillis(2_000 + 4_000));
    assertEquals(List.of(), told, "two more");
    timers.advance(Duration.ofMillis(8_000));
    assertEquals(1, told.size());
  }

  @Test
  void oneThatWasToldStaysSoWhenItsCanaryGoes() {
    bus.kinds.put(BAD, Finding.Kind.NOT_CONNECTED);
    start(BAD);
    timers.advance(Duration.ofSeconds(5));
    bus.kinds.put(BAD, Finding.Kind.NO_CANARY);
    timers.advance(Duration.ofMinutes(10));
    assertEquals("scripted NOT_CONNECTED", onlyUnreachable().getString("lastError"));
    bus.kinds.clear();
    timers.advance(Duration.ofMillis(Trouble.LONGEST_PAUSE_MS));
    assertEquals(2, told.size());
  }

  @Test
  void silenceIsThePeersFaultWhereOthersAreHeard() {
    bus.kinds.put(BAD, Finding.Kind.SILENT);
    start(BAD, GOOD);
    timers.advance(Duration.ofMinutes(1));
    assertEquals(BAD, onlyUnreachable().getString("node"));
    assertEquals(1, told.size());
  }

  /** The others' answers come by connections to this node, so nothing comes in where its own host or port is wrong. */
  @Test
  void silenceIsItsOwnFaultWhereNobodyIsEverHeard() {
    bus.kinds.put(BAD, Finding.Kind.SILENT);
    bus.kinds.put(GOOD, Finding.Kind.SILENT);
    start(BAD, GOOD);
    timers.advance(Duration.ofMinutes(10));
    JsonObject entry = onlyUnreachable();
    assertEquals("a@10.0.0.1:5701", entry.getString("node"));
    assertEquals("10.0.0.1", entry.getString("host"));
    assertEquals(12345, entry.getInteger("port"));
    assertTrue(entry.getString("lastError").contains("may advertise a wrong host or port"), entry::encode);
    assertEquals(1, told.size());

    bus.heard = true;
    watch.heard("id-" + GOOD);
    assertEquals(Node.parse("a@10.0.0.1:5701"), ((BarnacleEvent.EventBusReachable) told.get(1)).peer());
    bus.kinds.remove(GOOD);
    timers.advance(Duration.ofMinutes(10));
    assertEquals(BAD, onlyUnreachable().getString("node"), "the one that is still silent");
  }

  /** What it did not hear before others could reach it, it was not sent. */
  @Test
  void silenceFromBeforeItWasReachableIsNobodyElsesFault() {
    bus.kinds.put(BAD, Finding.Kind.SILENT);
    bus.kinds.put(GOOD, Finding.Kind.SILENT);
    start(BAD, GOOD);
    timers.advance(Duration.ofSeconds(30));
    assertEquals(1, told.size(), "itself");
    // Both are asked when the fault ends: the answer of one arrives, that to the other's earlier question never does.
    bus.heard = true;
    watch.heard("id-" + GOOD);
    timers.advance(BusWatch.TIMEOUT);
    bus.kinds.clear();
    timers.advance(Duration.ofMinutes(2));
    assertEquals(2, told.size(), () -> told.toString());
    assertTrue(watch.unreachable().isEmpty());
  }

  @Test
  void asksASampleOfMany() {
    String[] many = new String[100];
    for (int i = 0; i < many.length; i++) {
      many[i] = "n@10.0.1." + i + ":5701";
    }
    start(many);
    timers.advance(ROUND);
    assertEquals(BusWatch.SAMPLE, bus.asked.size());
    for (int change = 0; change < 20; change++) {
      watch.changed(new MembershipChange.Merged());
      timers.advance(ROUND);
    }
    assertTrue(new HashSet<>(bus.asked).size() > 50, "a random one each time");
  }

  @Test
  void isBoundedWhereTheBusOfALargeClusterIsDown() {
    String[] many = new String[200];
    for (int i = 0; i < many.length; i++) {
      many[i] = "n@10.0.1." + i + ":5701";
      bus.kinds.put(many[i], Finding.Kind.NOT_CONNECTED);
    }
    start(many);
    for (int change = 0; change < 100; change++) {
      watch.changed(new MembershipChange.Merged());
      timers.advance(ROUND);
    }
    assertEquals(BusWatch.MOST, told.size());
    assertTrue(timers.pending() <= BusWatch.MOST);
  }

  @Test
  void closedItAsksNobodyAndTellsNothing() {
    bus.kinds.put(BAD, Finding.Kind.SILENT);
    bus.kinds.put(GOOD, Finding.Kind.NOT_CONNECTED);
    start(BAD, GOOD);
    timers.advance(ROUND);
    watch.changed(new MembershipChange.Merged());
    watch.close();
    assertEquals(1, timers.pending(), "but for that of the scripted bus");
    int asked = bus.asked.size();
    watch.changed(new MembershipChange.Merged());
    watch.heard("id-" + BAD);
    timers.advance(Duration.ofHours(1));
    assertEquals(asked, bus.asked.size());
    assertEquals(List.of(), told);
    assertEquals(0, timers.pending());
    assertFalse(watch.unreachable().stream().findAny().isPresent());
  }
}
