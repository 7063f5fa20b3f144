package io.barnacle.it;

import static io.barnacle.testkit.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.TlsOptions;
import io.barnacle.node.NodeOptions;
import io.barnacle.strategy.InvalidOptionsException;
import io.barnacle.strategy.epmd.EpmdOptions;
import io.barnacle.testkit.FreePort;
import io.barnacle.testkit.TestCa;
import io.barnacle.testkit.TestCa.Issued;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.impl.CodecManager;
import io.vertx.core.eventbus.impl.clustered.ClusteredMessage;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.spi.cluster.NodeInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has a certificate of the CA talks on the event bus; nobody else does, member of the cluster or not. */
class EventBusTlsIT {

  private static final String INBOX = "inbox";
  /** The first handshake of a JVM takes seconds where the machine is busy. */
  private static final DeliveryOptions PATIENT = new DeliveryOptions().setSendTimeout(15_000);
  /** For what is never answered. */
  private static final DeliveryOptions SHORT = new DeliveryOptions().setSendTimeout(3_000);

  @TempDir
  private Path directory;

  private final List<Vertx> all = new ArrayList<>();
  private final List<Object> delivered = new CopyOnWriteArrayList<>();
  private final String cluster = "tls-" + System.nanoTime();
  private final List<Integer> ports = new ArrayList<>();
  private TestCa ca;

  @BeforeEach
  void prepare() throws Exception {
    ca = new TestCa(directory, "ca");
    for (int i = 0; i < 4; i++) {
      ports.add(FreePort.next());
    }
  }

  @AfterEach
  void close() throws Exception {
    Collections.reverse(all); // the oldest member last: the others ask it before they end
    for (Vertx each : all) {
      await(each.close());
    }
  }

  private TlsOptions issued(TestCa by, String node, String caPath) {
    Issued issued = by.issue(node);
    return new TlsOptions(issued.cert(), issued.key(), caPath);
  }

  private Vertx start(int number, TlsOptions tls) throws Exception {
    Vertx vertx = await(Barnacle.clusteredVertx(options(number, tls)));
    all.add(vertx);
    return vertx;
  }

  private BarnacleOptions options(int number, TlsOptions tls) {
    EpmdOptions list = new EpmdOptions();
    ports.forEach(port -> list.addNode("n@127.0.0.1:" + port));
    return new BarnacleOptions()
        .setCluster(new ClusterOptions().setName(cluster))
        .setNode(new NodeOptions().setName("n").setHost("127.0.0.1").setPort(ports.get(number)))
        .setStrategy(list).setEventBusTls(tls);
  }

  private void serve(Vertx vertx, String address) throws Exception {
    await(vertx.eventBus().<String>consumer(address, message -> {
      delivered.add(message.body());
      message.reply("to " + message.body());
    }).completion());
  }

  private static String ask(Vertx vertx, String address, String text) throws Exception {
    return (String) await(vertx.eventBus().request(address, text, PATIENT)).body();
  }

  private static int busPort(Vertx vertx) {
    NodeInfo info = ((VertxInternal) vertx).clusterManager().getNodeInfo();
    return info.port();
  }

  @Test
  void threeNodesExchangeRequests() throws Exception {
    List<Vertx> three = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      three.add(start(i, issued(ca, "n" + i, ca.ca())));
      serve(three.get(i), INBOX + i);
    }
    for (Vertx from : three) {
      for (int to = 0; to < 3; to++) {
        assertEquals("to you", ask(from, INBOX + to, "you"));
      }
    }
  }

  /** The frame is good: with a certificate it is delivered. */
  @Test
  void aConnectionWithoutCertificateOrWithAnotherCasDeliversNothing() throws Exception {
    Vertx a = start(0, issued(ca, "a", ca.ca()));
    serve(a, INBOX);
    TestCa other = new TestCa(directory, "other");
    TestCa namesake = new TestCa(Files.createDirectory(directory.resolve("forged")), "ca");
    List<NetClientOptions> strangers = List.of(
        new NetClientOptions(),
        tls(),
        tls().setKeyCertOptions(pem(other.issue("stranger"))),
        tls().setKeyCertOptions(pem(namesake.issue("stranger"))));
    for (NetClientOptions stranger : strangers) {
      assertTrue(isHungUpOn(a, stranger), stranger.toJson()::encode);
    }
    assertEquals(List.of(), delivered);
    NetClient friend = a.createNetClient(tls().setKeyCertOptions(pem(ca.issue("friend"))));
    NetSocket socket = await(friend.connect(busPort(a), "127.0.0.1"));
    await(socket.write(frame("from a friend")));
    Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> delivered.equals(List.of("from a friend")));
    await(friend.close());
  }

  private static NetClientOptions tls() {
    return new NetClientOptions().setSsl(true).setTrustAll(true).setHostnameVerificationAlgorithm("");
  }

  private static PemKeyCertOptions pem(Issued issued) {
    return new PemKeyCertOptions().setCertPath(issued.cert()).setKeyPath(issued.key());
  }

  /** Sends a message; the connection or the handshake must end without it having been heard. */
  private static boolean isHungUpOn(Vertx vertx, NetClientOptions options) throws Exception {
    NetClient client = vertx.createNetClient(options);
    Promise<Boolean> ended = Promise.promise();
    client.connect(busPort(vertx), "127.0.0.1").onComplete(socket -> {
      socket.exceptionHandler(e -> ended.tryComplete(true));
      socket.closeHandler(v -> ended.tryComplete(true));
      socket.write(frame("from a stranger"));
    }, e -> ended.tryComplete(true));
    boolean hungUp = await(ended.future().timeout(10, TimeUnit.SECONDS));
    await(client.close()); // held until here: one that nobody holds is closed by the GC, which would count as hung up
    return hungUp;
  }

  private static Buffer frame(String text) {
    return new ClusteredMessage<>("stranger", INBOX, null, text, CodecManager.STRING_MESSAGE_CODEC, true, null)
        .encodeToWire();
  }

  @Test
  void aMemberWithoutTlsOrWithAnotherCasCertificateIsNotHeardAndHearsNothing() throws Exception {
    Vertx a = start(0, issued(ca, "a", ca.ca()));
    Vertx b = start(1, issued(ca, "b", ca.ca()));
    TestCa other = new TestCa(directory, "other");
    Vertx plain = start(2, null);
    Vertx stranger = start(3, issued(other, "stranger", other.ca()));
    serve(a, INBOX);
    assertEquals("to b", ask(b, INBOX, "b"));
    delivered.clear();
    List<Future<?>> unheard = new ArrayList<>();
    for (Vertx each : new Vertx[] {plain, stranger}) {
      String theirs = "theirs-" + all.indexOf(each);
      serve(each, theirs);
      unheard.add(each.eventBus().request(INBOX, "stranger", SHORT));
      unheard.add(a.eventBus().request(theirs, "secret", SHORT));
    }
    for (Future<?> each : unheard) {
      assertThrows(ReplyException.class, () -> await(each));
    }
    assertEquals(List.of(), delivered);
    assertEquals("to b", ask(b, INBOX, "b"));
  }

  @Test
  void certificatesAndTheirCaAreChangedByRestarts() throws Exception {
    TestCa next = new TestCa(directory, "next");
    String both = Files.writeString(directory.resolve("both.pem"),
        Files.readString(Path.of(ca.ca())) + Files.readString(Path.of(next.ca()))).toString();
    Vertx[] two = {start(0, issued(ca, "old0", ca.ca())), start(1, issued(ca, "old1", ca.ca()))};
    serve(two[0], INBOX + 0);
    serve(two[1], INBOX + 1);
    List<List<TlsOptions>> rounds = List.of(
        List.of(issued(ca, "same0", both), issued(ca, "same1", both)),
        List.of(issued(next, "new0", both), issued(next, "new1", both)),
        List.of(issued(next, "end0", next.ca()), issued(next, "end1", next.ca())));
    for (List<TlsOptions> round : rounds) {
      for (int i = 0; i < 2; i++) {
        all.remove(two[i]);
        await(two[i].close());
        two[i] = start(i, round.get(i));
        serve(two[i], INBOX + i);
        assertEquals("to x", ask(two[1 - i], INBOX + i, "x"));
        assertEquals("to y", ask(two[i], INBOX + (1 - i), "y"));
      }
    }
  }

  @Test
  void wrongFilesFailTheStartAndNameAllOfThem() {
    BarnacleOptions options = options(0, new TlsOptions("no-cert.pem", "no-key.pem", "no-ca.pem"));
    InvalidOptionsException refused =
        assertThrows(InvalidOptionsException.class, () -> await(Barnacle.clusteredVertx(options)));
    assertEquals(3, refused.faults().size(), refused::getMessage);
  }

  @Test
  void aVertxOfOnesOwnHasItThroughTheClusterManager() throws Exception {
    Vertx own = await(Vertx.builder()
        .withClusterManager(Barnacle.clusterManager(options(0, issued(ca, "a", ca.ca())))).buildClustered());
    all.add(own);
    Vertx b = start(1, issued(ca, "b", ca.ca()));
    serve(own, INBOX);
    assertEquals("to b", ask(b, INBOX, "b"));
    BarnacleOptions third = options(2, issued(ca, "c", ca.ca()));
    VertxOptions withItsOwn = new VertxOptions();
    withItsOwn.getEventBusOptions().setSsl(true);
    Future<Vertx> twice = Barnacle.clusteredVertx(third, withItsOwn);
    String fault = assertThrows(InvalidOptionsException.class, () -> await(twice)).getMessage();
    assertTrue(fault.contains("leave one of the two out"), fault);
  }
}
