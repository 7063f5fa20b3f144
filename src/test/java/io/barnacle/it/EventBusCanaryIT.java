package io.barnacle.it;

import static io.barnacle.testkit.Await.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.cluster.BootstrapOptions;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.RegistryMode;
import io.barnacle.control.BarnacleClient;
import io.barnacle.event.BarnacleEvent;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.barnacle.strategy.epmd.EpmdOptions;
import io.barnacle.testkit.FreePort;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real nodes, of which one advertises an event-bus port where nobody, or somebody else, listens. */
class EventBusCanaryIT {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String HOST = "127.0.0.1";

  private final List<Vertx> all = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final String cluster = "canary-" + UUID.randomUUID();
  private final EpmdOptions known = new EpmdOptions();

  /** A node, its Vert.x and what it has told. */
  private record Running(Node node, Vertx vertx, List<BarnacleEvent> events) {

    JsonArray unreachable() throws Exception {
      return status().getJsonObject("eventBus").getJsonArray("unreachable");
    }

    JsonObject status() throws Exception {
      return await(BarnacleClient.create(vertx).status(SOON)).json();
    }

    List<BarnacleEvent.EventBusUnreachable> toldUnreachable() {
      return events.stream().filter(BarnacleEvent.EventBusUnreachable.class::isInstance)
          .map(BarnacleEvent.EventBusUnreachable.class::cast).toList();
    }

    List<BarnacleEvent.EventBusReachable> toldReachable() {
      return events.stream().filter(BarnacleEvent.EventBusReachable.class::isInstance)
          .map(BarnacleEvent.EventBusReachable.class::cast).toList();
    }
  }

  @BeforeEach
  void choosePorts() throws Exception {
    for (int i = 0; i < 4; i++) {
      nodes.add(Node.of("n" + i, HOST, FreePort.next()));
      known.addNode(nodes.get(i).toString());
    }
  }

  @AfterEach
  void closeAll() throws Exception {
    Collections.reverse(all); // the oldest member last: the others ask it before they end
    for (Vertx vertx : all) {
      await(vertx.close());
    }
  }

  private BarnacleOptions options(int index, RegistryMode registry, List<BarnacleEvent> events) {
    Node node = nodes.get(index);
    return new BarnacleOptions()
        .setNode(new NodeOptions().setName(node.basename()).setHost(node.host()).setPort(node.port()))
        .setCluster(new ClusterOptions().setName(cluster).setRegistry(registry))
        .setBootstrap(new BootstrapOptions().setDeadline(Duration.ZERO))
        .setListener(events::add)
        .setStrategy(known);
  }

  private Running start(int index, RegistryMode registry, EventBusOptions bus) throws Exception {
    List<BarnacleEvent> events = new CopyOnWriteArrayList<>();
    Vertx vertx = await(Barnacle.clusteredVertx(
        options(index, registry, events), new VertxOptions().setEventBusOptions(bus)));
    all.add(vertx);
    return new Running(nodes.get(index), vertx, events);
  }

  /** A member without the verticle, and so without a canary. */
  private void startBare(int index, RegistryMode registry) throws Exception {
    all.add(await(Vertx.builder()
        .withClusterManager(Barnacle.clusterManager(options(index, registry, new ArrayList<>()))).buildClustered()));
  }

  private void awaitMembers(int size, Running... running) {
    await().atMost(SOON).until(() -> {
      for (Running each : running) {
        if (each.status().getJsonArray("members").size() != size) {
          return false;
        }
      }
      return true;
    });
  }

  @ParameterizedTest
  @EnumSource(RegistryMode.class)
  void aMemberThatAdvertisesAWrongPortIsToldApartUntilThePortIsRight(RegistryMode registry) throws Exception {
    int busPort = FreePort.next();
    int wrongPort = FreePort.next();
    Running a = start(0, registry, new EventBusOptions());
    Running bad = start(1, registry,
        new EventBusOptions().setHost(HOST).setPort(busPort).setClusterPublicHost(HOST).setClusterPublicPort(wrongPort));
    Running c = start(2, registry, new EventBusOptions());
    startBare(3, registry);
    awaitMembers(4, a, bad, c);

    for (Running healthy : List.of(a, c)) {
      await().atMost(SOON).until(() -> healthy.unreachable().size() == 1);
      JsonObject entry = healthy.unreachable().getJsonObject(0);
      assertEquals(bad.node().toString(), entry.getString("node"));
      assertEquals(HOST, entry.getString("host"));
      assertEquals(wrongPort, entry.getInteger("port"));
      assertTrue(entry.getString("lastError").contains("refused"), entry::encode);
      assertTrue(entry.containsKey("since") && entry.containsKey("nextTry"), entry::encode);
    }
    // What others send does not arrive there, so it cannot blame them.
    await().atMost(SOON).until(() -> bad.unreachable().size() == 1);
    assertEquals(bad.node().toString(), bad.unreachable().getJsonObject(0).getString("node"));
    assertEquals(wrongPort, bad.unreachable().getJsonObject(0).getInteger("port"));

    NetServer relay = relay(bad.vertx(), wrongPort, busPort);
    try {
      for (Running each : List.of(a, bad, c)) {
        await().atMost(Duration.ofSeconds(40))
            .until(() -> each.unreachable().isEmpty() && !each.toldReachable().isEmpty());
        assertEquals(1, each.toldUnreachable().size(), "told once, and of nobody else");
        BarnacleEvent.EventBusUnreachable told = each.toldUnreachable().get(0);
        assertEquals(bad.node(), told.peer());
        assertEquals(HOST, told.host());
        assertEquals(wrongPort, told.port());
        assertEquals(bad.node(), each.toldReachable().get(0).peer());
        assertEquals(4, each.status().getJsonArray("members").size(), "a member all the time");
      }
    } finally {
      await(relay.close());
    }
  }

  @ParameterizedTest
  @EnumSource(RegistryMode.class)
  void ofTwoThatOneIsToldWhosePortLeadsToAStranger(RegistryMode registry) throws Exception {
    Running a = start(0, registry, new EventBusOptions());
    NetServer stranger = a.vertx().createNetServer().connectHandler(socket -> socket.handler(ignored -> { }));
    int wrongPort = await(stranger.listen(0, HOST)).actualPort();
    Running bad = start(1, registry,
        new EventBusOptions().setHost(HOST).setClusterPublicHost(HOST).setClusterPublicPort(wrongPort));
    awaitMembers(2, a, bad);
    for (Running each : List.of(a, bad)) {
      await().atMost(SOON).until(() -> each.unreachable().size() == 1);
      JsonObject entry = each.unreachable().getJsonObject(0);
      assertEquals(bad.node().toString(), entry.getString("node"));
      assertEquals(wrongPort, entry.getInteger("port"));
    }
    assertTrue(a.unreachable().getJsonObject(0).getString("lastError").contains("no answer"),
        () -> a.toldUnreachable().toString());
  }

  /** Connects two ports, as a port mapping does that was forgotten. */
  private static NetServer relay(Vertx vertx, int from, int to) throws Exception {
    NetServer server = vertx.createNetServer();
    NetClient client = vertx.createNetClient(); // held by the handler: one that nobody holds is closed by the GC
    server.connectHandler(inbound -> {
      inbound.pause();
      client.connect(to, HOST).onComplete(outbound -> pipe(inbound, outbound), e -> inbound.close());
    });
    return await(server.listen(from, HOST));
  }

  private static void pipe(NetSocket one, NetSocket other) {
    one.pipeTo(other);
    other.pipeTo(one);
  }
}
