package io.barnacle.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleListener;

/**
 * Repeats a join request that may have been dropped. An oldest member that lets one node in ignores the requests of others
 * meanwhile, and Hazelcast asks again only after a second: five nodes that join at once so need five seconds.
 */
final class JoinNudger implements LifecycleListener, HazelcastInstanceAware {

  private static final long EVERY_MS = 150;

  private final Workers workers;
  private final PeerFeed feed;
  private volatile HazelcastInternals internals;

  /** For one engine. */
  JoinNudger(Workers workers, PeerFeed feed) {
    this.workers = workers;
    this.feed = feed;
  }

  @Override
  public void setHazelcastInstance(HazelcastInstance instance) {
    internals = new HazelcastInternals(instance);
  }

  @Override
  public void stateChanged(LifecycleEvent event) {
    if (event.getState() == LifecycleEvent.LifecycleState.STARTING
        || event.getState() == LifecycleEvent.LifecycleState.MERGING) {
      workers.after(EVERY_MS, this::nudge);
    }
  }

  private void nudge() {
    if (internals.isJoining()) {
      internals.nudgeJoin(feed.peers());
      workers.after(EVERY_MS, this::nudge);
    }
  }
}
