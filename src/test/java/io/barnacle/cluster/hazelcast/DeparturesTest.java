package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DeparturesTest {

  private final UUID uuid = UUID.randomUUID();
  private long nowMs;
  private final Departures departures = new Departures(() -> nowMs);

  private String after(String reason, Throwable cause) {
    departures.disconnected(uuid, reason, cause);
    return departures.whyGone(uuid);
  }

  @Test
  void tellsADeadProcessFromASilentOne() {
    assertTrue(after(null, new EOFException("Remote socket closed!")).startsWith("its connection was closed by the other"));
    assertTrue(after("Suspecting Member [10.0.0.1]:5701 because it has not sent any heartbeats since T. Now: U", null)
        .startsWith("it was silent for too long"));
    assertEquals("its connection broke: Connection reset by peer",
        after("Exception in Connection", new IOException("Connection reset by peer")));
    assertEquals("the oldest member took it for dead, or it left", after("Member left event received from master", null));
    assertEquals(Departures.UNKNOWN, after(null, null));
  }

  @Test
  void theFirstToBreakSaysWhyUnlessItWorksAgain() {
    departures.disconnected(uuid, null, new IOException("Connection timed out"));
    departures.disconnected(uuid, "Member left event received from master", null);
    assertEquals("its connection broke: Connection timed out", departures.whyGone(uuid));
    departures.disconnected(uuid, null, new IOException("Connection timed out"));
    departures.connected(uuid);
    assertEquals(Departures.UNKNOWN, departures.whyGone(uuid));
  }

  @Test
  void whatIsLongAgoIsNoReason() {
    departures.disconnected(uuid, null, new IOException("Connection timed out"));
    nowMs += 100_000;
    assertEquals(Departures.UNKNOWN, departures.whyGone(uuid));
    assertEquals(Departures.UNKNOWN, departures.whyGone(null));
  }
}
