package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.version.MemberVersion;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SilenceWatchTest implements SilenceWatch.Peers {

  private static final long HEARTBEAT_MS = 1_000;

  private long nowMs = 5_000;
  private final List<Member> silent = new ArrayList<>();
  private final List<Member> suspected = new ArrayList<>();
  private final SilenceWatch watch = new SilenceWatch(this, Runnable::run, nowMs);

  @BeforeEach
  void oneIsSilent() throws UnknownHostException {
    silent.add(new MemberImpl.Builder(new Address("127.0.0.1", 5701)).uuid(UUID.randomUUID())
        .version(MemberVersion.of("5.6.0")).build());
  }

  @Override
  public List<Member> silent(long moreMs) {
    assertEquals(SilenceWatch.MORE_MS, moreMs);
    return silent;
  }

  @Override
  public long heartbeatMs() {
    return HEARTBEAT_MS;
  }

  @Override
  public void suspectSilent(Member member, long moreMs) {
    suspected.add(member);
  }

  private void lookAfter(long ms) {
    nowMs += ms;
    watch.look(nowMs);
  }

  @Test
  void suspectsWhoeverIsSilent() {
    lookAfter(SilenceWatch.EVERY_MS);
    assertEquals(silent, suspected);
  }

  @Test
  void leavesItToHazelcastForAWhileAfterAPauseOfItsOwn() {
    lookAfter(2_000);
    for (int i = 0; i < 19; i++) {
      lookAfter(SilenceWatch.EVERY_MS);
      assertEquals(List.of(), suspected, "look " + i);
    }
    lookAfter(SilenceWatch.EVERY_MS);
    assertEquals(silent, suspected);
  }

  @Test
  void aSecondPauseIsOneMore() {
    lookAfter(400);
    for (int i = 0; i < 15; i++) {
      lookAfter(SilenceWatch.EVERY_MS);
    }
    lookAfter(400);
    for (int i = 0; i < 19; i++) {
      lookAfter(SilenceWatch.EVERY_MS);
      assertEquals(List.of(), suspected, "look " + i);
    }
  }
}
