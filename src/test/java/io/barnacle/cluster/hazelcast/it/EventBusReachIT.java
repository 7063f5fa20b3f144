package io.barnacle.cluster.hazelcast.it;

import static io.barnacle.cluster.hazelcast.it.TestCluster.awaitSize;
import static io.barnacle.cluster.hazelcast.it.TestCluster.get;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.cluster.hazelcast.it.TestCluster.TestNode;
import io.barnacle.testkit.FreePort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A member whose event bus is behind a proxy of ours, which goes away and comes back while the member stays. */
class EventBusReachIT {

  private static final Duration AT_ONCE = Duration.ofMillis(1500); // the connect timeout of the preset, and some
  private static final DeliveryOptions PATIENT = new DeliveryOptions().setSendTimeout(4_000);

  private int busPort;
  private int proxyPort;
  private TestCluster cluster;
  private Vertx outside;

  @BeforeEach
  void open() throws IOException {
    busPort = FreePort.next();
    proxyPort = FreePort.next();
    cluster = new TestCluster();
    outside = Vertx.vertx();
  }

  @AfterEach
  void close() {
    cluster.close();
    get(outside.close());
  }

  @Test
  void requestsToAMemberWhoseEventBusRefusesFailAtOnce() {
    NetServer proxy = proxy();
    TestNode a = cluster.start();
    TestNode b = cluster.start(new EventBusOptions()
        .setHost("127.0.0.1").setPort(busPort).setClusterPublicHost("127.0.0.1").setClusterPublicPort(proxyPort), a.node());
    awaitSize(2, a, b);
    get(b.vertx.eventBus().consumer("x", message -> message.reply("b")).completion());
    assertEquals("b", get(a.vertx.eventBus().request("x", "?")).body());

    get(proxy.close());
    // One that is on its way when the connection ends may be lost; none after that.
    await().atMost(Duration.ofSeconds(20)).until(() -> failsAtOnce(a));
    for (int i = 0; i < 10; i++) {
      assertTrue(failsAtOnce(a));
    }
    assertEquals(2, a.size());

    proxy();
    await().atMost(Duration.ofSeconds(10)).ignoreExceptionsInstanceOf(ReplyException.class)
        .until(() -> get(a.vertx.eventBus().request("x", "?", PATIENT)).body().equals("b"));
  }

  private static boolean failsAtOnce(TestNode from) {
    long start = System.nanoTime();
    Future<Message<Object>> request = from.vertx.eventBus().request("x", "?", PATIENT);
    Throwable failure = get(request.<Throwable>transform(done -> Future.succeededFuture(done.cause())));
    return failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS
        && System.nanoTime() - start < AT_ONCE.toNanos();
  }

  private NetServer proxy() {
    NetClient client = outside.createNetClient(); // held by the handler: one that nobody holds is closed by the GC
    return get(outside.createNetServer().connectHandler(socket -> {
      socket.pause();
      client.connect(busPort, "127.0.0.1").onComplete(bus -> {
        bus.pipeTo(socket);
        socket.pipeTo(bus);
      }, e -> socket.close());
    }).listen(proxyPort, "127.0.0.1"));
  }
}
