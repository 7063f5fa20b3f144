package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.hazelcast.Handshake.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The connections on which a handshake is under way. Each has a deadline; and of those that others opened there are only so
 * many: for one too many the oldest is closed of the address that has the most, so that whoever floods the port only drives
 * out its own. For any thread; calls back without holding a lock.
 */
final class Handshakes implements AutoCloseable {

  /** Most connections of others at a time. */
  static final int MOST = 256;
  /** How long a handshake takes at most: two round trips, on a slow line and a busy machine. */
  static final long DEADLINE_MS = 3_000;
  private static final long LOOK_EVERY_MS = 250;

  /** A connection. */
  interface Pending {
    /** The address at the other end, without port. */
    String address();

    /** Whether the other side opened it. */
    boolean isIncoming();

    /** Closes it. */
    void close(Refusal reason);
  }

  private final LongSupplier clockMs;
  private final Refusals refusals;
  private final ScheduledExecutorService timer;
  /** With the deadline, oldest first. */
  private final Map<Pending, Long> pending = new LinkedHashMap<>();

  /** @param clockMs milliseconds that only go up */
  Handshakes(LongSupplier clockMs, Refusals refusals) {
    this.clockMs = clockMs;
    this.refusals = refusals;
    this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
      Thread thread = new Thread(task, "barnacle-handshakes");
      thread.setDaemon(true);
      return thread;
    });
    timer.scheduleWithFixedDelay(this::closeLate, LOOK_EVERY_MS, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
  }

  /** A handshake begins. */
  void begin(Pending connection) {
    Pending surplus;
    synchronized (pending) {
      pending.put(connection, clockMs.getAsLong() + DEADLINE_MS);
      surplus = surplus();
      pending.remove(surplus);
    }
    if (surplus != null) {
      refuse(surplus, Refusal.CROWDED);
    }
  }

  /** A handshake is over, in whatever way. */
  void end(Pending connection) {
    synchronized (pending) {
      pending.remove(connection);
    }
  }

  /** A handshake came to a refusal by this side. */
  void refused(Pending connection, Refusal reason) {
    if (connection.isIncoming()) {
      refusals.add(connection.address(), reason);
    }
  }

  /** How many are under way. */
  int size() {
    synchronized (pending) {
      return pending.size();
    }
  }

  /** Closes those that are over their deadline. */
  void closeLate() {
    List<Pending> late = new ArrayList<>();
    synchronized (pending) {
      long now = clockMs.getAsLong();
      pending.forEach((connection, deadline) -> {
        if (deadline <= now) {
          late.add(connection);
        }
      });
      late.forEach(pending::remove);
    }
    late.forEach(connection -> refuse(connection, Refusal.LATE));
  }

  private void refuse(Pending connection, Refusal reason) {
    try {
      refused(connection, reason);
      connection.close(reason);
    } catch (RuntimeException e) {
      System.getLogger(Handshakes.class.getName()).log(
          System.Logger.Level.WARNING, "A connection of " + connection.address() + " could not be closed", e);
    }
  }

  private Pending surplus() {
    Map<String, Integer> of = new HashMap<>();
    int incoming = 0;
    for (Pending each : pending.keySet()) {
      if (each.isIncoming()) {
        incoming++;
        of.merge(each.address(), 1, Integer::sum);
      }
    }
    if (incoming <= MOST) {
      return null;
    }
    int most = of.values().stream().max(Integer::compare).orElseThrow();
    return pending.keySet().stream()
        .filter(each -> each.isIncoming() && of.get(each.address()) == most)
        .findFirst().orElseThrow();
  }

  /** Ends the timer; the connections are closed by their engine. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
