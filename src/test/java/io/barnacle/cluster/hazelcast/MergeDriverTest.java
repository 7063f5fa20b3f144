package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.barnacle.cluster.MembershipChange;
import io.barnacle.node.Endpoint;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MergeDriverTest {

  private static final Endpoint OLDEST = new Endpoint("127.0.0.1", 5701);

  private final Vertx vertx = Vertx.vertx();
  private final Membership membership = new Membership(Runnable::run, (ms, task) -> { });
  private final MergeDriver driver = new MergeDriver("self", (ContextInternal) vertx.getOrCreateContext(), Runnable::run,
      membership, new PeerFeed(() -> 0), new LinkCheck(new MemberProbe(vertx, "driver")), () -> 0);

  @AfterEach
  void close() {
    vertx.close().await();
  }

  /** {@code MembershipIT} has one that is a member when it ends. */
  @Test
  void theEndOfAMergeIsNotThatOfTheNext() {
    driver.moving(OLDEST);
    membership.tell(new MembershipChange.Merged());
    assertEquals(OLDEST, driver.target());
  }

  @Test
  void anEngineThatIsGoneMovesNowhere() {
    driver.moving(OLDEST);
    driver.stop();
    assertNull(driver.target());
  }
}
