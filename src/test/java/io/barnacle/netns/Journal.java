package io.barnacle.netns;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What happened since a mark: every change of a node's view of the members, and every request that failed. Thread-safe. */
final class Journal {

  /** A node's members became these, by node id. */
  record ViewChange(int node, long at, Set<String> members) {
  }

  /** A request of a node failed. */
  record FailedRequest(int node, String address, long at, String failure) {
  }

  private final Map<Integer, Set<String>> views = new HashMap<>();
  private final List<ViewChange> changes = new ArrayList<>();
  private final Map<Integer, Long> shots = new HashMap<>();
  private final Map<Integer, JsonObject> refreshes = new HashMap<>();
  private final List<FailedRequest> failures = new ArrayList<>();
  private long since;
  private int oldest;

  /** Forgets what was before; requests that were sent before the mark do not count. */
  synchronized void mark(long since) {
    this.since = since;
    changes.clear();
    failures.clear();
  }

  /** Takes a node's report. */
  synchronized void report(int node, JsonObject report) {
    switch (report.getString("e")) {
      case "members" -> members(node, report);
      case "ask" -> {
        if (report.getString("failure") != null && report.getLong("sent") >= since) {
          failures.add(new FailedRequest(
              node, report.getString("a"), report.getLong("at"), report.getString("failure")));
        }
      }
      case "refreshed" -> {
        refreshes.put(node, report);
        notifyAll();
      }
      case "shot" -> {
        shots.put(node, report.getLong("at"));
        notifyAll();
      }
      default -> { }
    }
  }

  /** The changes of view since the mark. */
  synchronized List<ViewChange> changes() {
    return List.copyOf(changes);
  }

  /** The failed requests since the mark. */
  synchronized List<FailedRequest> failures() {
    return List.copyOf(failures);
  }

  /** Waits until a node has said that its engine is dead, and returns when that was; each shot is told once. */
  synchronized long awaitShot(int node, Duration timeout) throws InterruptedException {
    return await(shots, node, timeout, "the engine of node " + node + " did not end");
  }

  /** Waits for what a node says of the refresh that it was told to do; each is told once. */
  synchronized JsonObject awaitRefreshed(int node, Duration timeout) throws InterruptedException {
    return await(refreshes, node, timeout, "node " + node + " did not say how its refresh went");
  }

  private <T> T await(Map<Integer, T> told, int node, Duration timeout, String what) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!told.containsKey(node)) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new AssertionError(what + " within " + timeout);
      }
      wait(left / 1_000_000 + 1);
    }
    return told.remove(node);
  }

  /** What the node sees now. */
  synchronized Set<String> view(int node) {
    return views.getOrDefault(node, Set.of());
  }

  /** The node that last said it is the oldest member. */
  synchronized int oldest() {
    return oldest;
  }

  private void members(int node, JsonObject report) {
    if (report.getJsonArray("n") == null) {
      return;
    }
    if (report.getBoolean("oldest")) {
      oldest = node;
    }
    Set<String> seen = new HashSet<>(report.getJsonArray("n").stream().map(String.class::cast).toList());
    if (!seen.equals(views.put(node, seen))) {
      changes.add(new ViewChange(node, report.getLong("at"), seen));
    }
  }
}
