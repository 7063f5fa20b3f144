package io.barnacle.cluster.registry;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class ChannelTest {

  private final Channel channel = new Channel("peer", new OwnCard("self"));

  @Test
  void oneIsUnderWayAtATimeButWhatMayBeLostIsNotWaitedFor() {
    Push first = channel.next(1_000);
    assertNotNull(first);
    assertNull(channel.next(1_000));
    channel.forgetAcked();
    Push second = channel.next(1_000);
    assertNotNull(second);
    channel.failed(first, 1_000); // the old one ends after all, and delays nothing
    assertNull(channel.next(1_000), "the second is still under way");
    channel.failed(second, 1_000);
    assertNull(channel.next(1_000), "a pause");
    channel.forgetAcked();
    assertNotNull(channel.next(1_000));
  }
}
