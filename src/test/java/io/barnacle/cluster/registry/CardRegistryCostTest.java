package io.barnacle.cluster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How many messages the registries of a cluster without faults send, in virtual time. {@code -Dregistry.nodes=1000} asks for
 * another size (with {@code -DargLine=-Xmx8g}, for a minute). The README has what comes of it.
 */
class CardRegistryCostTest {

  private static final int REST_MS = 200_000;
  private static final int AT_ONCE = 1_000;

  static IntStream sizes() {
    Integer only = Integer.getInteger("registry.nodes");
    return only == null ? IntStream.of(3, 5, 10, 100) : IntStream.of(only);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void messagesGrowWithTheNumberOfPeersAndNotWithThatOfChangesAtOnce(int nodes) {
    RegistryWorld world = new RegistryWorld(1);
    world.faulty = false;
    world.start(nodes);
    world.advance(60_000);
    int peers = nodes - 1;

    world.messages = 0;
    world.advance(REST_MS);
    double rest = world.messages / (REST_MS / 1000.0) / nodes;
    // A digest to each peer each 5 s, and no more than 20 a second altogether.
    assertEquals(Math.min(20, peers / 5.0), rest, 0.1 * rest);

    world.tellings = 0;
    world.hosts.get("n0").add("one");
    world.advance(100);
    assertKnown(world, "one");
    assertEquals(peers, world.tellings);

    world.tellings = 0;
    world.changes = 0;
    for (int i = 0; i < AT_ONCE; i++) {
      world.hosts.get("n0").add("many" + i);
    }
    world.advance(100);
    assertKnown(world, "many0");
    assertKnown(world, "many" + (AT_ONCE - 1));
    assertEquals((long) AT_ONCE * peers, world.changes, "no change is sent twice");
    // The first change goes out alone, and while it is under way the others gather for the next message.
    assertEquals(2L * peers, world.tellings);
    System.out.printf(Locale.ROOT, "%d nodes: each sends %.1f messages/s at rest; one change takes %d, %d at once take %d%n",
        nodes, rest, peers, AT_ONCE, world.tellings);
  }

  private static void assertKnown(RegistryWorld world, String address) {
    for (RegistryWorld.Host each : world.hosts.values()) {
      assertEquals(world.truth(address, each), each.read(address), each.id);
    }
  }
}
