package io.barnacle.strategy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.strategy.dns.DnsLookupException.Failure;
import io.barnacle.strategy.dns.DnsLookupException.Reason;
import io.barnacle.testkit.FakeTimers;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Which server is asked when, in virtual time. */
class ServerQueryTest {

  private static final Record QUESTION =
      Record.newRecord(Name.fromConstantString("app.test."), Type.A, DClass.IN);

  private final FakeTimers timers = new FakeTimers();
  private final ScriptedTransport transport = new ScriptedTransport(timers);
  private final List<ScriptedTransport.Sent> sent = transport.sent;
  private final List<Outcome> outcomes = new ArrayList<>();
  private InetSocketAddress answerer;

  private void start(int servers, long timeout) {
    new ServerQuery(transport, timers, ScriptedTransport.servers(servers), QUESTION, timeout, (outcome, server) -> {
      outcomes.add(outcome);
      answerer = server;
    }).start();
  }

  private List<Reason> reasons() {
    assertEquals(1, outcomes.size());
    return outcomes.get(0).failures().stream().map(Failure::reason).toList();
  }

  private void assertNothingLeftOpen() {
    assertEquals(1, outcomes.size(), "one outcome");
    assertEquals(0, timers.pending(), "no timer is left");
    assertTrue(transport.open().isEmpty(), "no socket is left");
  }

  @Test
  void asksTheFirstServerAndTakesItsAnswer() {
    start(2, 5000);
    sent.get(0).answerAddress();
    assertTrue(outcomes.get(0).isFound());
    assertEquals("127.0.0.1", answerer.getHostString());
    assertEquals(List.of("1@0"), transport.log());
    assertNothingLeftOpen();
  }

  @Test
  void spreadsRetriesOverTheServersWithGrowingPatienceUntilTheDeadline() {
    start(2, 5000);
    timers.advance(Duration.ofMillis(5000));
    assertEquals(List.of("1@0", "2@500", "1@1000", "2@2000", "1@3000 plain"), transport.log());
    assertEquals(List.of(Reason.TIMEOUT, Reason.TIMEOUT), reasons());
    assertNull(answerer);
    assertNothingLeftOpen();
  }

  @Test
  void reachesEveryServerWithinAShortDeadline() {
    start(5, 200);
    timers.advance(Duration.ofMillis(200));
    assertTrue(IntStream.rangeClosed(1, 5).allMatch(i -> sent.stream().anyMatch(each -> each.server == i)));
    assertNothingLeftOpen();
  }

  @Test
  void aLateAnswerOfASlowServerStillCounts() {
    start(2, 5000);
    timers.advance(Duration.ofMillis(1500));
    sent.get(0).answerAddress();
    assertTrue(outcomes.get(0).isFound());
    assertNothingLeftOpen();
  }

  @Test
  void asksTheNextServerAtOnceWhenOneFailsAndNotTheFailedOneAgain() {
    start(2, 5000);
    sent.get(0).answer(Rcode.SERVFAIL);
    assertEquals(List.of("1@0", "2@0"), transport.log());
    timers.advance(Duration.ofMillis(4999));
    assertTrue(sent.stream().skip(1).allMatch(each -> each.server == 2), transport.log().toString());
    timers.advance(Duration.ofMillis(1));
    assertEquals(List.of(Reason.SERVER_FAILURE, Reason.TIMEOUT), reasons());
    assertNothingLeftOpen();
  }

  @Test
  void endsAtOnceWhenAllServersHaveFailed() {
    start(3, 5000);
    sent.get(0).answer(Rcode.REFUSED);
    sent.get(1).listener.failed(new ConnectException("no route to host"));
    sent.get(2).listener.received(new byte[] {1, 2, 3});
    assertEquals(0, outcomes.size(), "a stranger's datagram is not the server's answer");
    sent.get(2).answer(Rcode.NOTIMP);
    sent.get(3).answer(Rcode.NOTIMP);
    assertEquals(List.of(Reason.REFUSED, Reason.NO_ROUTE, Reason.NOT_IMPLEMENTED), reasons());
    assertEquals(0, timers.monotonicMillis());
    assertNothingLeftOpen();
  }

  @Test
  void oneServersNoIsGoodEnough() {
    start(2, 5000);
    sent.get(0).answer(Rcode.NXDOMAIN);
    assertEquals(List.of(Reason.NO_SUCH_DOMAIN), reasons());
    assertNothingLeftOpen();
  }

  @Test
  void aStrangersDatagramMakesRoomForTheNextServerAndIsTheReasonInTheEnd() {
    start(2, 5000);
    sent.get(0).listener.received(new byte[20]);
    assertEquals(List.of("1@0", "2@0"), transport.log());
    for (int i = 0; i < 1000; i++) {
      sent.get(0).listener.received(new byte[20]);
    }
    assertEquals(2, sent.size(), "a flood of them starts nothing");
    timers.advance(Duration.ofMillis(5000));
    assertEquals(List.of(Reason.MALFORMED, Reason.TIMEOUT), reasons());
    assertNothingLeftOpen();
  }

  @Test
  void asksAgainWithoutEdnsWhenTheServerDoesNotKnowIt() {
    start(1, 5000);
    assertNotNull(sent.get(0).message.getOPT());
    sent.get(0).answer(Rcode.FORMERR);
    assertEquals(List.of("1@0", "1@0 plain"), transport.log());
    sent.get(1).answerAddress();
    assertTrue(outcomes.get(0).isFound());
    assertNothingLeftOpen();
  }

  @Test
  void asksAgainOverTcpWhenTruncated() {
    start(1, 5000);
    Message truncated = StubDnsServer.answerTo(sent.get(0).message);
    truncated.getHeader().setFlag(Flags.TC);
    sent.get(0).listener.received(truncated.toWire());
    assertEquals(List.of("1@0", "1@0 tcp"), transport.log());
    assertTrue(sent.get(0).isClosed());
    timers.advance(Duration.ofMillis(5000));
    assertEquals(List.of(Reason.TRUNCATED), reasons());
    assertNothingLeftOpen();
  }

  @Test
  void everyMessageHasItsOwnId() {
    start(1, 60_000);
    timers.advance(Duration.ofMillis(60_000));
    assertTrue(sent.size() >= 5, transport.log().toString());
    assertTrue(sent.stream().map(each -> each.message.getHeader().getID()).distinct().count() > 1);
  }
}
