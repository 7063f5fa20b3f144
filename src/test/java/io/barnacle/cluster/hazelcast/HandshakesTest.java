package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.barnacle.cluster.hazelcast.Handshake.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakesTest {

  private final AtomicLong now = new AtomicLong();
  private final List<String> told = new ArrayList<>();
  private final Refusals refusals = new Refusals(now::get, (address, reason) -> told.add(address));
  private final Handshakes handshakes = new Handshakes(now::get, refusals);
  private final List<String> closed = new ArrayList<>();

  @AfterEach
  void close() {
    handshakes.close();
  }

  private final class Connection implements Handshakes.Pending {
    private final String address;
    private final String name;
    private final boolean incoming;

    private Connection(String address, String name, boolean incoming) {
      this.address = address;
      this.name = name;
      this.incoming = incoming;
    }

    @Override
    public String address() {
      return address;
    }

    @Override
    public boolean isIncoming() {
      return incoming;
    }

    @Override
    public void close(Refusal reason) {
      synchronized (closed) {
        closed.add(name + " " + reason);
      }
    }
  }

  private Connection begin(String address, String name) {
    Connection connection = new Connection(address, name, true);
    handshakes.begin(connection);
    return connection;
  }

  @Test
  void oneTooManyCostsTheOldestOfTheAddressThatHasMost() {
    begin("member", "m");
    for (int i = 1; i < Handshakes.MOST; i++) {
      begin("flood", "f" + i);
    }
    handshakes.begin(new Connection("out", "o", false)); // does not count: this node opens it
    assertEquals(List.of(), closed);
    begin("another member", "n");
    begin("flood", "last");
    assertEquals(List.of("f1 CROWDED", "f2 CROWDED"), closed);
    assertEquals(Handshakes.MOST + 1, handshakes.size());
    assertEquals(2, refusals.count());
  }

  @Test
  void onesThatAreOverMakeRoom() {
    for (int i = 0; i < Handshakes.MOST * 2; i++) {
      handshakes.end(begin("a", "a" + i));
    }
    assertEquals(List.of(), closed);
    assertEquals(0, handshakes.size());
  }

  @Test
  void whoIsLateIsClosed() {
    begin("a", "a");
    handshakes.begin(new Connection("out", "o", false));
    now.set(Handshakes.DEADLINE_MS - 1);
    handshakes.closeLate();
    assertEquals(List.of(), closed);
    begin("b", "b");
    now.set(Handshakes.DEADLINE_MS);
    handshakes.closeLate();
    assertEquals(List.of("a LATE", "o LATE"), closed);
    assertEquals(1, refusals.count(), "this node's own attempt is no stranger");
  }

  @Test
  void anAddressIsToldOfOnceAMinute() {
    for (int i = 0; i < 1_000; i++) {
      refusals.add("a", Refusal.GARBAGE);
      refusals.add("b", Refusal.GARBAGE);
    }
    assertEquals(List.of("a", "b"), told);
    now.set(60_000);
    refusals.add("a", Refusal.GARBAGE);
    assertEquals(List.of("a", "b", "a"), told);
    assertEquals(2_001, refusals.count());
  }

  @Test
  void addressesWithoutEndAreToldOfTogether() {
    for (int i = 0; i < 100_000; i++) {
      refusals.add("10." + i, Refusal.GARBAGE);
    }
    assertEquals(257, told.size());
    assertEquals("others", told.get(256));
    now.set(60_000);
    refusals.add("10.1", Refusal.GARBAGE);
    refusals.add("11.1", Refusal.GARBAGE);
    assertEquals(List.of("10.1", "11.1"), told.subList(257, 259));
  }
}
