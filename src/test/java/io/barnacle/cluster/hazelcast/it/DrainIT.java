package io.barnacle.cluster.hazelcast.it;

import static io.barnacle.cluster.hazelcast.it.TestCluster.awaitSize;
import static io.barnacle.cluster.hazelcast.it.TestCluster.get;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.cluster.BootstrapOptions;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.DrainOptions;
import io.barnacle.cluster.DrainResult;
import io.barnacle.cluster.Healing;
import io.barnacle.cluster.RegistryMode;
import io.barnacle.cluster.hazelcast.BarnacleClusterManager;
import io.barnacle.cluster.hazelcast.Setup;
import io.barnacle.cluster.hazelcast.it.TestCluster.TestNode;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.net.NetSocket;
import io.vertx.core.spi.cluster.NodeInfo;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a node does before it leaves: nobody sends to it any more, and who has sent gets an answer. */
class DrainIT {

  /** Longer than any fixed time that a node might linger for. */
  private static final int SLOW_MS = 1_200;
  private static final Duration SOON = Duration.ofSeconds(5);

  private TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @ParameterizedTest
  @EnumSource
  void aSlowRequestIsFinishedAndNobodySendsAnyMore(RegistryMode mode) {
    cluster = new TestCluster(mode);
    TestNode a = cluster.start();
    TestNode b = cluster.start(a.node());
    awaitSize(2, a, b);
    CompletableFuture<Message<Object>> asked = new CompletableFuture<>();
    get(b.vertx.eventBus().consumer("x", message -> {
      asked.complete(message);
      b.vertx.setTimer(SLOW_MS, id -> message.reply("done"));
    }).completion());
    Future<Message<Object>> answer = a.vertx.eventBus().request("x", "?");
    asked.orTimeout(5, TimeUnit.SECONDS).join();

    Future<DrainResult> drained = b.manager.drain();
    assertSame(drained, b.manager.drain(), "who asks meanwhile shares it");
    DrainResult result = get(drained);
    assertTrue(answer.succeeded(), "the drain was over before the request was");
    assertEquals(Set.of(a.node()), result.acknowledged());
    assertTrue(result.isComplete(), result::toString);
    assertEquals(1, result.withdrawn());
    assertEquals(1, result.finished());
    assertEquals(result, DrainResult.fromJson(result.toJson()), "kept to the millisecond");
    await().atMost(SOON).untilAsserted(() -> assertEquals(ReplyFailure.NO_HANDLERS,
        assertThrows(ReplyException.class, () -> get(a.vertx.eventBus().request("x", "?"))).failureType()));

    long again = System.nanoTime();
    get(b.manager.drain());
    assertTrue(System.nanoTime() - again < TimeUnit.MILLISECONDS.toNanos(SLOW_MS), "there is nothing to wait for now");
  }

  /** Vert.x closes servers and clients before all else; a strategy is asked on while the node drains. */
  @Test
  void whatAStrategyOpenedIsThereUntilItIsClosedAndNoLonger() {
    ListedPeers strategy = new ListedPeers();
    AtomicInteger port = new AtomicInteger();
    AtomicInteger heard = new AtomicInteger();
    AtomicInteger reached = new AtomicInteger();
    strategy.onStart = () -> Vertx.currentContext().owner().createNetServer().connectHandler(NetSocket::close)
        .listen(0, "127.0.0.1").onSuccess(server -> port.set(server.actualPort()));
    strategy.onClose = () -> {
      heard.incrementAndGet();
      reached.set(connects(port.get()) ? 1 : 0);
    };
    TestNode node = cluster.start(cluster.name, strategy, new NodeOptions());
    await().atMost(SOON).until(() -> port.get() != 0);
    cluster.stop(node);
    assertEquals(1, heard.get());
    assertEquals(1, reached.get(), "it was there when the strategy was closed");
    await().atMost(SOON).until(() -> !connects(port.get()));
  }

  private static boolean connects(int port) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void closingVertxWaitsForARequestOfAVerticle() {
    TestNode a = cluster.start();
    TestNode b = cluster.start(a.node());
    awaitSize(2, a, b);
    CompletableFuture<Message<Object>> asked = new CompletableFuture<>();
    get(b.vertx.deployVerticle(new VerticleBase() {
      @Override
      public Future<?> start() {
        return vertx.eventBus().consumer("x", message -> {
          asked.complete(message);
          vertx.setTimer(SLOW_MS, id -> message.fail(7, "failed, but told"));
        }).completion();
      }
    }));
    Future<Message<Object>> answer = a.vertx.eventBus().request("x", "?");
    asked.orTimeout(5, TimeUnit.SECONDS).join();
    long start = System.nanoTime();
    cluster.stop(b);
    long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertEquals(7, assertThrows(ReplyException.class, () -> get(answer)).failureCode());
    assertTrue(took < 8_000, () -> "a failure is an answer: nothing to wait for after it, but it took " + took + " ms");
  }

  /** As with Vert.x alone: what a verticle asks of another node while both stop is answered. */
  @Test
  void nodesThatStopTogetherReachEachOtherToTheEnd() {
    TestNode a = cluster.start();
    TestNode b = cluster.start(a.node());
    awaitSize(2, a, b);
    AtomicInteger answered = new AtomicInteger();
    for (TestNode each : List.of(a, b)) {
      get(each.vertx.deployVerticle(new VerticleBase() {
        @Override
        public Future<?> start() {
          return vertx.eventBus().consumer(each == a ? "a" : "b", message -> message.reply("!")).completion();
        }

        @Override
        public Future<?> stop() {
          return vertx.eventBus().request(each == a ? "b" : "a", "?").compose(reply -> {
            answered.incrementAndGet();
            Promise<Void> bothHaveAsked = Promise.promise();
            vertx.setPeriodic(10, id -> {
              if (answered.get() == 2) {
                bothHaveAsked.tryComplete();
              }
            });
            return bothHaveAsked.future();
          });
        }
      }));
    }
    Future<Void> first = a.vertx.close();
    Future<Void> second = b.vertx.close();
    get(Future.all(first, second));
    assertEquals(2, answered.get());
  }

  /** The node has asked before where the other listens, so it checks that it can be reached: not with what Vert.x closes first. */
  @Test
  void anAnswerMayNeedANewConnectionWhileVertxCloses() {
    TestNode a = cluster.start();
    TestNode b = cluster.start(a.node());
    awaitSize(2, a, b);
    CompletableFuture<Message<Object>> asked = new CompletableFuture<>();
    get(b.vertx.eventBus().consumer("x", asked::complete).completion());
    get(Future.<NodeInfo>future(promise -> b.manager.getNodeInfo(a.manager.getNodeId(), promise)));
    Future<Message<Object>> answer = a.vertx.eventBus().request("x", "?");
    Message<Object> request = asked.orTimeout(5, TimeUnit.SECONDS).join();
    Future<Void> closed = b.vertx.close();
    await().atMost(SOON).until(() -> b.manager.describeRegistry().getBoolean("withdrawn"));
    request.reply("done");
    assertEquals("done", get(answer).body());
    get(closed);
  }

  @Test
  void aHandlerThatNeverRepliesIsWaitedForUntilTheDeadline() {
    TestNode a = cluster.start();
    TestNode b = draining(new DrainOptions().setTimeout(Duration.ofMillis(900)), a);
    awaitSize(2, a, b);
    CompletableFuture<Message<Object>> asked = new CompletableFuture<>();
    get(b.vertx.eventBus().consumer("x", asked::complete).completion());
    a.vertx.eventBus().request("x", "?");
    asked.orTimeout(5, TimeUnit.SECONDS).join();
    DrainResult result = get(b.manager.drain());
    assertEquals(1, result.abandoned());
    assertFalse(result.isComplete());
    assertTrue(result.took().toMillis() >= 900 && result.took().toMillis() < 3_000, result::toString);
  }

  @Test
  void aHandlerThatRunsIsWaitedForAndWhatIsBehindItToo() {
    TestNode a = cluster.start();
    TestNode b = cluster.start(a.node());
    awaitSize(2, a, b);
    CompletableFuture<Void> running = new CompletableFuture<>();
    CompletableFuture<Void> goOn = new CompletableFuture<>();
    get(b.vertx.eventBus().consumer("x", message -> {
      if (message.replyAddress() == null) {
        running.complete(null);
        goOn.join(); // its thread is held; what comes meanwhile waits for that, unseen
      } else {
        message.reply("done");
      }
    }).completion());
    a.vertx.eventBus().send("x", "work");
    running.orTimeout(5, TimeUnit.SECONDS).join();
    Future<Message<Object>> behind = a.vertx.eventBus().request("x", "?");
    CompletableFuture.delayedExecutor(2 * DrainOptions.DEFAULT_QUIET.toMillis() + 300, TimeUnit.MILLISECONDS)
        .execute(() -> goOn.complete(null)); // not by a timer of that thread
    get(b.manager.drain());
    assertTrue(behind.succeeded(), "the drain was over before the request was answered");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsInFlightStillFindsTheConsumersOfItsOwnNodeAndOthersDoNotFindNewOnes(RegistryMode mode) {
    cluster = new TestCluster(mode);
    TestNode a = cluster.start();
    TestNode b = cluster.start(a.node());
    awaitSize(2, a, b);
    get(b.vertx.eventBus().consumer("inner", message -> message.reply("inner")).completion());
    CompletableFuture<Message<Object>> heard = new CompletableFuture<>();
    get(a.vertx.eventBus().consumer("told", message -> { }).completion());
    get(b.vertx.eventBus().consumer("told", heard::complete).completion());
    CompletableFuture<Message<Object>> asked = new CompletableFuture<>();
    get(b.vertx.eventBus().consumer("x", asked::complete).completion());
    Future<Message<Object>> answer = a.vertx.eventBus().request("x", "?");
    Message<Object> request = asked.orTimeout(5, TimeUnit.SECONDS).join();

    Future<DrainResult> drained = b.manager.drain();
    await().atMost(SOON).untilAsserted(() -> assertEquals(ReplyFailure.NO_HANDLERS,
        assertThrows(ReplyException.class, () -> get(a.vertx.eventBus().request("inner", "?"))).failureType()));
    get(b.vertx.eventBus().consumer("new", message -> message.reply("new")).completion());
    assertEquals("new", get(b.vertx.eventBus().request("new", "?")).body());
    assertThrows(ReplyException.class, () -> get(a.vertx.eventBus().request("new", "?")));
    b.vertx.eventBus().publish("told", "!"); // which others consume too: Vert.x would send it to those only
    heard.orTimeout(5, TimeUnit.SECONDS).join();
    request.reply(get(b.vertx.eventBus().request("inner", "?")).body());
    assertEquals("inner", get(answer).body());
    assertTrue(get(drained).isComplete());
  }

  @Test
  void aNodeThatIsAloneHasNothingToWaitForNorHasOneThatIsToldNotTo() {
    TestNode a = draining(new DrainOptions().setTimeout(Duration.ZERO));
    assertSame(DrainResult.NOTHING, get(a.manager.drain()));
    TestNode b = cluster.start(a.node());
    awaitSize(2, a, b);
    assertSame(DrainResult.NOTHING, get(a.manager.drain()));
    cluster.stop(a);
    awaitSize(1, b);
    assertSame(DrainResult.NOTHING, get(b.manager.drain()));
    assertSame(DrainResult.NOTHING, get(a.manager.drain()), "after it left");
  }

  /** Several leave at once: each withdraws while the others are about to. */
  @Test
  void allButOneMayDrainAtTheSameTime() {
    TestNode a = cluster.start();
    List<TestNode> leaving = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      TestNode each = cluster.start(a.node());
      leaving.add(each);
      get(each.vertx.eventBus().consumer("x", message -> each.vertx.setTimer(100, id -> message.reply("!"))).completion());
    }
    awaitSize(4, leaving.toArray(TestNode[]::new));
    get(a.vertx.eventBus().consumer("x", message -> message.reply("!")).completion());
    List<Future<?>> answers = new CopyOnWriteArrayList<>();
    Promise<Void> stopped = Promise.promise();
    long timer = a.vertx.setPeriodic(2, id -> answers.add(a.vertx.eventBus().request("x", "?")));
    a.vertx.timer(300).onComplete(v -> Future.join(leaving.stream().map(each -> each.vertx.close()).toList())
        .onComplete(done -> a.vertx.timer(100).onComplete(w -> {
          a.vertx.cancelTimer(timer);
          stopped.complete();
        })));
    get(stopped.future());
    get(Future.all(List.copyOf(answers)));
  }

  private TestNode draining(DrainOptions drain, TestNode... peers) {
    ListedPeers strategy = new ListedPeers(Arrays.stream(peers).map(TestNode::node).toArray(Node[]::new));
    return cluster.start(new BarnacleClusterManager(new Setup(new NodeOptions(),
        new ClusterOptions().setName(cluster.name).setInsecure(true), strategy, Healing.FAST,
        Setup.DEFAULT_DISCOVERY_TIMEOUT, new BootstrapOptions().setDeadline(Duration.ZERO), drain)), strategy);
  }
}
