package io.barnacle.it;

import static io.barnacle.testkit.Await.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.DrainResult;
import io.barnacle.control.BarnacleClient;
import io.barnacle.control.ControlOptions;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.barnacle.strategy.epmd.EpmdOptions;
import io.barnacle.testkit.FreePort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands and events in a real cluster of three, in one JVM: local unless they were asked to be more. */
class ControlInClusterIT {

  private static final Duration SOON = Duration.ofSeconds(15);

  private final List<Vertx> all = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final ControlOptions remote = new ControlOptions().setClusterWide(true);

  @BeforeEach
  void form() throws Exception {
    EpmdOptions known = new EpmdOptions();
    for (int i = 0; i < 3; i++) {
      nodes.add(Node.of("n" + i, "127.0.0.1", FreePort.next()));
      known.addNode(nodes.get(i).toString());
    }
    String cluster = "control-" + ProcessHandle.current().pid() + "-" + nodes.get(0).port();
    for (int i = 0; i < 3; i++) {
      Node node = nodes.get(i);
      BarnacleOptions options = new BarnacleOptions()
          .setNode(new NodeOptions().setName(node.basename()).setHost(node.host()).setPort(node.port()))
          .setCluster(new ClusterOptions().setName(cluster))
          .setStrategy(known);
      if (i == 2) {
        options.setControl(remote);
      }
      all.add(await(Barnacle.clusteredVertx(options)));
    }
    for (int i = 0; i < 3; i++) {
      BarnacleClient own = BarnacleClient.create(all.get(i));
      await().atMost(SOON).until(() -> await(own.status(SOON)).nodes().size() == 2);
    }
  }

  @AfterEach
  void closeAll() throws Exception {
    Collections.reverse(all); // the oldest member last: the others ask it before they end
    for (Vertx vertx : all) {
      await(vertx.close());
    }
  }

  @Test
  void aRequestAlwaysReachesItsOwnProcess() throws Exception {
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < 3; i++) {
        JsonObject status = await(all.get(i).eventBus().<JsonObject>request("barnacle.status", null)).body();
        assertEquals(nodes.get(i).toString(), status.getString("node"));
      }
    }
  }

  @Test
  void aRefreshTellsWhoIsConnected() throws Exception {
    Set<Node> others = new HashSet<>(nodes);
    others.remove(nodes.get(1));
    assertEquals(others, await(BarnacleClient.create(all.get(1)).refresh(SOON)).nodes());
  }

  @Test
  void anotherNodeIsCommandedOnlyIfItAllowsThat() throws Exception {
    assertEquals(nodes.get(2), await(BarnacleClient.remote(all.get(0), remote, nodes.get(2)).status(SOON)).self());
    ReplyException refused = assertThrows(ReplyException.class,
        () -> await(BarnacleClient.remote(all.get(0), remote, nodes.get(1)).status(SOON)));
    assertEquals(ReplyFailure.NO_HANDLERS, refused.failureType());
  }

  @Test
  void theRegistryIsShownWithWhoHasWhatAndWhoKnowsIt() throws Exception {
    BarnacleClient client = BarnacleClient.create(all.get(0));
    for (int i = 0; i < 3; i++) {
      await(all.get(i).eventBus().consumer("shared", m -> { }).completion());
    }
    await(all.get(1).eventBus().consumer("shared", m -> { }).completion());
    for (int i = 0; i < 20; i++) {
      await(all.get(1).eventBus().consumer("only-" + i, m -> { }).completion());
    }
    JsonObject registry = await(client.status(SOON)).json().getJsonObject("registry");
    assertEquals("replicated", registry.getString("mode"));
    assertTrue(registry.getJsonArray("addresses").contains("shared"), registry::encode);
    JsonObject cards = registry.getJsonObject("cards");
    assertEquals(2, cards.size());
    for (String nodeId : cards.fieldNames()) {
      JsonObject card = cards.getJsonObject(nodeId);
      assertTrue(card.getBoolean("confirmed"));
      assertEquals(registry.getLong("version"), card.getLong("acknowledged"), "every completion was waited for");
      int owner = card.getString("node").equals(nodes.get(1).toString()) ? 1 : 2;
      assertEquals(nodes.get(owner).toString(), card.getString("node"));
      JsonObject own = await(BarnacleClient.create(all.get(owner)).status(SOON)).json().getJsonObject("registry");
      assertEquals(own.getLong("version"), card.getLong("version"));
      assertEquals(own.getInteger("registrations"), card.getInteger("registrations"));
      assertTrue(owner == 2 || card.getInteger("registrations") >= 22, card::encode);
      assertTrue(card.getJsonArray("addresses").size() <= 5, card::encode);
    }

    List<String> addresses = new ArrayList<>();
    JsonObject page = new JsonObject();
    do {
      page = await(client.registry(page.getString("next"), 7, SOON));
      assertEquals(2, page.getJsonObject("registry").getJsonObject("cards").size());
      for (Object each : page.getJsonArray("addresses")) {
        JsonObject entry = (JsonObject) each;
        addresses.add(entry.getString("address"));
        if (entry.getString("address").equals("shared")) {
          assertEquals(new JsonObject().put(nodes.get(0).toString(), 1).put(nodes.get(1).toString(), 2)
              .put(nodes.get(2).toString(), 1), entry.getJsonObject("nodes"));
        }
      }
    } while (page.containsKey("next"));
    assertEquals(List.copyOf(new TreeSet<>(addresses)), addresses, "each once, in order");
    assertTrue(addresses.containsAll(List.of("shared", "only-0", "only-19", "barnacle.status")), addresses::toString);
  }

  @Test
  void aDrainAnswersWhatItDidAndThenLeaves() throws Exception {
    Vertx leaving = all.get(2);
    await(leaving.eventBus().consumer("x", m -> leaving.setTimer(1_000, id -> m.reply("done"))).completion());
    Future<Message<Object>> inFlight = all.get(1).eventBus().request("x", "?");
    BarnacleClient client = BarnacleClient.remote(all.get(0), remote, nodes.get(2));
    Future<DrainResult> first = client.drain(SOON);
    Future<DrainResult> second = BarnacleClient.create(leaving).drain(SOON);
    DrainResult result = await(first);
    assertEquals(result, await(second), "who asks meanwhile shares it");
    assertEquals("done", await(inFlight).body());
    assertEquals(Set.of(nodes.get(0), nodes.get(1)), result.acknowledged());
    assertTrue(result.isComplete() && result.finished() >= 1, result.toString());
    for (int i = 0; i < 2; i++) {
      BarnacleClient own = BarnacleClient.create(all.get(i));
      await().atMost(SOON).until(() -> await(own.status(SOON)).nodes().size() == 1);
    }
    ReplyException gone = assertThrows(ReplyException.class, () -> await(client.status(SOON)));
    assertEquals(ReplyFailure.NO_HANDLERS, gone.failureType());
  }

  @Test
  void eventsStayInTheirProcess() throws Exception {
    List<JsonObject> heard = new CopyOnWriteArrayList<>();
    await(all.get(0).eventBus().<JsonObject>consumer("barnacle.events", m -> heard.add(m.body())).completion());
    await(BarnacleClient.create(all.get(1)).refresh(SOON));
    await(BarnacleClient.create(all.get(0)).refresh(SOON));
    await().atMost(SOON).until(() -> heard.stream().anyMatch(event -> event.getString("type").equals("refreshed")));
    assertTrue(heard.stream().allMatch(event -> event.getString("node").equals(nodes.get(0).toString())),
        heard.toString());
  }

  @Test
  void aShutdownLeavesTheNodeInTheCluster() throws Exception {
    Future<Void> down = BarnacleClient.create(all.get(1)).shutdown(SOON);
    await(down);
    await().atMost(SOON).until(() -> all.get(1).deploymentIDs().isEmpty());
    assertEquals(2, await(BarnacleClient.create(all.get(0)).refresh(SOON)).nodes().size());
  }
}
