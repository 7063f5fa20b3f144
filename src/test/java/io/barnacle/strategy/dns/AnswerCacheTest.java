package io.barnacle.strategy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.barnacle.strategy.dns.DnsLookupException.Reason;
import io.barnacle.testkit.FakeTimers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

class AnswerCacheTest {

  private final FakeTimers timers = new FakeTimers();
  private final AnswerCache cache = new AnswerCache(timers);

  private static Record question(String name) {
    return Record.newRecord(Name.fromConstantString(name), Type.A, DClass.IN);
  }

  private static Outcome found(long ttl) {
    return new Outcome.Found(List.of(StubDnsServer.record("a. " + ttl + " A 10.0.0.1")), List.of(), ttl);
  }

  private static Outcome nothing(long ttl) {
    return new Outcome.Nothing(DnsResolver.failure(question("a."), "", Reason.NO_DATA, ""), ttl);
  }

  private void assertKeptFor(long seconds, Outcome outcome) {
    cache.put(question("a."), outcome);
    timers.advance(Duration.ofSeconds(seconds).minusMillis(1));
    assertEquals(outcome, cache.get(question("A.")));
    timers.advance(Duration.ofMillis(1));
    assertNull(cache.get(question("a.")));
  }

  @Test
  void keepsAnAnswerForItsTtlWithinBounds() {
    assertKeptFor(60, found(60));
    assertKeptFor(AnswerCache.MAX_SECONDS, found(1_000_000));
    assertKeptFor(10, nothing(10));
    assertKeptFor(AnswerCache.MAX_NEGATIVE_SECONDS, nothing(1_000_000));
  }

  @Test
  void keepsNeitherFailuresNorWhatMustNotBeKept() {
    cache.put(question("a."), new Outcome.Failed(List.of()));
    cache.put(question("b."), found(0));
    assertNull(cache.get(question("a.")));
    assertNull(cache.get(question("b.")));
  }

  @Test
  void forgetsWhatWasUsedLongestAgoWhenItIsFull() {
    for (int i = 0; i < AnswerCache.MAX_ENTRIES; i++) {
      cache.put(question("n" + i + "."), found(60));
    }
    assertNotNull(cache.get(question("n0.")));
    cache.put(question("more."), found(60));
    assertNotNull(cache.get(question("n0.")));
    assertNull(cache.get(question("n1.")));
  }
}
