package io.barnacle.it;

import static io.barnacle.testkit.Await.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.cluster.BootstrapOptions;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.RegistryMode;
import io.barnacle.control.BarnacleClient;
import io.barnacle.node.NodeOptions;
import io.barnacle.strategy.epmd.EpmdOptions;
import io.barnacle.testkit.FreePort;
import io.barnacle.testkit.JvmProcess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests that a process has received, and not answered, when it is killed or stopped. */
class SentRequestsIT {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int COUNT = 100;
  private static final long TIMEOUT_MS = 60_000;
  /** Until a killed process is dropped, which takes some 0.4 s, and some. */
  private static final long AT_ONCE_MS = 3_000;
  private static final DeliveryOptions PATIENT = new DeliveryOptions().setSendTimeout(TIMEOUT_MS);

  private final String cluster = "sent-" + UUID.randomUUID();
  private final EpmdOptions known = new EpmdOptions();
  private Vertx vertx;
  private JvmProcess peer;

  private static BarnacleOptions options(String cluster, RegistryMode registry, String name, int port, EpmdOptions known) {
    return new BarnacleOptions()
        .setNode(new NodeOptions().setName(name).setHost("127.0.0.1").setPort(port))
        .setCluster(new ClusterOptions().setName(cluster).setRegistry(registry))
        .setBootstrap(new BootstrapOptions().setDeadline(Duration.ZERO))
        .setStrategy(known);
  }

  /** A node that takes requests and keeps their senders waiting. */
  static final class Peer {

    private Peer() {
    }

    /** Cluster, registry, own port, other's port. */
    public static void main(String[] args) throws Exception {
      EpmdOptions known = new EpmdOptions().addNode("asker@127.0.0.1:" + args[3]);
      Vertx vertx = await(Barnacle.clusteredVertx(
          options(args[0], RegistryMode.valueOf(args[1]), "peer", Integer.parseInt(args[2]), known)));
      int[] taken = {0};
      await(vertx.eventBus().consumer("deaf", message -> {
        if (++taken[0] % COUNT == 0) {
          System.out.println("taken " + taken[0]);
        }
      }).completion());
      System.out.println("ready");
    }
  }

  private void start(RegistryMode registry) throws Exception {
    int own = FreePort.next();
    int other = FreePort.next();
    known.addNode("peer@127.0.0.1:" + other);
    vertx = await(Barnacle.clusteredVertx(options(cluster, registry, "asker", own, known)));
    peer = JvmProcess.start(Peer.class, cluster, registry.name(), Integer.toString(other), Integer.toString(own));
    peer.awaitLine("ready", SOON);
    await().atMost(SOON).until(() -> members() == 2);
  }

  private int members() throws Exception {
    return await(BarnacleClient.create(vertx).status(SOON)).json().getJsonArray("members").size();
  }

  @AfterEach
  void close() throws Exception {
    if (peer != null) {
      peer.close();
    }
    if (vertx != null) {
      await(vertx.close());
    }
  }

  private List<Future<Message<String>>> ask(String address, int count) {
    List<Future<Message<String>>> asked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      asked.add(vertx.eventBus().request(address, "?", PATIENT));
    }
    return asked;
  }

  private void assertFailAtOnce(List<Future<Message<String>>> asked, long withinMs) throws Exception {
    long start = System.nanoTime();
    for (Future<Message<String>> each : asked) {
      Throwable failure = await(each.<Throwable>transform(done -> Future.succeededFuture(done.cause())));
      ReplyException reply = assertInstanceOf(ReplyException.class, failure);
      assertEquals(ReplyFailure.TIMEOUT, reply.failureType());
      assertTrue(reply.getMessage().startsWith("peer@127.0.0.1:"), reply.getMessage());
      assertTrue(reply.getMessage().contains("has left the cluster"), reply.getMessage());
    }
    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertTrue(tookMs < withinMs, tookMs + " ms");
  }

  @ParameterizedTest
  @EnumSource(RegistryMode.class)
  void failWhenAKilledProcessIsDroppedAndNoOthersDo(RegistryMode registry) throws Exception {
    start(registry);
    List<Message<String>> own = new ArrayList<>();
    await(vertx.eventBus().<String>consumer("own", own::add).completion());
    List<Future<Message<String>>> kept = ask("own", COUNT);
    List<Future<Message<String>>> asked = ask("deaf", COUNT);
    peer.awaitLine("taken " + COUNT, SOON);
    peer.kill();
    assertFailAtOnce(asked, AT_ONCE_MS);
    for (Future<Message<String>> each : kept) {
      assertFalse(each.isComplete());
    }
    vertx.runOnContext(v -> own.forEach(message -> message.reply("late")));
    for (Future<Message<String>> each : kept) {
      assertEquals("late", await(each).body());
    }
  }

  @Test
  void failWhenAHungProcessIsDropped() throws Exception {
    start(RegistryMode.REPLICATED);
    List<Future<Message<String>>> asked = ask("deaf", COUNT);
    peer.awaitLine("taken " + COUNT, SOON);
    peer.signal("STOP");
    List<Future<Message<String>>> unseen = ask("deaf", COUNT);
    assertFailAtOnce(asked, 10_000);
    assertFailAtOnce(unseen, AT_ONCE_MS);
    peer.signal("CONT");
    await().atMost(SOON).until(() -> members() == 2);
  }
}
