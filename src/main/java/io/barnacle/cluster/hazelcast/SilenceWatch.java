package io.barnacle.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Looks for members that are silent more often than Hazelcast does, which looks each heartbeat: a second with the fastest preset,
 * and a whole heartbeat after another member has. What counts as silence stays Hazelcast's, with a little on top. So all notice a
 * silent member within some tenths of a second, and those that have to agree on who takes over from a silent oldest member do so
 * soon.
 *
 * <p>After a pause of this process, and when the clock was set, everybody seems silent. Hazelcast knows that at its next
 * heartbeat, so for two of them it is left alone with the decision then.
 *
 * <p>Lives on the connector's context, which it does not block.
 */
final class SilenceWatch {

  static final long EVERY_MS = 100;
  /** On top of the silence that Hazelcast allows; the packets of a member that goes on have to be read first. */
  static final long MORE_MS = 250;
  /** A look that comes later than this was kept waiting, and so were the packets. */
  private static final long LATE_MS = 300;

  /** What this sees of an engine. */
  interface Peers {

    /** Whom Hazelcast does not suspect, and at that time has not heard for so long that it would, and so much longer. */
    List<Member> silent(long clusterTimeMs, long moreMs);

    /** The clock by which silence is measured: one that can be set, here or by the oldest member. */
    long clusterTimeMs();

    /** The time between two heartbeats. */
    long heartbeatMs();

    /** Has a member suspected if it is still one of {@link #silent}; blocks. */
    void suspectSilent(Member member, long moreMs);
  }

  private final Peers peers;
  private final Executor workers;
  private final Set<Member> underWay = ConcurrentHashMap.newKeySet();
  private long lastMs;
  private long lastClusterMs;
  private long restUntilMs;

  /** @param nowMs milliseconds that never go back */
  SilenceWatch(Peers peers, Executor workers, long nowMs) {
    this.peers = peers;
    this.workers = workers;
    this.lastMs = nowMs;
    this.restUntilMs = nowMs;
    this.lastClusterMs = peers.clusterTimeMs();
  }

  /** Watches an engine from now on, until the returned task is run. */
  static Runnable start(ContextInternal context, Engine engine, Executor workers) {
    SilenceWatch watch = new SilenceWatch(engine.internals(), workers, nowMs());
    long timer = context.setPeriodic(EVERY_MS, id -> {
      if (engine.isRunning()) {
        watch.look(nowMs());
      }
    });
    return () -> context.owner().cancelTimer(timer);
  }

  private static long nowMs() {
    return System.nanoTime() / 1_000_000;
  }

  void look(long nowMs) {
    long clusterMs = peers.clusterTimeMs();
    boolean wasSet = Math.abs(clusterMs - lastClusterMs - (nowMs - lastMs)) > LATE_MS;
    if (wasSet || nowMs - lastMs > LATE_MS) {
      restUntilMs = nowMs + 2 * peers.heartbeatMs();
    }
    lastMs = nowMs;
    lastClusterMs = clusterMs;
    if (nowMs - restUntilMs < 0) {
      return;
    }
    for (Member member : peers.silent(clusterMs, MORE_MS)) {
      if (underWay.add(member)) {
        workers.execute(() -> {
          try {
            peers.suspectSilent(member, MORE_MS);
          } finally {
            underWay.remove(member);
          }
        });
      }
    }
  }
}
