package io.barnacle;

import static io.barnacle.testkit.Await.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.control.BarnacleClient;
import io.barnacle.control.BarnacleStatus;
import io.barnacle.control.ControlFailure;
import io.barnacle.event.BarnacleEvent;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.barnacle.reconcile.RefreshResult;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.testkit.Mesh;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verticle on a Vert.x that is not clustered, with a strategy that has all four functions. */
class BarnacleVerticleTest {

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final String A = "a@10.0.0.1:5701";
  private static final String B = "b@10.0.0.2:5701";

  private final Vertx vertx = Vertx.vertx();
  private final Mesh mesh = new Mesh().wants(A);
  private final List<JsonObject> events = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private BarnacleOptions options() {
    return new BarnacleOptions().setPollInterval(Duration.ofMinutes(10)).setStrategy(mesh.strategy());
  }

  private void listen() {
    vertx.eventBus().<JsonObject>localConsumer("barnacle.events", message -> events.add(message.body()));
  }

  private List<String> types() {
    return events.stream().map(event -> event.getString("type")).toList();
  }

  @Test
  void refreshesAtOnceAndTellsIt() throws Exception {
    listen();
    await(vertx.deployVerticle(new BarnacleVerticle(options().setNode(
        new NodeOptions().setName("me").setHost("10.0.0.9").setPort(5701)))));
    await().atMost(SOON).until(() -> types().contains("refreshed"));
    assertEquals(Set.of(Node.parse(A)), mesh.connected);
    JsonObject connected = events.get(0);
    assertEquals("nodeConnected", connected.getString("type"));
    assertEquals(A, connected.getString("peer"));
    assertEquals("me@10.0.0.9:5701", connected.getString("node"));
  }

  @Test
  void obeysTheEventBus() throws Exception {
    listen();
    await(vertx.deployVerticle(new BarnacleVerticle(options())));
    await().atMost(SOON).until(() -> mesh.connected.size() == 1);
    mesh.wants(A, B);
    JsonObject reply = await(vertx.eventBus().<JsonObject>request("barnacle.refresh", null)).body();
    assertEquals(List.of(B), reply.getJsonArray("connected").getList());
    assertEquals(List.of(A, B), reply.getJsonArray("nodes").getList());
    assertTrue(reply.containsKey("disconnected") && reply.containsKey("failed") && reply.containsKey("durationMs"));

    BarnacleClient client = BarnacleClient.create(vertx);
    await(client.pause(SOON));
    assertEquals("paused", await(client.status(SOON)).mode());
    RefreshResult resumed = await(client.refresh(SOON));
    assertEquals(2, resumed.nodes().size());
    BarnacleStatus status = await(client.status(SOON));
    assertEquals("running", status.mode());
    await(client.shutdown(SOON));
    await().atMost(SOON).until(() -> vertx.deploymentIDs().isEmpty());
    ReplyException gone = assertThrows(ReplyException.class, () -> await(client.refresh(SOON)));
    assertEquals(ReplyFailure.NO_HANDLERS, gone.failureType());
    await().atMost(SOON).until(() -> types().containsAll(List.of("paused", "resumed", "shutDown")));
  }

  @Test
  void aFailedRefreshIsAReplyWithACodeAndAMessage() throws Exception {
    mesh.discover = () -> Future.failedFuture("the name server is on holiday");
    await(vertx.deployVerticle(new BarnacleVerticle(options())));
    ReplyException failed =
        assertThrows(ReplyException.class, () -> await(BarnacleClient.create(vertx).refresh(SOON)));
    assertEquals(ReplyFailure.RECIPIENT_FAILURE, failed.failureType());
    assertEquals(ControlFailure.DISCOVERY_FAILED.code(), failed.failureCode());
    assertTrue(failed.getMessage().contains("the name server is on holiday"), failed.getMessage());
  }

  @Test
  void aDrainWhereTheClusterIsNotBarnaclesIsRefusedAndNothingHappens() throws Exception {
    await(vertx.deployVerticle(new BarnacleVerticle(options())));
    BarnacleClient client = BarnacleClient.create(vertx);
    ReplyException refused = assertThrows(ReplyException.class, () -> await(client.drain(SOON)));
    assertEquals(ReplyFailure.RECIPIENT_FAILURE, refused.failureType());
    assertEquals(ControlFailure.NOT_SUPPORTED.code(), refused.failureCode());
    assertTrue(refused.getMessage().contains("Barnacle.clusterManager"), refused.getMessage());
    assertEquals(ControlFailure.NOT_SUPPORTED.code(),
        assertThrows(ReplyException.class, () -> await(client.registry(null, 10, SOON))).failureCode());
    assertEquals("running", await(client.status(SOON)).mode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"limit\": 0}", "{\"limit\": 10001}", "{\"limit\": \"5\"}", "{\"limit\": 1.5}", "{\"after\": 5}",
      "{\"limit\": 99999999999}", "[]", "\"x\"", "5"})
  void aRequestThatIsNoneIsRefused(String body) throws Exception {
    await(vertx.deployVerticle(new BarnacleVerticle(options())));
    ReplyException refused = assertThrows(ReplyException.class,
        () -> await(vertx.eventBus().request("barnacle.registry", Json.decodeValue(body))));
    assertEquals(ControlFailure.WRONG_REQUEST.code(), refused.failureCode(), refused::getMessage);
    assertThrows(IllegalArgumentException.class, () -> BarnacleClient.create(vertx).registry(null, 0, SOON));
  }

  @Test
  void theCallersTimeoutIsHonouredAndTheLoopGoesOn() throws Exception {
    Promise<Set<Node>> slow = Promise.promise();
    mesh.discover = slow::future;
    await(vertx.deployVerticle(new BarnacleVerticle(options())));
    BarnacleClient client = BarnacleClient.create(vertx);
    ReplyException late = assertThrows(ReplyException.class, () -> await(client.refresh(Duration.ofMillis(50))));
    assertEquals(ReplyFailure.TIMEOUT, late.failureType());
    Future<RefreshResult> patient = client.refresh(SOON);
    slow.complete(Set.of(Node.parse(A)));
    assertEquals(Set.of(Node.parse(A)), await(patient).nodes());
  }

  @Test
  void severalOfOneProcessAreReachedByName() throws Exception {
    Mesh second = new Mesh().wants(B);
    await(vertx.deployVerticle(new BarnacleVerticle(options().setName("blue"))));
    await(vertx.deployVerticle(new BarnacleVerticle(
        new BarnacleOptions().setName("green").setStrategy(second.strategy()))));
    assertEquals(Set.of(Node.parse(A)), await(BarnacleClient.create(vertx, "blue").refresh(SOON)).nodes());
    assertEquals(Set.of(Node.parse(B)), await(BarnacleClient.create(vertx, "green").refresh(SOON)).nodes());
    for (int i = 0; i < 4; i++) {
      assertEquals(Set.of(Node.parse(A)), await(BarnacleClient.create(vertx).refresh(SOON)).nodes());
    }
  }

  @Test
  void twoOfTheSameNameAreRefused() throws Exception {
    await(vertx.deployVerticle(new BarnacleVerticle(options())));
    IllegalStateException second = assertThrows(IllegalStateException.class,
        () -> await(vertx.deployVerticle(new BarnacleVerticle(options()))));
    assertTrue(second.getMessage().contains("give this one a name"), second.getMessage());
    assertEquals(1, vertx.deploymentIDs().size());
    await(BarnacleClient.create(vertx).refresh(SOON));
  }

  @Test
  void undeployingStopsAllAndFreesTheAddresses() throws Exception {
    String id = await(vertx.deployVerticle(new BarnacleVerticle(options().setPollInterval(Duration.ofMillis(100)))));
    await().atMost(SOON).until(() -> mesh.connected.size() == 1);
    await(vertx.undeploy(id));
    mesh.discover = () -> {
      throw new AssertionError("asked after the end");
    };
    assertThrows(ReplyException.class, () -> await(BarnacleClient.create(vertx).status(SOON)));
    mesh.discover = () -> Future.succeededFuture(Set.of());
    await(vertx.deployVerticle(new BarnacleVerticle(options())));
  }

  @Test
  void withoutAClusterTheStrategyMustHaveAllFourFunctions() {
    BarnacleOptions incomplete = new BarnacleOptions()
        .setStrategy(io.barnacle.strategy.Strategy.of(() -> Future.succeededFuture(Set.of())));
    Exception refused = assertThrows(IllegalArgumentException.class,
        () -> await(vertx.deployVerticle(new BarnacleVerticle(incomplete))));
    assertTrue(refused.getMessage().contains("Barnacle.clusteredVertx"), refused.getMessage());
  }

  @Test
  void takesTheDeploymentsConfigAndReportsEveryFault() {
    JsonObject config = new JsonObject().put("pollIntervalMs", "often").put("startegy", 1);
    Exception refused = assertThrows(IllegalArgumentException.class, () -> await(
        vertx.deployVerticle(new BarnacleVerticle(), new DeploymentOptions().setConfig(config))));
    assertTrue(refused.getMessage().contains("pollIntervalMs: "), refused.getMessage());
    assertTrue(refused.getMessage().contains("did you mean \"strategy\"?"), refused.getMessage());
  }

  @Test
  void aSlowOrThrowingListenerHarmsNothing() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    await(vertx.deployVerticle(new BarnacleVerticle(options().setListener(event -> {
      heard.add(event.type());
      throw new IllegalStateException("listener");
    }))));
    await(BarnacleClient.create(vertx).refresh(SOON));
    await(BarnacleClient.create(vertx).refresh(SOON));
    await().atMost(SOON).until(() -> heard.stream().filter("refreshed"::equals).count() >= 3);
    assertEquals("nodeConnected", heard.get(0));
  }

  @Test
  void runsOnceWithoutTimers() throws Exception {
    RefreshResult result = await(Barnacle.runOnce(vertx, options()));
    assertEquals(Set.of(Node.parse(A)), result.connected());
    assertTrue(vertx.deploymentIDs().isEmpty());
  }

  @Test
  void theSupervisorStartsItAgainWhenItIsUndeployed() throws Exception {
    listen();
    Supervisor supervisor = Barnacle.supervise(vertx, options());
    await(supervisor.started());
    String first = vertx.deploymentIDs().iterator().next();
    await(vertx.undeploy(first));
    await().atMost(SOON).until(() -> vertx.deploymentIDs().stream().anyMatch(id -> !id.equals(first)));
    await(BarnacleClient.create(vertx).refresh(SOON));
    await().atMost(SOON).until(() -> types().contains("restarting"));
    await(supervisor.close());
    assertTrue(vertx.deploymentIDs().isEmpty());
  }

  @Test
  void theSupervisorRetriesAStartThatFails() throws Exception {
    listen();
    String holder = await(vertx.deployVerticle(new BarnacleVerticle(options())));
    Supervisor supervisor = Barnacle.supervise(vertx, options());
    await().atMost(SOON).until(() -> types().stream().filter("restarting"::equals).count() >= 2);
    assertFalse(supervisor.started().isComplete());
    BarnacleEvent.Restarting restarting = events.stream().map(BarnacleEvent::fromJson)
        .filter(BarnacleEvent.Restarting.class::isInstance).map(BarnacleEvent.Restarting.class::cast)
        .skip(1).findFirst().orElseThrow();
    assertEquals(2, restarting.attempt());
    assertTrue(restarting.reason().contains("give this one a name"), restarting.reason());
    await(vertx.undeploy(holder));
    await(supervisor.started());
    await(supervisor.close());
  }

  @Test
  void theSupervisorEndsWithAShutdown() throws Exception {
    Supervisor supervisor = Barnacle.supervise(vertx, options());
    await(supervisor.started());
    await(BarnacleClient.create(vertx).shutdown(SOON));
    await(supervisor.ended());
    assertTrue(vertx.deploymentIDs().isEmpty());
  }

  @Test
  void theSupervisorEndsWithItsVertx() throws Exception {
    Vertx other = Vertx.vertx();
    Supervisor supervisor = Barnacle.supervise(other, options());
    await(supervisor.started());
    await(other.close());
    supervisor.ended().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
  }

  @Test
  void verticlesShareAStrategyUntilTheLastIsUndeployed() throws Exception {
    StartingStrategy shared = new StartingStrategy(mesh.strategy(), Future::succeededFuture);
    String blue = await(vertx.deployVerticle(new BarnacleVerticle(options().setStrategy(shared).setName("blue"))));
    String green = await(vertx.deployVerticle(new BarnacleVerticle(options().setStrategy(shared).setName("green"))));
    await(vertx.undeploy(blue));
    assertEquals(List.of("start"), shared.calls);
    await(BarnacleClient.create(vertx, "green").refresh(SOON));
    await(vertx.undeploy(green));
    assertEquals(List.of("start", "close"), shared.calls);
  }

  @Test
  void closingTheVertxDuringTheStartUndoesIt() throws Exception {
    Vertx other = Vertx.vertx();
    StartingStrategy hanging = new StartingStrategy(mesh.strategy(), () -> Promise.<Void>promise().future());
    Future<String> deployed = other.deployVerticle(new BarnacleVerticle(options().setStrategy(hanging)));
    await().atMost(SOON).until(() -> hanging.calls.contains("start"));
    other.close().await(5, TimeUnit.SECONDS);
    assertEquals(List.of("start", "close"), hanging.calls);
    assertThrows(Exception.class, () -> await(deployed));
  }

  @Test
  void aStartThatIsOverAfterTheCloseOfTheVertxBegunIsUndone() throws Exception {
    Vertx other = Vertx.vertx();
    Promise<Void> slow = Promise.promise();
    StartingStrategy late = new StartingStrategy(mesh.strategy(), slow::future);
    late.onClose = slow::tryComplete;
    other.deployVerticle(new BarnacleVerticle(options().setPollInterval(Duration.ofMillis(100)).setStrategy(late)));
    await().atMost(SOON).until(() -> late.calls.contains("start"));
    mesh.discover = () -> {
      late.calls.add("discover");
      return Future.succeededFuture(Set.of());
    };
    other.close().await(5, TimeUnit.SECONDS);
    assertEquals(List.of("start", "close"), late.calls);
  }

  @Test
  void aStartThatFailsClosesTheStrategyOnce() {
    StartingStrategy failing = new StartingStrategy(mesh.strategy(), () -> Future.failedFuture("shut"));
    assertThrows(Exception.class,
        () -> await(vertx.deployVerticle(new BarnacleVerticle(options().setStrategy(failing)))));
    assertEquals(List.of("start", "close"), failing.calls);
  }

  /** A strategy whose start is the test's; says what was called. */
  private static final class StartingStrategy implements Strategy {
    final List<String> calls = new CopyOnWriteArrayList<>();
    final Strategy functions;
    final Supplier<Future<Void>> start;
    volatile Runnable onClose = () -> { };

    StartingStrategy(Strategy functions, Supplier<Future<Void>> start) {
      this.functions = functions;
      this.start = start;
    }

    @Override
    public Future<Set<Node>> discoverNodes() {
      return functions.discoverNodes();
    }

    @Override
    public Optional<Function<Node, Future<Void>>> connectNodes() {
      return functions.connectNodes();
    }

    @Override
    public Optional<Function<Node, Future<Void>>> disconnectNodes() {
      return functions.disconnectNodes();
    }

    @Override
    public Optional<Supplier<Future<Set<Node>>>> listNodes() {
      return functions.listNodes();
    }

    @Override
    public Future<Void> start(LocalNode self) {
      calls.add("start");
      return start.get();
    }

    @Override
    public Future<Void> close() {
      calls.add("close");
      onClose.run();
      return Future.succeededFuture();
    }
  }
}
