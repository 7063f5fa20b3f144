package io.barnacle.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.testkit.SystemRequirement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A node starts, and the only other one that is listed says nothing. One whose port accepts connections may be starting its
 * engine, as Hazelcast has the port for seconds before it answers there: it is waited for, or there would be two clusters.
 * One of which nothing is heard at all is not.
 */
@Tag("netns")
class SilentPeerNetIT {

  private static final Path LOGS = Path.of("target", "netns-silent");
  private static final Pattern FORMS = Pattern.compile("After (\\d+) ms forming a cluster");
  private static final long BELIEVED_MS = 5_000;
  private static final Duration SOON = Duration.ofSeconds(30);

  private NodeCluster cluster;

  @BeforeEach
  void startOne() throws InterruptedException {
    SystemRequirement.require(NetLab.missing().isEmpty(), NetLab.missing().orElse(""));
    cluster = new NodeCluster(Engine.BARNACLE, 2, LOGS);
    cluster.launch(1);
    cluster.awaitReady(1);
  }

  @AfterEach
  void close() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void whoSaysNothingForAWhileIsJoined() throws Exception {
    cluster.stop(1);
    cluster.launch(2);
    Awaitility.await().atMost(SOON).until(() -> logOfTwo().contains("No cluster is there to join"));
    // For most of the time for which a silent node is believed to be starting, and longer than bootstrap.stableMs
    Awaitility.await().during(Duration.ofMillis(BELIEVED_MS - 2_500)).atMost(SOON).until(() -> forms().isEmpty());
    cluster.cont(1);
    cluster.awaitReady(2);
    assertTogether();
    assertFalse(logOfTwo().contains("forming a cluster"), SilentPeerNetIT::logOfTwo);
    Set<String> first = cluster.journal().changes().stream()
        .filter(change -> change.node() == 2).findFirst().orElseThrow().members();
    assertEquals(Set.of(cluster.id(1), cluster.id(2)), first);
  }

  @Test
  void whoSaysNothingForLongIsNotWaitedForAndJoinedLater() throws Exception {
    cluster.stop(1);
    cluster.launch(2);
    cluster.awaitReady(2);
    long formed = forms().orElseThrow();
    System.out.println("formed without one that accepts connections and is silent after " + formed + " ms");
    assertTrue(formed >= BELIEVED_MS && formed < 2 * BELIEVED_MS, "after " + formed + " ms");
    cluster.cont(1);
    assertTogether();
  }

  @Test
  void whoIsNotHeardOfAtAllIsNotWaitedFor() throws Exception {
    cluster.lab().cut(List.of(1), List.of(2));
    cluster.launch(2);
    cluster.awaitReady(2);
    // It says nothing of a cluster that it forms after the first look, which takes a second
    assertTrue(forms().isPresent() || !logOfTwo().contains("No cluster is there to join"), SilentPeerNetIT::logOfTwo);
    assertTrue(forms().orElse(0L) < BELIEVED_MS, SilentPeerNetIT::logOfTwo);
    cluster.lab().heal();
    assertTogether();
  }

  private void assertTogether() throws InterruptedException {
    Rightness.Verdict verdict =
        cluster.awaitMembers(List.of(List.of(1, 2)), System.nanoTime(), Duration.ofSeconds(30));
    assertTrue(verdict.isRight(), verdict::toString);
  }

  private static Optional<Long> forms() {
    Matcher matcher = FORMS.matcher(logOfTwo());
    return matcher.find() ? Optional.of(Long.parseLong(matcher.group(1))) : Optional.empty();
  }

  private static String logOfTwo() {
    try {
      return Files.readString(LOGS.resolve("node2.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
