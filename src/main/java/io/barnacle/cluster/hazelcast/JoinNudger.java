package io.barnacle.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleListener;
import io.barnacle.node.Endpoint;
import java.util.function.Supplier;

/**
 * Repeats a join request that may have been dropped. An oldest member that lets one node in ignores the requests of others
 * meanwhile, and Hazelcast asks again only after a second: five nodes that join at once so need five seconds.
 */
final class JoinNudger implements LifecycleListener, HazelcastInstanceAware {

  /** Before that an engine that moves may still have the connections, and the id, of the cluster that it leaves. */
  private static final long FIRST_MS = 150;
  private static final long SOON_MS = 50;
  private static final int SOON_TIMES = 20;
  /** Who is not in after a second is one of many, or waits for something else. */
  private static final long LATER_MS = 150;

  private final Workers workers;
  private final Supplier<Endpoint> target;
  private volatile HazelcastInternals internals;

  /**
   * For one engine.
   *
   * @param target into whose cluster this node's is moving, or null; asking anybody else could make this node a member of
   *     two clusters
   */
  JoinNudger(Workers workers, Supplier<Endpoint> target) {
    this.workers = workers;
    this.target = target;
  }

  @Override
  public void setHazelcastInstance(HazelcastInstance instance) {
    internals = new HazelcastInternals(instance);
  }

  @Override
  public void stateChanged(LifecycleEvent event) {
    if (event.getState() == LifecycleEvent.LifecycleState.STARTING
        || event.getState() == LifecycleEvent.LifecycleState.MERGING) {
      workers.after(FIRST_MS, () -> nudge(1));
    }
  }

  private void nudge(int times) {
    if (internals.isJoining()) {
      internals.nudgeJoin(target.get());
      workers.after(times < SOON_TIMES ? SOON_MS : LATER_MS, () -> nudge(times + 1));
    }
  }
}
