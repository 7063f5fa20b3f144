package io.barnacle.strategy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.control.BarnacleClient;
import io.barnacle.event.BarnacleEvent;
import io.barnacle.event.BarnacleEvent.NodeLost;
import io.barnacle.event.BarnacleEvent.RefreshFailed;
import io.barnacle.event.BarnacleEvent.Refreshed;
import io.barnacle.node.Node;
import io.barnacle.strategy.Strategy;
import io.barnacle.testkit.BindServer;
import io.barnacle.testkit.DnsServerProcess;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the loop makes of each outcome of a lookup at a real server, where it removes at once whom discovery does not list:
 * no such name, a name without addresses and servers that are down are three things in results, events and the log, and
 * none of them removes anyone.
 */
@Tag("dns")
@Timeout(120)
class DnsOutcomesIT extends DnsFixture {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String[] TWO = {"app.test. 60 A 10.0.0.1", "app.test. 60 AAAA fd00::2"};
  private static final Set<String> BOTH = Set.of("app@10.0.0.1:5701", "app@[fd00::2]:5701");

  private final Set<Node> connected = new ConcurrentSkipListSet<>();
  private final Queue<BarnacleEvent> events = new ConcurrentLinkedQueue<>();
  private final Queue<String> log = new ConcurrentLinkedQueue<>();
  private final Logger logger = Logger.getLogger(DnsStrategy.class.getName());
  private final Handler listening = new Handler() {
    @Override
    public void publish(LogRecord record) {
      log.add(record.getLevel() + " " + record.getMessage());
    }

    @Override
    public void flush() {
    }

    @Override
    public void close() {
    }
  };

  @BeforeEach
  void listen() {
    logger.addHandler(listening);
  }

  @AfterEach
  void listenNoMore() {
    logger.removeHandler(listening);
  }

  private BarnacleClient deploy(DnsOptions options) throws Exception {
    Strategy dns = strategy(options);
    Strategy strategy = Strategy.of(dns::discoverNodes)
        .withConnectNodes(node -> {
          connected.add(node);
          return Future.succeededFuture();
        })
        .withDisconnectNodes(node -> {
          connected.remove(node);
          return Future.succeededFuture();
        })
        .withListNodes(() -> Future.succeededFuture(Set.copyOf(connected)));
    onContext(() -> Barnacle.deploy(vertx, new BarnacleOptions().setPollInterval(Duration.ofHours(1))
        .setStrategy(strategy).setListener(events::add)));
    return BarnacleClient.create(vertx);
  }

  private Set<String> names() {
    Set<String> names = new TreeSet<>();
    connected.forEach(node -> names.add(node.toString()));
    return names;
  }

  private List<String> failuresTold() {
    List<String> causes = new ArrayList<>();
    events.forEach(event -> {
      if (event instanceof RefreshFailed failed) {
        causes.add(failed.cause());
      }
    });
    return causes;
  }

  private void awaitEvent(Class<? extends BarnacleEvent> kind) {
    Awaitility.await(kind.getSimpleName()).atMost(PATIENCE).pollInterval(Duration.ofMillis(10))
        .until(() -> events.stream().anyMatch(kind::isInstance));
  }

  /** Refreshes and expects that it fails so, and that it is told once however often. */
  private void failsAs(Class<? extends DnsLookupException> kind, String logged, BarnacleClient barnacle) {
    events.clear();
    log.clear();
    for (int i = 0; i < 3; i++) {
      assertThrows(Exception.class, () -> onContext(() -> barnacle.refresh(PATIENCE)));
      assertEquals(BOTH, names());
    }
    awaitEvent(RefreshFailed.class);
    assertEquals(List.of(kind.getSimpleName()), failuresTold());
    List<String> warnings = log.stream().filter(line -> line.startsWith(Level.WARNING + " ")).toList();
    assertEquals(1, warnings.stream().filter(line -> line.contains(logged)).count(), log::toString);
    assertEquals(1, warnings.size(), log::toString);
  }

  private void recovers(BarnacleClient barnacle) throws Exception {
    events.clear();
    onContext(() -> barnacle.refresh(PATIENCE));
    awaitEvent(Refreshed.class);
    assertEquals(List.of(), failuresTold());
    assertEquals(BOTH, names());
  }

  @Test
  void eachOutcomeIsToldApartAndNoneRemovesAnyone() throws Exception {
    DnsServerProcess server = use(new BindServer()).start(TWO);
    BarnacleClient barnacle = deploy(options(server.address()).setTimeout(Duration.ofMillis(500)));
    recovers(barnacle);

    server.updateZone("other.test. 60 A 10.0.0.9");
    failsAs(DnsUnknownNameException.class, "no such domain", barnacle);

    server.updateZone("app.test. 60 TXT nobody");
    log.clear();
    recovers(barnacle); // empty is no failure
    assertEquals(1, log.stream().filter(line -> line.startsWith(Level.INFO + " ")
        && line.contains("exists and has no addresses; nobody is removed")).count(), log::toString);

    server.suspend();
    failsAs(DnsServersDownException.class, "no answer in time", barnacle);
    server.resume();
    server.updateZone(TWO);
    recovers(barnacle);

    // The same loop does remove whom a good answer does not list.
    server.updateZone(TWO[0]);
    onContext(() -> barnacle.refresh(PATIENCE));
    assertEquals(Set.of("app@10.0.0.1:5701"), names());
    awaitEvent(NodeLost.class);
  }
}
