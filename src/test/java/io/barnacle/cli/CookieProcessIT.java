package io.barnacle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.control.BarnacleClient;
import io.barnacle.control.ControlOptions;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.barnacle.reconcile.RefreshResult;
import io.barnacle.strategy.epmd.LocalEpmdOptions;
import io.barnacle.testkit.Await;
import io.barnacle.testkit.FreePort;
import io.barnacle.testkit.JvmProcess;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes with a cookie: what they refuse, and that all they print, answer and publish shows nothing of it. */
class CookieProcessIT {

  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String COOKIE = "correct horse battery staple";
  private static final String PREVIOUS = "wrong donkey capacitor nail";
  private static final String ANOTHER = "no animal and no office supply";
  private static final String SHORT = "some mouse";

  private final List<JvmProcess> processes = new ArrayList<>();
  private final List<String> published = new CopyOnWriteArrayList<>();
  private final String cluster = "it-" + System.nanoTime();
  private int mapperPort;

  @TempDir
  private Path directory;

  @BeforeEach
  void aPortMapperOfItsOwn() throws IOException {
    mapperPort = FreePort.next();
  }

  @AfterEach
  void endAll() {
    processes.forEach(JvmProcess::close);
  }

  @Test
  void aCookieFileThatOthersMayReadIsRefusedUnlessThatIsMeant() throws Exception {
    String file = "file:" + cookieFile("rw-r--r--");
    JvmProcess refused = node("a", "BARNACLE_CLUSTER_COOKIE", file);
    assertEquals(1, refused.awaitExit(DEADLINE));
    String said = String.join("\n", refused.lines());
    assertTrue(said.contains("cluster.cookie: \"" + file + "\": others than its owner have access to it; \"chmod 600\" it,"
        + " or set cluster.cookieFileMayBeShared to true"), said);
    node("a", "BARNACLE_CLUSTER_COOKIE", file, "BARNACLE_CLUSTER_COOKIE_FILE_MAY_BE_SHARED", "true")
        .awaitLine(" is up after .* alone$", DEADLINE);
    assertNothingShows(List.of());
  }

  /** One has it in a file, two themselves, of which one in the place of the previous one; one has another, one a short one. */
  @Test
  void aCookieIsInNothingThatIsSaid() throws Exception {
    JvmProcess a = node("a", "BARNACLE_CLUSTER_COOKIE", "file:" + cookieFile("rw-------"),
        "BARNACLE_CONTROL_CLUSTER_WIDE", "true", "BARNACLE_EVENTS_CLUSTER_WIDE", "true");
    Node nodeOfA = Node.parse(a.awaitLine(" (a@127.0.0.1:\\d+) is up", DEADLINE).group(1));
    node("b", "BARNACLE_CLUSTER_COOKIE", PREVIOUS, "BARNACLE_CLUSTER_PREVIOUS_COOKIE", COOKIE)
        .awaitLine("2 nodes", DEADLINE);
    BarnacleOptions options = new BarnacleOptions()
        .setNode(new NodeOptions().setName("here"))
        .setCluster(new ClusterOptions().setName(cluster).setCookie(COOKIE).setPreviousCookie(PREVIOUS))
        .setStrategy(new LocalEpmdOptions().setPort(mapperPort));
    Vertx here = Await.await(Barnacle.clusteredVertx(options));
    List<String> said = new ArrayList<>(List.of(options.toString(), options.toJson().encode()));
    try {
      here.eventBus().<JsonObject>consumer("barnacle.events", event -> published.add(event.body().encode()));
      a.awaitLine("3 nodes", DEADLINE);
      JvmProcess another = node("c", "BARNACLE_CLUSTER_COOKIE", ANOTHER);
      Node nodeOfC = Node.parse(another.awaitLine(" (c@127.0.0.1:\\d+) is up", DEADLINE).group(1));
      another.awaitLine("cookie refused by (a|b|here)@", DEADLINE);
      assertEquals(1, node("d", "BARNACLE_CLUSTER_COOKIE", SHORT).awaitExit(DEADLINE));

      garbage(nodeOfA);
      awaitPublished("strangerRefused", "a@127");
      RefreshResult refreshed = Await.await(BarnacleClient.create(here).refresh(SOON));
      assertTrue(refreshed.toJson().encode().contains("cookie refused by " + nodeOfC), () -> refreshed.toJson().encode());
      said.add(refreshed.toJson().encode());
      for (BarnacleClient each : List.of(
          BarnacleClient.create(here), BarnacleClient.remote(here, new ControlOptions(), nodeOfA))) {
        JsonObject status = Await.await(each.status(SOON)).json();
        said.add(status.encode());
        said.add(Await.await(each.registry(null, 1_000, SOON)).encode());
        assertEquals(3, status.getJsonArray("members").size(), status::encode);
      }
      long refusals = Await.await(BarnacleClient.remote(here, new ControlOptions(), nodeOfA).status(SOON))
          .json().getLong("refusals");
      assertTrue(refusals >= 1, "refusals: " + refusals);
    } finally {
      Await.await(here.close());
    }
    said.addAll(published);
    assertNothingShows(said);
  }

  /** The first that is refused of an address is told of, the others within a minute are counted: c was the first, or this is. */
  private static void garbage(Node node) throws IOException {
    try (Socket stranger = new Socket(node.host(), node.port())) {
      stranger.setSoTimeout((int) SOON.toMillis());
      stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      stranger.getInputStream().readAllBytes();
    }
  }

  private void awaitPublished(String type, String teller) {
    Awaitility.await().atMost(SOON).until(() -> published.stream().map(JsonObject::new).anyMatch(event ->
        event.getString("type").equals(type) && event.getString("node").startsWith(teller)
            && event.getString("address").equals("127.0.0.1")));
  }

  /** In none of the forms in which one might say it. */
  private void assertNothingShows(List<String> others) {
    List<String> said = new ArrayList<>(others);
    for (JvmProcess process : processes) {
      process.close(); // its last words too
      said.addAll(process.lines());
    }
    assertTrue(said.stream().anyMatch(line -> line.contains("healing is ")), "the log was not caught");
    for (String secret : List.of(COOKIE, PREVIOUS, ANOTHER, SHORT)) {
      byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
      for (String form : List.of(secret, new StringBuilder(secret).reverse().toString(),
          HexFormat.of().formatHex(bytes), HexFormat.of().formatHex(bytes).toUpperCase(Locale.ROOT),
          Base64.getEncoder().withoutPadding().encodeToString(bytes))) {
        List<String> shown = said.stream().filter(line -> line.contains(form)).toList();
        assertEquals(List.of(), shown);
      }
    }
  }

  private Path cookieFile(String permissions) throws IOException {
    Path file = Files.writeString(directory.resolve("cookie"), COOKIE + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private JvmProcess node(String name, String... environment) throws IOException {
    Map<String, String> variables = new HashMap<>(Map.of(
        "BARNACLE_CLUSTER_NAME", cluster,
        "BARNACLE_STRATEGY_PORT", Integer.toString(mapperPort)));
    for (int i = 0; i < environment.length; i += 2) {
      variables.put(environment[i], environment[i + 1]);
    }
    JvmProcess process = JvmProcess.start(List.of(), variables, Main.class, "--name", name, "--verbose");
    processes.add(process);
    return process;
  }
}
