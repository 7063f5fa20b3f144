package io.barnacle.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.testkit.ChildProcess;
import io.barnacle.testkit.SystemRequirement;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an attacker on the network has of a cluster with a cookie: every packet of its beginning, and a Hazelcast of his own. */
@Tag("netns")
class CookieNetIT {

  private static final int ATTACKER = 3;
  private static final int REPLAYED = 3;
  private static final Path LOGS = Path.of("target", "netns-cookie");

  @TempDir
  private Path directory;

  private NodeCluster cluster;

  @BeforeEach
  void build() {
    SystemRequirement.require(NetLab.missing().isEmpty(), NetLab.missing().orElse(""));
    SystemRequirement.require(Capture.missing() == null, Capture.missing());
    cluster = new NodeCluster(Engine.BARNACLE, 3, LOGS);
  }

  @AfterEach
  void remove() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void nothingThatWasCapturedIsOfUseAndAPlainHazelcastStaysOutside() throws Exception {
    Capture capture = Capture.begin(cluster.lab(), 1, directory.resolve("capture.pcap"));
    try (capture) {
      cluster.launch(1);
      cluster.launch(2);
      cluster.awaitReady(1);
      cluster.awaitReady(2);
      assertTwoTogether();
    }
    assertSecretIsNotIn(capture.bytes());
    NodeProcess hazelcast = NodeProcess.start(cluster.lab(), new NodeSetup(Engine.HAZELCAST, ATTACKER,
        List.of(cluster.lab().address(1), cluster.lab().address(2), cluster.lab().address(ATTACKER))),
        LOGS.resolve("stranger.log"), report -> { });
    try (hazelcast) {
      replay(capture);
      awaitRefusalOf(cluster.lab().address(ATTACKER));
      assertTwoTogether();
    }
  }

  private void assertTwoTogether() throws InterruptedException {
    Rightness.Verdict verdict =
        cluster.awaitMembers(List.of(List.of(1, 2)), System.nanoTime(), Duration.ofSeconds(30));
    assertTrue(verdict.isRight(), verdict::toString);
  }

  /** The cookie, in the forms in which one might send it. */
  private static void assertSecretIsNotIn(byte[] capture) {
    byte[] cookie = Engine.COOKIE.getBytes(StandardCharsets.UTF_8);
    String all = new String(capture, StandardCharsets.ISO_8859_1);
    assertTrue(all.contains("BNC\u0001"), "no handshake was captured");
    assertTrue(all.contains("HZC"), "no Hazelcast was captured");
    for (String form : List.of(Engine.COOKIE, HexFormat.of().formatHex(cookie),
        HexFormat.of().formatHex(cookie).toUpperCase(Locale.ROOT), Base64.getEncoder().withoutPadding().encodeToString(cookie),
        new StringBuilder(Engine.COOKIE).reverse().toString())) {
      assertFalse(all.contains(form), "the cookie is in the capture");
    }
  }

  /** From the attacker's own address, and from that of the node which said it. */
  private void replay(Capture capture) throws Exception {
    List<String> said = new ArrayList<>();
    for (Map.Entry<Capture.Stream, byte[]> each : capture.streams().entrySet()) {
      boolean toOne = each.getKey().to().equals(cluster.lab().address(1) + ":" + NodeSetup.PORT);
      String begin = new String(each.getValue(), StandardCharsets.ISO_8859_1);
      if (toOne && begin.startsWith("BNC\u0001") && begin.contains("HZC") && said.size() < REPLAYED) {
        said.add(Files.write(directory.resolve("said" + said.size()), each.getValue()).toString());
      }
    }
    assertFalse(said.isEmpty(), "nobody who connected to node 1 was captured");
    for (int from : new int[] {ATTACKER, 2}) {
      List<String> command = new ArrayList<>(cluster.lab().on(from));
      command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx32m",
          "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), Replay.class.getName(),
          cluster.lab().address(1), Integer.toString(NodeSetup.PORT)));
      command.addAll(said);
      try (ChildProcess attacker = ChildProcess.start(Map.of(), command)) {
        attacker.awaitExit(Duration.ofSeconds(60));
        assertEquals(2 * said.size() + 1, attacker.lines().size(), () -> String.join("\n", attacker.lines()));
        for (String line : attacker.lines().subList(0, 2 * said.size())) {
          assertTrue(line.contains(": closed "), line);
          assertFalse(line.contains("BNA") || line.contains("HZC"), line);
          assertTrue(line.startsWith("at once") || line.endsWith("BNXW"), () -> "not refused for its proofs: " + line);
        }
      }
    }
  }

  /** At node 2, to which nobody has replayed anything. */
  private static void awaitRefusalOf(String address) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Files.readString(LOGS.resolve("node2.log"))
        .contains("Refused a connection of " + address + " to the member port: it has no cookie"));
  }
}
