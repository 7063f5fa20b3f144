package io.barnacle.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.event.BarnacleEvent;
import io.barnacle.node.Node;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyException;
import io.barnacle.testkit.FakeTimers;
import io.barnacle.testkit.RecordingConnector;
import io.barnacle.testkit.ScriptedStrategy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RefreshLoopTest {

  private static final Duration POLL = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final String SELF = "self@127.0.0.1:1";
  private static final String A = "a@127.0.0.1:2";
  private static final String B = "b@127.0.0.1:3";

  private final FakeTimers timers = new FakeTimers();
  private final ScriptedStrategy strategy = new ScriptedStrategy();
  private final RecordingConnector connector = new RecordingConnector(SELF);
  private final List<BarnacleEvent> events = new ArrayList<>();
  private final RemovalOptions removal = new RemovalOptions();

  private RefreshLoop loop(Strategy ofStrategy) {
    var settings = new RefreshLoop.Settings(null, "scripted", POLL, TIMEOUT, removal, Optional.empty());
    return new RefreshLoop(settings, ofStrategy, connector, timers, Runnable::run, events::add);
  }

  private static Set<Node> nodes(String... names) {
    Set<Node> nodes = new HashSet<>();
    Stream.of(names).map(Node::parse).forEach(nodes::add);
    return nodes;
  }

  private static RefreshResult resultOf(Future<RefreshResult> refresh) {
    assertTrue(refresh.succeeded(), () -> "not succeeded: " + refresh.cause());
    return refresh.result();
  }

  private <E extends BarnacleEvent> List<E> told(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Test
  void connectsTheMissingAndLeavesItselfOut() {
    strategy.finds(SELF, A, B);
    connector.with(A);
    RefreshResult result = resultOf(loop(strategy).refresh());
    assertEquals(nodes(A, B), result.nodes());
    assertEquals(nodes(B), result.connected());
    assertEquals(List.of("connect " + B), connector.calls);
  }

  @Test
  void disconnectsASurplusMemberOnlyIfItDoesNotAnswer() {
    strategy.finds(SELF);
    connector.with(A, B);
    connector.unreachable.add(Node.parse(B));
    strategy.finds("c@127.0.0.1:4");
    RefreshResult result = resultOf(loop(strategy).refresh());
    assertEquals(nodes(B), result.disconnected());
    assertEquals(nodes(A), result.kept());
    assertFalse(connector.calls.contains("disconnect " + A));
  }

  @Test
  void aBusyMemberMayMissTwoProbes() {
    connector.with(A, B);
    connector.missedProbes = 2;
    strategy.finds(A);
    RefreshResult result = resultOf(loop(strategy).refresh());
    assertEquals(nodes(B), result.kept());
    assertEquals(List.of("probe " + B, "probe " + B, "probe " + B), connector.calls);
  }

  @Test
  void theValveHoldsMassRemovalUntilItIsReleased() {
    String c = "c@127.0.0.1:4";
    String d = "d@127.0.0.1:5";
    connector.with(A, B, c, d);
    connector.unreachable.addAll(nodes(B, c, d));
    strategy.finds(A);
    RefreshLoop loop = loop(strategy);
    RefreshResult result = resultOf(loop.refresh());
    assertEquals(nodes(B, c, d), result.held());
    assertEquals(Set.of(), result.disconnected());
    resultOf(loop.refresh());
    assertEquals(1, told(BarnacleEvent.RemovalsHeld.class).size());
    assertEquals(List.of(B, c, d), loop.status().getJsonArray("held").getList());
    assertEquals(nodes(B, c, d), resultOf(loop.release()).disconnected());
    assertEquals(List.of(), loop.status().getJsonArray("held").getList());
  }

  @Test
  void policyAbsentRemovesTheLivingAfterTheGracePeriod() {
    removal.setPolicy(RemovalPolicy.ABSENT).setGrace(Duration.ofSeconds(30));
    connector.with(A, B);
    strategy.finds(A);
    RefreshLoop loop = loop(strategy);
    loop.start();
    timers.advance(Duration.ofSeconds(29));
    assertEquals(3, connector.members().size());
    strategy.finds(A, B);
    timers.advance(Duration.ofSeconds(10));
    strategy.finds(A);
    timers.advance(Duration.ofSeconds(29));
    assertEquals(3, connector.members().size());
    timers.advance(Duration.ofSeconds(12));
    assertEquals(2, connector.members().size());
  }

  @Test
  void policyNeverRemovesNoOne() {
    removal.setPolicy(RemovalPolicy.NEVER);
    connector.with(A, B);
    connector.unreachable.add(Node.parse(B));
    strategy.finds(A);
    RefreshResult result = resultOf(loop(strategy).refresh());
    assertEquals(nodes(B), result.kept());
    assertFalse(connector.calls.contains("disconnect " + B));
  }

  @Test
  void anEmptyAnswerRemovesNoOne() {
    strategy.finds(SELF);
    connector.with(A);
    connector.unreachable.add(Node.parse(A));
    assertEquals(nodes(A), resultOf(loop(strategy).refresh()).nodes());
    assertEquals(List.of(), connector.calls);
  }

  @Test
  void oneFailureHidesNoSuccessAndSkipsNoDisconnect() {
    strategy.finds(A, B);
    connector.with("gone@127.0.0.1:9");
    connector.unreachable.addAll(nodes(A, "gone@127.0.0.1:9"));
    RefreshResult result = resultOf(loop(strategy).refresh());
    assertEquals(nodes(B), result.connected());
    assertEquals(nodes("gone@127.0.0.1:9"), result.disconnected());
    assertEquals(nodes(A), result.failed().keySet());
  }

  @Test
  void aConnectThatNeverEndsHasItsOwnDeadline() {
    strategy.finds(A, B);
    connector.silent.add(Node.parse(A));
    Future<RefreshResult> refresh = loop(strategy).refresh();
    timers.advance(TIMEOUT);
    RefreshResult result = resultOf(refresh);
    assertEquals(nodes(B), result.connected());
    assertInstanceOf(RefreshException.TimedOut.class, result.failed().get(Node.parse(A)));
  }

  static Stream<Arguments> misbehaviours() {
    Promise<Set<Node>> never = Promise.promise();
    return Stream.of(
        misbehaviour("throws", () -> {
          throw new IllegalStateException("boom");
        }),
        misbehaviour("throws an error", () -> {
          throw new StackOverflowError("deep");
        }),
        misbehaviour("fails", () -> Future.failedFuture("down")),
        misbehaviour("returns null", () -> null),
        misbehaviour("answers null", () -> Future.succeededFuture(null)),
        misbehaviour("never completes", never::future));
  }

  private static Arguments misbehaviour(String name, Supplier<Future<Set<Node>>> answer) {
    return Arguments.of(name, answer);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("misbehaviours")
  void aStrategyThatMisbehavesCostsOneRefresh(String name, Supplier<Future<Set<Node>>> answer) {
    connector.with(B);
    connector.unreachable.add(Node.parse(B));
    strategy.answers(answer);
    RefreshLoop loop = loop(strategy);
    loop.start();
    timers.advance(TIMEOUT);
    assertEquals(1, told(BarnacleEvent.RefreshFailed.class).size());
    assertEquals(Set.of(), told(BarnacleEvent.NodeLost.class).stream().collect(java.util.stream.Collectors.toSet()));
    strategy.finds(A, B);
    timers.advance(POLL.plus(TIMEOUT));
    assertEquals(nodes(A, B), told(BarnacleEvent.Refreshed.class).get(0).nodes());
  }

  @Test
  void anOutageIsToldOnceAndAgainWhenItsKindChanges() {
    strategy.answers(() -> Future.failedFuture(new StrategyException("down")));
    RefreshLoop loop = loop(strategy);
    loop.start();
    timers.advance(Duration.ofMinutes(1));
    assertTrue(strategy.calls() > 10);
    assertEquals(1, told(BarnacleEvent.RefreshFailed.class).size());
    strategy.answers(() -> Future.failedFuture(new IllegalStateException("broken")));
    timers.advance(Duration.ofMinutes(1));
    assertEquals(List.of("StrategyException", "IllegalStateException"),
        told(BarnacleEvent.RefreshFailed.class).stream().map(BarnacleEvent.RefreshFailed::cause).toList());
    strategy.finds(A);
    timers.advance(POLL.multipliedBy(2));
    strategy.answers(() -> Future.failedFuture(new IllegalStateException("broken again")));
    timers.advance(POLL.multipliedBy(2));
    assertEquals(3, told(BarnacleEvent.RefreshFailed.class).size());
  }

  @Test
  void aListingThatFailsCostsOneRefresh() {
    Strategy own = Strategy.of(() -> Future.succeededFuture(nodes(A)))
        .withListNodes(() -> Future.failedFuture("no list"));
    Future<RefreshResult> refresh = loop(own).refresh();
    assertInstanceOf(RefreshException.ListFailed.class, refresh.cause());
    assertEquals(List.of(), connector.calls);
  }

  @Test
  void requestsDuringARefreshShareIt() {
    Promise<Set<Node>> slow = Promise.promise();
    strategy.answers(slow::future);
    RefreshLoop loop = loop(strategy);
    Future<RefreshResult> first = loop.refresh();
    Future<RefreshResult> second = loop.refresh();
    slow.complete(nodes(A));
    assertSame(resultOf(first), resultOf(second));
    assertEquals(1, strategy.calls());
  }

  @Test
  void pollsAtTheIntervalAndPauses() {
    strategy.finds(A);
    RefreshLoop loop = loop(strategy);
    loop.start();
    timers.advance(POLL.multipliedBy(10));
    assertTrue(strategy.calls() >= 9 && strategy.calls() <= 13, "calls: " + strategy.calls());
    loop.pause();
    int calls = strategy.calls();
    timers.advance(POLL.multipliedBy(10));
    assertEquals(calls, strategy.calls());
    assertEquals("paused", loop.status().getString("mode"));
    loop.refresh();
    assertEquals(1, told(BarnacleEvent.Resumed.class).size());
    timers.advance(POLL.multipliedBy(2));
    assertTrue(strategy.calls() > calls + 1);
  }

  @Test
  void losingAMemberRefreshesAtOnce() {
    strategy.finds(A, B);
    RefreshLoop loop = loop(strategy);
    loop.start();
    timers.advance(Duration.ofMillis(300));
    int calls = strategy.calls();
    connector.unreachable.add(Node.parse(A));
    connector.lose(A, "crashed");
    assertEquals(calls + 1, strategy.calls());
    assertEquals("crashed", told(BarnacleEvent.NodeLost.class).get(0).reason());
    timers.advance(Duration.ofMillis(1000));
    assertTrue(strategy.calls() >= calls + 4, "fast refreshes: " + (strategy.calls() - calls));
    connector.unreachable.clear();
    timers.advance(Duration.ofMillis(1000));
    assertEquals(3, connector.members().size());
  }

  @Test
  void tellsAnUnreachablePeerOnceAndKeepsItsHistory() {
    strategy.finds(A);
    connector.unreachable.add(Node.parse(A));
    RefreshLoop loop = loop(strategy);
    loop.start();
    timers.advance(POLL.multipliedBy(3));
    assertEquals(1, told(BarnacleEvent.NodeUnreachable.class).size());
    BarnacleEvent.NodeUnreachable event = told(BarnacleEvent.NodeUnreachable.class).get(0);
    assertEquals("scripted", event.source());
    assertTrue(event.message().contains("cannot be reached"), event.message());
    assertTrue(event.nextTry().isAfter(event.since()), event::toString);
    var trouble = loop.status().getJsonObject("unreachable").getJsonObject(A);
    assertEquals("scripted", trouble.getString("source"));
    assertTrue(trouble.getInteger("tries") > 3);
    assertTrue(trouble.getString("lastError").contains("cannot be reached"));
    assertTrue(trouble.containsKey("firstSeen") && trouble.containsKey("nextTry"));
    connector.unreachable.clear();
    timers.advance(POLL.multipliedBy(2));
    assertNull(loop.status().getJsonObject("unreachable").getJsonObject(A));
  }

  @Test
  void aLostMemberHasItsReasonInTheStatusWhetherDiscoveryListsItOrNot() {
    strategy.finds(A, B);
    RefreshLoop loop = loop(strategy);
    loop.start();
    timers.advance(Duration.ofMillis(300));
    strategy.finds(B);
    connector.unreachable.add(Node.parse(A));
    connector.lose(A, "its connection broke");
    timers.advance(POLL);
    var loss = loop.status().getJsonObject("lost").getJsonObject(A);
    assertEquals("membership", loss.getString("source"));
    assertEquals("its connection broke", loss.getString("lastError"));
    assertTrue(loss.containsKey("nextTry"), loss::encode);
    assertTrue(loop.status().getJsonObject("unreachable").isEmpty());

    strategy.finds(A, B);
    timers.advance(POLL.multipliedBy(2));
    var trouble = loop.status().getJsonObject("unreachable").getJsonObject(A);
    assertEquals(loss.getString("firstSeen"), trouble.getString("firstSeen"), "since it was lost");
    assertTrue(loop.status().getJsonObject("lost").isEmpty(), "once is enough");

    connector.unreachable.clear();
    timers.advance(POLL.multipliedBy(2));
    assertTrue(loop.status().getJsonObject("unreachable").isEmpty());
    assertTrue(loop.status().getJsonObject("lost").isEmpty());
  }

  @Test
  void aLostMemberThatNobodyListsIsForgottenInTheEnd() {
    strategy.finds(A, B);
    RefreshLoop loop = loop(strategy);
    loop.start();
    timers.advance(Duration.ofMillis(300));
    strategy.finds(B);
    connector.unreachable.add(Node.parse(A));
    connector.lose(A, "it left");
    timers.advance(Duration.ofMinutes(9));
    assertTrue(loop.status().getJsonObject("lost").containsKey(A));
    timers.advance(Duration.ofMinutes(2));
    assertTrue(loop.status().getJsonObject("lost").isEmpty());
  }

  @Test
  void shutdownStopsForGoodAndFailsWhoWaits() {
    strategy.answers(() -> Promise.<Set<Node>>promise().future());
    RefreshLoop loop = loop(strategy);
    loop.start();
    Future<RefreshResult> waiting = loop.refresh();
    loop.shutdown();
    loop.shutdown();
    assertInstanceOf(RefreshException.Stopped.class, waiting.cause());
    assertInstanceOf(RefreshException.Stopped.class, loop.refresh().cause());
    assertEquals(1, told(BarnacleEvent.ShutDown.class).size());
    int calls = strategy.calls();
    timers.advance(POLL.multipliedBy(10));
    connector.lose(A, "late");
    assertEquals(calls, strategy.calls());
    assertEquals(0, timers.pending());
  }

  @Test
  void ownFunctionsReplaceTheClusters() {
    Set<Node> mesh = nodes(B);
    Strategy own = Strategy.of(() -> Future.succeededFuture(nodes(A)))
        .withConnectNodes(node -> {
          mesh.add(node);
          return Future.succeededFuture();
        })
        .withDisconnectNodes(node -> {
          mesh.remove(node);
          return Future.succeededFuture();
        })
        .withListNodes(() -> Future.succeededFuture(Set.copyOf(mesh)));
    var settings = new RefreshLoop.Settings(null, "own", POLL, TIMEOUT, removal, Optional.empty());
    RefreshLoop loop = new RefreshLoop(settings, own, null, timers, Runnable::run, events::add);
    RefreshResult result = resultOf(loop.refresh());
    assertEquals(nodes(A), result.connected());
    assertEquals(nodes(B), result.disconnected());
    assertEquals(nodes(A), mesh);
    assertEquals(1, told(BarnacleEvent.NodeConnected.class).size());
    assertEquals(1, told(BarnacleEvent.NodeLost.class).size());
  }

  @Test
  void withoutAClusterAllFourFunctionsAreNeeded() {
    var settings = new RefreshLoop.Settings(null, "own", POLL, TIMEOUT, removal, Optional.empty());
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class,
        () -> new RefreshLoop(settings, strategy, null, timers, Runnable::run, events::add));
    assertTrue(refused.getMessage().contains("withListNodes"));
  }

  @Test
  void aThrowingListenerHarmsNothing() {
    strategy.finds(A);
    var settings = new RefreshLoop.Settings(null, "scripted", POLL, TIMEOUT, removal, Optional.empty());
    RefreshLoop loop = new RefreshLoop(settings, strategy, connector, timers, Runnable::run, event -> {
      throw new IllegalStateException("listener");
    });
    loop.start();
    timers.advance(POLL.multipliedBy(3));
    assertTrue(strategy.calls() >= 3);
  }

  @Test
  void connectsAThousandNodesWithoutDeepStacks() {
    String[] names = new String[5000];
    for (int i = 0; i < names.length; i++) {
      names[i] = "n@10.0." + i / 250 + "." + (i % 250 + 1) + ":5701";
    }
    strategy.finds(names);
    assertEquals(5000, resultOf(loop(strategy).refresh()).connected().size());
  }
}
