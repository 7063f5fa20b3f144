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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SilenceWatchTest implements SilenceWatch.Peers {

  private static final long HEARTBEAT_MS = 1_000;

  private long nowMs = 5_000;
  private long clusterMs = 1_700_000_000_000L;
  private final List<Member> silent = new ArrayList<>();
  private final List<Member> suspected = new ArrayList<>();
  private final SilenceWatch watch = new SilenceWatch(this, Runnable::run, nowMs);

  @BeforeEach
  void oneIsSilent() throws UnknownHostException {
    silent.add(new MemberImpl.Builder(new Address("127.0.0.1", 5701)).uuid(UUID.randomUUID())
        .version(MemberVersion.of("5.6.0")).build());
  }

  @Override
  public List<Member> silent(long atMs, long moreMs) {
    assertEquals(clusterMs, atMs);
    assertEquals(SilenceWatch.MORE_MS, moreMs);
    return silent;
  }

  @Override
  public long clusterTimeMs() {
    return clusterMs;
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
    clusterMs += ms;
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

  @ParameterizedTest
  @ValueSource(longs = {4_000, -4_000})
  void leavesItToHazelcastForAWhileAfterTheClockWasSet(long by) {
    clusterMs += by;
    for (int i = 0; i < 20; i++) {
      lookAfter(SilenceWatch.EVERY_MS);
      assertEquals(List.of(), suspected, "look " + i);
    }
    lookAfter(SilenceWatch.EVERY_MS);
    assertEquals(silent, suspected);
  }

  @Test
  void whoIsBeingSuspectedIsNotOnceMore() {
    List<Runnable> tasks = new ArrayList<>();
    SilenceWatch busy = new SilenceWatch(this, tasks::add, nowMs);
    for (int i = 0; i < 3; i++) {
      nowMs += SilenceWatch.EVERY_MS;
      clusterMs += SilenceWatch.EVERY_MS;
      busy.look(nowMs);
    }
    assertEquals(1, tasks.size());
    tasks.remove(0).run();
    nowMs += SilenceWatch.EVERY_MS;
    clusterMs += SilenceWatch.EVERY_MS;
    busy.look(nowMs);
    assertEquals(1, tasks.size());
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
