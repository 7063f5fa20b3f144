package io.barnacle.cluster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.cluster.ClusterException;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Random histories: registries in a {@link RegistryWorld} in which everything goes wrong, and then nothing any more. In the end
 * everybody knows exactly what the applications asked for. {@code -Dregistry.runs=100000} runs more histories than the
 * default, {@code -Dregistry.seed=…} one; a failure names its seed and the shortest history of it that fails.
 */
class CardRegistrySimulationTest {

  private static final int RUNS = Integer.getInteger("registry.runs", 1_000);
  private static final int STEPS = 60;
  private static final List<String> ADDRESSES = List.of("a", "b", "c");
  private static final long QUIET_MS = 15_000;

  @Test
  void everybodyKnowsWhatWasAskedForOnceFaultsEnd() {
    Long only = Long.getLong("registry.seed");
    if (only != null) {
      failure(only, STEPS).ifPresent(what -> {
        throw new AssertionError("seed " + only + ": " + what);
      });
      return;
    }
    for (long seed = 0; seed < RUNS; seed++) {
      String failure = failure(seed, STEPS).orElse(null);
      if (failure != null) {
        int steps = STEPS;
        while (steps > 0 && failure(seed, steps - 1).isPresent()) {
          steps--;
        }
        throw new AssertionError("seed " + seed + ", after " + steps + " steps: " + failure(seed, steps).orElse(failure)
            + "\n" + String.join("\n", history(seed, steps)));
      }
    }
  }

  @Test
  void whatHasCompletedIsKnownToAllWhoWereThere() {
    int failed = 0;
    for (long seed = 0; seed < 300; seed++) {
      RegistryWorld world = new RegistryWorld(seed);
      world.faulty = false;
      for (int i = 0; i < 4; i++) {
        world.start();
      }
      world.advance(1_000);
      world.faulty = true;
      RegistryWorld.Host writer = world.hosts.get("n0");
      for (int i = 0; i < 20; i++) {
        String address = "x" + i;
        writer.add(address);
        RegistryWorld.Settled settled = world.settlements.get(world.settlements.size() - 1);
        long until = world.timers.monotonicMillis() + 20_000;
        while (!settled.future().isComplete() && world.timers.monotonicMillis() < until) {
          world.advance(1);
        }
        assertTrue(settled.future().isComplete(), "seed " + seed + " never completes");
        if (settled.future().failed()) {
          // Five messages in a row were lost, and that is said.
          assertInstanceOf(ClusterException.NotAcknowledged.class, settled.future().cause());
          failed++;
          continue;
        }
        for (RegistryWorld.Host each : world.hosts.values()) {
          assertEquals(world.truth(address, each), each.read(address), "seed " + seed + ", " + each.id);
        }
      }
    }
    assertTrue(failed < 300, failed + " of 6000 were not acknowledged in time");
  }

  @Test
  void aNodeThatHasEveryCardKnowsWhatHadCompletedBefore() {
    for (long seed = 0; seed < 200; seed++) {
      RegistryWorld world = new RegistryWorld(seed);
      RegistryWorld.Host first = world.start();
      RegistryWorld.Host second = world.start();
      for (int i = 0; i < 50; i++) {
        (i % 2 == 0 ? first : second).add("x" + i);
        world.advance(world.random.nextInt(20));
      }
      RegistryWorld.Host joiner = world.start();
      while (joiner.view.size() < 2) {
        first.add("y" + world.timers.monotonicMillis());
        world.advance(5);
      }
      var has = joiner.registry.cardsOf(joiner.view);
      while (!has.isComplete()) {
        second.add("z" + world.timers.monotonicMillis());
        world.advance(5);
      }
      if (has.failed()) {
        continue; // the deadline is over, which is said
      }
      List<RegistryWorld.Settled> completed = world.settlements.stream()
          .filter(each -> each.future().succeeded()).toList();
      for (RegistryWorld.Settled each : completed) {
        assertTrue(joiner.read(each.address()).contains(each.host().id + "#" + each.seq()), "seed " + seed + ": " + each);
      }
    }
  }

  private static java.util.Optional<String> failure(long seed, int steps) {
    try {
      run(seed, steps, new ArrayList<>());
      return java.util.Optional.empty();
    } catch (AssertionError e) {
      return java.util.Optional.of(e.getMessage());
    }
  }

  private static List<String> history(long seed, int steps) {
    List<String> history = new ArrayList<>();
    try {
      run(seed, steps, history);
    } catch (AssertionError e) {
      history.add(e.getMessage());
    }
    return history;
  }

  private static void run(long seed, int steps, List<String> history) {
    RegistryWorld world = new RegistryWorld(seed);
    int size = 2 + world.random.nextInt(4);
    for (int i = 0; i < size; i++) {
      world.start();
    }
    for (int step = 0; step < steps; step++) {
      history.add(world.timers.monotonicMillis() + " ms: " + step(world));
      world.advance(world.random.nextInt(5) == 0 ? world.random.nextInt(5_000) : world.random.nextInt(30));
    }
    history.add(world.timers.monotonicMillis() + " ms: faults end");
    world.faulty = false;
    world.hosts.values().forEach(host -> host.side = 0);
    List.copyOf(world.hosts.values()).forEach(RegistryWorld.Host::resume);
    world.advance(3_000);
    world.perceive();
    world.advance(QUIET_MS);
    for (RegistryWorld.Host host : world.hosts.values()) {
      for (String address : ADDRESSES) {
        Set<String> truth = world.truth(address, host);
        assertEquals(truth, host.read(address), () -> host.id + " reads " + address + ": " + host.registry.describe());
        if (host.followed.containsKey(address)) {
          assertEquals(truth, host.followed.get(address).stream()
              .map((RegistrationInfo info) -> info.nodeId() + "#" + info.seq()).collect(Collectors.toSet()),
              () -> host.id + " was told of " + address);
        }
      }
    }
    for (RegistryWorld.Settled each : world.settlements) {
      assertTrue(each.future().isComplete(), () -> "never completed: " + each);
    }
    long before = world.messages;
    world.advance(10_000);
    long pairs = (long) world.hosts.size() * (world.hosts.size() - 1);
    assertTrue(world.messages - before <= 3 * pairs,
        () -> (world.messages - before) + " messages in 10 s at rest between " + world.hosts.size() + " nodes");
  }

  private static String step(RegistryWorld world) {
    List<RegistryWorld.Host> hosts = List.copyOf(world.hosts.values());
    RegistryWorld.Host host = hosts.get(world.random.nextInt(hosts.size()));
    RegistryWorld.Host other = hosts.get(world.random.nextInt(hosts.size()));
    String address = ADDRESSES.get(world.random.nextInt(ADDRESSES.size()));
    switch (world.random.nextInt(17)) {
      case 0 -> {
        if (hosts.size() < 6) {
          return "starts " + world.start().id;
        }
        return "nothing";
      }
      case 1 -> {
        if (hosts.size() > 2) {
          world.kill(host);
          return "kills " + host.id;
        }
        return "nothing";
      }
      case 2 -> {
        host.side = 1 - host.side;
        if (world.random.nextBoolean()) {
          world.perceive();
        }
        return host.id + " is on side " + host.side;
      }
      case 16 -> {
        host.withdraw();
        return host.id + " is about to leave";
      }
      case 3 -> {
        if (host.paused) {
          host.resume();
        } else {
          host.paused = true;
        }
        return host.id + (host.paused ? " is paused" : " goes on");
      }
      case 4 -> {
        world.misjudge(host, other);
        return host.id + " drops " + other.id + " for a while";
      }
      case 5 -> {
        host.registry.check();
        return host.id + " checks";
      }
      case 6, 7 -> {
        host.follow(address);
        return host.id + " follows " + address;
      }
      case 8, 9, 10 -> {
        host.removeOne(address);
        return host.id + " removes one of " + address;
      }
      case 11 -> {
        // Rarely, as it takes long: more than fits into one message.
        int count = world.random.nextInt(10) == 0 ? 5_000 : 1;
        for (int i = 0; i < count; i++) {
          host.add("bulk" + i % 100);
        }
        return host.id + " adds " + count;
      }
      default -> {
        host.add(address);
        return host.id + " adds one of " + address;
      }
    }
  }
}
