package io.barnacle.cluster.registry;

import io.barnacle.testkit.FakeTimers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A world of registries in virtual time: a network that delays, loses, repeats and reorders messages, members that come, go,
 * pause and are cut off from each other, and each one's own opinion of who is a member. Everything that happens follows from
 * the seed.
 */
final class RegistryWorld {

  private static final Duration LINK_DEADLINE = Duration.ofSeconds(2);

  /** One process. */
  final class Host implements RegistrationListener {
    final String id;
    final CardRegistry registry;
    /** What the application asked for: addresses and sequence numbers. */
    final Map<String, Set<Long>> wanted = new TreeMap<>();
    /** Who this node takes for members, itself left out. */
    final Set<String> view = new TreeSet<>();
    /** What a selector would have: the last update of an address, or what it read. */
    final Map<String, Set<RegistrationInfo>> followed = new HashMap<>();
    final List<Throwable> failures = new ArrayList<>();
    int side;
    boolean paused;
    boolean withdrawn;
    private final List<Runnable> whilePaused = new ArrayList<>();
    private long seqs;

    private Host(String id) {
      this.id = id;
      this.registry = new CardRegistry(id, new Link(this), timers, this);
    }

    void add(String address) {
      long seq = seqs++;
      wanted.computeIfAbsent(address, key -> new TreeSet<>()).add(seq);
      Promise<Void> promise = Promise.promise();
      registry.add(address, new RegistrationInfo(id, seq, false), promise);
      settlements.add(new Settled(this, address, seq, true, promise.future(), Set.copyOf(view)));
      promise.future().onFailure(failures::add);
    }

    void removeOne(String address) {
      Set<Long> seqsThere = wanted.getOrDefault(address, Set.of());
      if (!seqsThere.isEmpty()) {
        long seq = seqsThere.iterator().next();
        seqsThere.remove(seq);
        Promise<Void> promise = Promise.promise();
        registry.remove(address, new RegistrationInfo(id, seq, false), promise);
        promise.future().onFailure(failures::add);
      }
    }

    void follow(String address) {
      if (!followed.containsKey(address)) {
        cache(address, registry.get(address));
      }
    }

    @Override
    public boolean wantsUpdatesFor(String address) {
      return followed.containsKey(address);
    }

    @Override
    public void registrationsUpdated(RegistrationUpdateEvent event) {
      cache(event.address(), event.registrations());
    }

    /** As Vert.x's selector does: that there is nobody is not remembered. */
    private void cache(String address, List<RegistrationInfo> found) {
      if (found.isEmpty()) {
        followed.remove(address);
      } else {
        followed.put(address, new HashSet<>(found));
      }
    }

    /** Is about to leave. */
    void withdraw() {
      withdrawn = true;
      registry.withdraw().onFailure(failures::add);
    }

    /** Registries of the others come to this one through here. */
    private void receive(Runnable delivery) {
      if (paused) {
        whilePaused.add(delivery);
      } else {
        delivery.run();
      }
    }

    void resume() {
      paused = false;
      List<Runnable> late = List.copyOf(whilePaused);
      whilePaused.clear();
      late.forEach(Runnable::run);
    }

    Set<String> read(String address) {
      return registry.get(address).stream().map(info -> info.nodeId() + "#" + info.seq()).collect(Collectors.toSet());
    }
  }

  /** A change whose completion was seen. */
  record Settled(Host host, String address, long seq, boolean added, Future<Void> future, Set<String> view) {
  }

  private final class Link implements PeerLink {
    private final Host from;

    private Link(Host from) {
      this.from = from;
    }

    @Override
    public Future<Ack> push(String peer, Push push) {
      messages++;
      changes += push.changes().size();
      tellings += push.changes().isEmpty() ? 0 : 1;
      return exchange(peer, host -> host.registry.pushed(push));
    }

    @Override
    public Future<Void> ask(String peer) {
      messages++;
      return exchange(peer, host -> {
        host.registry.asked(from.id);
        return null;
      });
    }

    private <T> Future<T> exchange(String peer, java.util.function.Function<Host, T> work) {
      Promise<T> promise = Promise.promise();
      timers.schedule(LINK_DEADLINE, () -> promise.tryFail("no answer in time"));
      int copies = faulty && random.nextInt(20) == 0 ? 2 : 1;
      for (int i = 0; i < copies; i++) {
        if (faulty && random.nextInt(10) == 0) {
          continue; // lost
        }
        timers.schedule(delay(), () -> {
          Host host = hosts.get(peer);
          if (host == null || host.side != from.side) {
            return;
          }
          host.receive(() -> {
            // As Hazelcast does: who does not take the sender for a member refuses.
            if (!host.view.contains(from.id)) {
              timers.schedule(delay(), () -> promise.tryFail("not a member"));
              return;
            }
            T answer = work.apply(host);
            if (!faulty || random.nextInt(10) > 0) {
              timers.schedule(delay(), () -> from.receive(() -> promise.tryComplete(answer)));
            }
          });
        });
      }
      return promise.future();
    }
  }

  final FakeTimers timers = new FakeTimers();
  final Random random;
  final Map<String, Host> hosts = new LinkedHashMap<>();
  final List<Settled> settlements = new ArrayList<>();
  boolean faulty = true;
  /** Questions and pushes that were sent, answers left out. */
  long messages;
  /** Those of them that told changes. */
  long tellings;
  /** The changes in them. */
  long changes;
  private int started;

  RegistryWorld(long seed) {
    random = new Random(seed);
  }

  private Duration delay() {
    return Duration.ofMillis(1 + (faulty && random.nextInt(8) == 0 ? random.nextInt(3_000) : random.nextInt(3)));
  }

  /** A new process; the others notice it at their own times. */
  Host start() {
    Host host = new Host("n" + started++);
    hosts.put(host.id, host);
    perceive();
    return host;
  }

  /** Many new processes, which the others notice together. */
  void start(int count) {
    for (int i = 0; i < count; i++) {
      Host host = new Host("n" + started++);
      hosts.put(host.id, host);
    }
    perceive();
  }

  /** The process is gone at once. */
  void kill(Host host) {
    hosts.remove(host.id);
    host.registry.close();
    perceive();
  }

  /** Everybody notices, each at its own time, who is there now. */
  void perceive() {
    for (Host host : List.copyOf(hosts.values())) {
      timers.schedule(delay(), () -> look(host));
    }
  }

  private void look(Host host) {
    if (!hosts.containsKey(host.id)) {
      return;
    }
    if (host.paused) {
      host.whilePaused.add(() -> look(host));
      return;
    }
    Set<String> there = hosts.values().stream()
        .filter(other -> other != host && other.side == host.side).map(other -> other.id).collect(Collectors.toSet());
    for (String gone : List.copyOf(host.view)) {
      if (!there.contains(gone)) {
        host.view.remove(gone);
        host.registry.left(gone);
      }
    }
    for (String come : there) {
      if (host.view.add(come)) {
        host.registry.joined(come);
      }
    }
  }

  /** Somebody wrongly drops another and takes it back. */
  void misjudge(Host host, Host other) {
    if (host.view.remove(other.id)) {
      host.registry.left(other.id);
      timers.schedule(delay(), () -> look(host));
    }
  }

  /** What a node should read: of all that stay and itself; with nobody there and about to leave itself, of all. */
  Set<String> truth(String address, Host reader) {
    Set<String> staying = new TreeSet<>();
    Set<String> all = new TreeSet<>();
    hosts.values().forEach(host -> host.wanted.getOrDefault(address, Set.of()).forEach(seq -> {
      all.add(host.id + "#" + seq);
      if (host == reader || !host.withdrawn) {
        staying.add(host.id + "#" + seq);
      }
    }));
    return staying.isEmpty() && reader.withdrawn ? all : staying;
  }

  void advance(long millis) {
    timers.advance(Duration.ofMillis(millis));
  }
}
