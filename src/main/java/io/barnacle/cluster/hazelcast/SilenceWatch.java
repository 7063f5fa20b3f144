package io.barnacle.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Looks for members that are silent more often than Hazelcast does, which looks each heartbeat: a second with the fastest preset,
 * and a whole heartbeat after another member has. What counts as silence stays Hazelcast's, with a little on top. So all notice a
 * silent member within a tenth of a second of each other, and those that have to agree on who takes over from a silent oldest
 * member do so at once.
 *
 * <p>After a pause of this process everybody seems silent. Hazelcast knows that from its own clock, so for two heartbeats it is
 * left alone with the decision then.
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

    /** Whom Hazelcast does not suspect, and has not heard for so long that it would, and so much longer. */
    List<Member> silent(long moreMs);

    /** The time between two heartbeats. */
    long heartbeatMs();

    /** Has a member suspected if it is still one of {@link #silent}; blocks. */
    void suspectSilent(Member member, long moreMs);
  }

  private final Peers peers;
  private final Executor workers;
  private long lastMs;
  private long restUntilMs;

  /** @param nowMs milliseconds that never go back */
  SilenceWatch(Peers peers, Executor workers, long nowMs) {
    this.peers = peers;
    this.workers = workers;
    this.lastMs = nowMs;
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
    if (nowMs - lastMs > LATE_MS) {
      restUntilMs = nowMs + 2 * peers.heartbeatMs();
    }
    lastMs = nowMs;
    if (nowMs - restUntilMs < 0) {
      return;
    }
    for (Member member : peers.silent(MORE_MS)) {
      workers.execute(() -> peers.suspectSilent(member, MORE_MS));
    }
  }
}
