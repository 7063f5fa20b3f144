package io.barnacle.strategy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.strategy.StrategyException;
import io.barnacle.strategy.dns.DnsLookupException.Failure;
import io.barnacle.strategy.dns.DnsLookupException.Reason;
import io.barnacle.strategy.dns.LookupResult.Kind;
import io.barnacle.testkit.FakeTimers;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Questions in virtual time: who is asked first, how many at once, and that one deadline holds for all. */
class DnsResolverTest {

  private static final Name APP = Name.fromConstantString("app.test.");

  private final FakeTimers timers = new FakeTimers();
  private final ScriptedTransport transport = new ScriptedTransport(timers);

  private DnsResolver resolver(int servers, AnswerCache cache) {
    DnsResolver resolver = new DnsResolver(transport, timers, cache);
    resolver.setServers(ScriptedTransport.servers(servers));
    return resolver;
  }

  private ScriptedTransport.Sent last() {
    return transport.sent.get(transport.sent.size() - 1);
  }

  @Test
  void theServerThatAnsweredLastIsAskedFirst() {
    DnsResolver resolver = resolver(2, null);
    resolver.resolve(APP, Type.A, 5000);
    timers.advance(Duration.ofMillis(500));
    last().answerAddress();
    resolver.resolve(APP, Type.A, 9000);
    assertEquals(List.of("1@0", "2@500", "2@500"), transport.log());
    last().answer(Rcode.SERVFAIL);
    last().answerAddress();
    resolver.resolve(APP, Type.A, 9000);
    assertEquals(List.of("1@0", "2@500", "2@500", "1@500", "1@500"), transport.log());
    resolver.setServers(List.of(ScriptedTransport.servers(3).get(2)));
    resolver.resolve(APP, Type.A, 9000);
    assertEquals("3@500", last().toString());
  }

  @Test
  void asksAFewAtOnceAndTheRestInTurn() {
    DnsResolver resolver = resolver(1, null);
    List<Future<Outcome>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(resolver.resolve(Name.fromConstantString("n" + i + ".test."), Type.A, 60_000));
    }
    assertEquals(32, transport.open().size());
    for (int i = 0; i < 100; i++) {
      assertTrue(transport.open().size() <= 32);
      transport.open().get(0).answerAddress();
    }
    assertTrue(all.stream().allMatch(each -> each.result().isFound()));
    assertEquals(0, timers.pending());
  }

  @Test
  void thoseThatWaitInVainForTheirTurnTimeOutAtTheSameDeadline() {
    DnsResolver resolver = resolver(1, null);
    List<Future<Outcome>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(resolver.resolve(Name.fromConstantString("n" + i + ".test."), Type.A, 1000));
    }
    timers.advance(Duration.ofMillis(1010));
    assertTrue(all.stream().allMatch(each -> each.isComplete()
        && each.result().failures().get(0).reason() == Reason.TIMEOUT));
    assertEquals(0, timers.pending());
    assertEquals(List.of(), transport.open());
  }

  @Test
  void oneDeadlineHoldsForTheWholeSearchAndBothFamilies() {
    HostnameLookup lookup = new HostnameLookup(resolver(2, null), DnsRecords.ADDRESS, 5701);
    Future<LookupResult> result =
        lookup.lookup(List.of(APP, Name.fromConstantString("b.test."), Name.fromConstantString("c.test.")), 1000);
    timers.advance(Duration.ofMillis(400));
    transport.open().stream().limit(1).forEach(each -> each.answer(Rcode.NXDOMAIN));
    transport.open().stream().filter(each -> each.message.getQuestion().getType() == Type.AAAA).limit(1).toList()
        .forEach(each -> each.answer(Rcode.NXDOMAIN));
    assertEquals("b.test", last().name());
    timers.advance(Duration.ofMillis(599));
    assertTrue(!result.isComplete());
    timers.advance(Duration.ofMillis(1));
    assertEquals(Kind.FAILED, result.result().kind());
    assertEquals(Set.of("b.test"), result.result().failures().stream().map(Failure::name).collect(Collectors.toSet()));
    assertEquals(0, timers.pending());
  }

  @Test
  void followsAliasesAndStopsAtACircle() {
    DnsResolver resolver = resolver(1, null);
    Future<Outcome> found = resolver.resolve(APP, Type.A, 5000);
    last().answer(Rcode.NOERROR, "app.test. 60 CNAME b.test.");
    assertEquals("b.test", last().name());
    last().answerAddress();
    assertTrue(found.result().isFound());
    Future<Outcome> circle = resolver.resolve(APP, Type.A, 5000);
    last().answer(Rcode.NOERROR, "app.test. 60 CNAME b.test.");
    last().answer(Rcode.NOERROR, "b.test. 60 CNAME app.test.");
    assertEquals(Reason.MALFORMED, circle.result().failures().get(0).reason());
  }

  @Test
  void keepsAnswersOnlyIfItIsTo() {
    DnsResolver resolver = resolver(1, new AnswerCache(timers));
    resolver.resolve(APP, Type.A, 5000);
    last().answerAddress();
    assertTrue(resolver.resolve(APP, Type.A, 5000).result().isFound());
    assertEquals(1, transport.sent.size());
    timers.advance(Duration.ofSeconds(60));
    resolver.resolve(APP, Type.A, 65_000);
    assertEquals(2, transport.sent.size());
  }

  @Test
  void closingFailsAllThatIsUnderWayOrWaits() {
    DnsResolver resolver = resolver(1, null);
    List<Future<Outcome>> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(resolver.resolve(Name.fromConstantString("n" + i + ".test."), Type.A, 5000));
    }
    resolver.close();
    resolver.close();
    all.add(resolver.resolve(APP, Type.A, 5000));
    all.forEach(each -> assertInstanceOf(StrategyException.class, each.cause()));
    assertEquals(0, timers.pending());
    assertEquals(List.of(), transport.open());
  }
}
