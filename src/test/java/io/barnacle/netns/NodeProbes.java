package io.barnacle.netns;

import com.hazelcast.core.Hazelcast;
import io.vertx.core.Context;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The questions that a node keeps asking, ten times a second: who is a member, does every other node's own address answer,
 * does the shared address; five times a second: who is registered where, whom does a publish reach. Every report says when
 * the question was asked and when the answer came, in nanoseconds of the machine's monotonic clock, which all share.
 */
final class NodeProbes {

  /** An answer that takes longer is none, in milliseconds. */
  static final long TIMEOUT_MS = 1_000;

  private static final long PERIOD_MS = 100;
  private static final DeliveryOptions OPTIONS = new DeliveryOptions().setSendTimeout(TIMEOUT_MS);

  private final NodeSetup setup;
  private final VertxInternal vertx;
  private final ClusterManager manager;
  private final Context context;
  private final Reports reports;
  private final ScheduledExecutorService memberLooks = thread("look at members");
  private final ScheduledExecutorService registrationLooks = thread("look at registrations");
  private final Set<String> lookups = ConcurrentHashMap.newKeySet();
  private volatile List<String> addresses = List.of();
  private volatile List<String> fanout = List.of();
  private long rounds;

  NodeProbes(NodeSetup setup, VertxInternal vertx, Reports reports) {
    this.setup = setup;
    this.vertx = vertx;
    this.manager = vertx.clusterManager();
    this.context = vertx.getOrCreateContext();
    this.reports = reports;
  }

  /** Sets the addresses whose registrations are looked at, and those that are published to. */
  void watch(List<String> addresses, List<String> fanout) {
    this.addresses = addresses;
    this.fanout = fanout;
  }

  void start() {
    context.runOnContext(none -> vertx.setPeriodic(PERIOD_MS, timer -> ask()));
    memberLooks.scheduleWithFixedDelay(this::lookAtMembers, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    registrationLooks.scheduleWithFixedDelay(
        () -> addresses.forEach(this::lookUp), 0, 2 * PERIOD_MS, TimeUnit.MILLISECONDS);
  }

  private void ask() {
    for (int peer = 1; peer <= setup.hosts().size(); peer++) {
      if (peer != setup.index()) {
        request(NodeSetup.ownAddress(peer));
      }
    }
    request(NodeSetup.SHARED);
    if (rounds++ % 2 == 0) {
      fanout.forEach(this::publish);
    }
  }

  /** The publication names this process, so that a node that comes back does not repeat an earlier one. */
  private void publish(String address) {
    String publication = setup.index() + "/" + ProcessHandle.current().pid() + "/" + rounds;
    long sent = System.nanoTime();
    vertx.eventBus().publish(address, publication);
    reports.add(new JsonObject().put("e", "pub").put("a", address).put("p", publication).put("sent", sent));
  }

  private void request(String address) {
    long sent = System.nanoTime();
    vertx.eventBus().request(address, "?", OPTIONS).onComplete(reply -> {
      JsonObject report = report("ask", address, sent);
      if (reply.failed()) {
        report.put("failure", String.valueOf(reply.cause().getMessage()));
      }
      reports.add(report);
    });
  }

  private void lookAtMembers() {
    long sent = System.nanoTime();
    try {
      reports.add(report("members", "", sent).put("n", new JsonArray(new ArrayList<>(manager.getNodes())))
          .put("oldest", isOldest()));
    } catch (RuntimeException e) {
      reports.add(report("members", "", sent).put("failure", e.toString()));
    }
  }

  private static boolean isOldest() {
    return Hazelcast.getAllHazelcastInstances().stream()
        .anyMatch(engine -> engine.getCluster().getMembers().iterator().next().localMember());
  }

  /** Reads the registrations of an address as Vert.x does before a send; never two reads of one address at a time. */
  private void lookUp(String address) {
    if (!lookups.add(address)) {
      return;
    }
    long sent = System.nanoTime();
    try {
      manager.getRegistrations(address, (found, failure) -> found(address, sent, found, failure));
    } catch (RuntimeException e) {
      found(address, sent, null, e);
    }
  }

  private void found(String address, long sent, List<RegistrationInfo> found, Throwable failure) {
    lookups.remove(address);
    JsonObject report = report("regs", address, sent);
    if (failure != null) {
      report.put("failure", failure.toString());
    } else {
      report.put("n", new JsonArray(found == null ? List.of()
          : new HashSet<>(found).stream().map(RegistrationInfo::nodeId).sorted().toList()));
    }
    reports.add(report);
  }

  /** Each look has a thread of its own: a manager that blocks one disturbs no other probe. */
  private static ScheduledExecutorService thread(String name) {
    return Executors.newSingleThreadScheduledExecutor(task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    });
  }

  private static JsonObject report(String event, String address, long sent) {
    return new JsonObject().put("e", event).put("a", address).put("sent", sent).put("at", System.nanoTime());
  }
}
