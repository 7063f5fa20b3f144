package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.node.Endpoint;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EvictionsTest {

  private final AtomicLong now = new AtomicLong();
  private final Evictions evictions = new Evictions(now::get);
  private final Endpoint a = new Endpoint("10.0.0.1", 5701);
  private final Endpoint b = new Endpoint("10.0.0.2", 5701);

  @Test
  void whoWasRemovedComesBackOnlyWhenHeIsWanted() {
    evictions.removed(Set.of(a));
    assertFalse(evictions.mayCome(a));
    assertTrue(evictions.mayCome(b));
    evictions.welcome(Set.of(a));
    assertTrue(evictions.mayCome(a));
  }

  @Test
  void aNodeThatWasRemovedStaysOutUntilItsDiscoveryListsIt() {
    evictions.discovered(true);
    evictions.selfRemoved();
    now.addAndGet(10_000_000);
    evictions.discovered(false);
    assertTrue(evictions.staysOut());
    assertFalse(evictions.mayCome(b));
    evictions.discovered(true);
    assertFalse(evictions.staysOut());
    assertTrue(evictions.mayCome(b));
  }

  @Test
  void aDiscoveryThatNeverListsItselfKeepsItsNodeOutForAMinute() {
    evictions.selfRemoved();
    now.addAndGet(60_000);
    evictions.discovered(false);
    assertTrue(evictions.staysOut());
    now.addAndGet(1);
    assertFalse(evictions.staysOut());
  }
}
