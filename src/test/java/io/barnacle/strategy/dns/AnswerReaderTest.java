package io.barnacle.strategy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.barnacle.strategy.dns.DnsLookupException.Reason;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class AnswerReaderTest {

  private static final String SOA = "test. 300 SOA ns.test. admin.test. 1 2 3 4 20";
  private static final Record QUESTION =
      Record.newRecord(Name.fromConstantString("app.test."), Type.A, DClass.IN);

  private final Message query = Message.newQuery(QUESTION);

  private AnswerReader.Verdict read(Consumer<Message> answer, boolean tcp) {
    Message message = StubDnsServer.answerTo(query);
    answer.accept(message);
    return new AnswerReader(QUESTION, query.getHeader().getID()).read(message.toWire(), "127.0.0.1:53", tcp);
  }

  private AnswerReader.Verdict read(Consumer<Message> answer) {
    return read(answer, false);
  }

  private Outcome outcome(Consumer<Message> answer) {
    return assertInstanceOf(AnswerReader.Answer.class, read(answer)).outcome();
  }

  private static Consumer<Message> answer(String... records) {
    return message -> {
      for (String each : records) {
        message.addRecord(StubDnsServer.record(each), Section.ANSWER);
      }
    };
  }

  private static Consumer<Message> authority(String... records) {
    return message -> {
      for (String each : records) {
        message.addRecord(StubDnsServer.record(each), Section.AUTHORITY);
      }
    };
  }

  private static Consumer<Message> rcode(int rcode) {
    return message -> message.getHeader().setRcode(rcode);
  }

  @Test
  void takesTheRecordsAskedForAndNoOthers() {
    var found = assertInstanceOf(Outcome.Found.class, outcome(answer("app.test. 60 A 10.0.0.1",
        "APP.test. 30 A 10.0.0.2", "app.test. 5 TXT x", "app.test. 5 AAAA fd00::1", "evil.test. 1 A 6.6.6.6")));
    assertEquals(2, found.records().size());
    assertEquals(30, found.ttl());
  }

  @Test
  void followsAliasesAndTakesTheLeastTtl() {
    var found = assertInstanceOf(Outcome.Found.class,
        outcome(answer("b.test. 50 A 10.0.0.1", "a.test. 40 CNAME b.test.", "app.test. 70 CNAME a.test.")));
    assertEquals(1, found.records().size());
    assertEquals(40, found.ttl());
  }

  @Test
  void asksForATargetThatTheServerDidNotLookUp() {
    var alias = assertInstanceOf(Outcome.Alias.class, outcome(answer("app.test. 70 CNAME other.example.")));
    assertEquals(Name.fromConstantString("other.example."), alias.target());
  }

  @Test
  void aliasesInCirclesAreMalformed() {
    var useless = assertInstanceOf(AnswerReader.Useless.class,
        read(answer("app.test. 70 CNAME a.test.", "a.test. 70 CNAME app.test.")));
    assertEquals(Reason.MALFORMED, useless.reason());
  }

  @Test
  void tellsNoDataFromNoSuchDomainAndKeepsThemAsTheSoaSays() {
    var noData = assertInstanceOf(Outcome.Nothing.class, outcome(authority(SOA)));
    assertEquals(Reason.NO_DATA, noData.failure().reason());
    assertEquals(20, noData.ttl());
    var noDomain = assertInstanceOf(Outcome.Nothing.class, outcome(rcode(Rcode.NXDOMAIN)));
    assertEquals(Reason.NO_SUCH_DOMAIN, noDomain.failure().reason());
    assertEquals(0, noDomain.ttl());
    var atTheEndOfAnAlias = assertInstanceOf(Outcome.Nothing.class,
        outcome(answer("app.test. 70 CNAME a.test.").andThen(authority(SOA))));
    assertEquals(Reason.NO_DATA, atTheEndOfAnAlias.failure().reason());
  }

  @Test
  void aReferralIsNotAnEmptyAnswer() {
    var useless = assertInstanceOf(AnswerReader.Useless.class, read(authority("test. 60 NS ns.test.")
        .andThen(message -> message.getHeader().unsetFlag(Flags.AA))));
    assertEquals(Reason.SERVER_FAILURE, useless.reason());
  }

  @Test
  void readsTheResponseCodes() {
    assertEquals(Reason.SERVER_FAILURE, ((AnswerReader.Useless) read(rcode(Rcode.SERVFAIL))).reason());
    assertEquals(Reason.REFUSED, ((AnswerReader.Useless) read(rcode(Rcode.REFUSED))).reason());
    assertEquals(Reason.SERVER_FAILURE, ((AnswerReader.Useless) read(rcode(Rcode.NOTAUTH))).reason());
    assertInstanceOf(AnswerReader.NoEdns.class, read(rcode(Rcode.NOTIMP)));
    assertInstanceOf(AnswerReader.NoEdns.class, read(rcode(Rcode.FORMERR)));
  }

  @Test
  void whatIsNoAnswerToThisQuestionIsAStray() {
    assertInstanceOf(AnswerReader.Stray.class,
        read(message -> message.getHeader().setID(query.getHeader().getID() ^ 1)));
    assertInstanceOf(AnswerReader.Stray.class, read(message -> message.getHeader().unsetFlag(Flags.QR)));
    assertInstanceOf(AnswerReader.Stray.class, read(message -> message.getHeader().setOpcode(Opcode.NOTIFY)));
    for (Record other : new Record[] {
        Record.newRecord(Name.fromConstantString("b.test."), Type.A, DClass.IN),
        Record.newRecord(QUESTION.getName(), Type.AAAA, DClass.IN),
        Record.newRecord(QUESTION.getName(), Type.A, DClass.CH)}) {
      assertInstanceOf(AnswerReader.Stray.class, read(message -> {
        message.removeAllRecords(Section.QUESTION);
        message.addRecord(other, Section.QUESTION);
      }));
    }
    AnswerReader reader = new AnswerReader(QUESTION, 7);
    assertInstanceOf(AnswerReader.Stray.class, reader.read(new byte[0], "", false));
    assertInstanceOf(AnswerReader.Stray.class, reader.read(new byte[] {0, 7, (byte) 0x80}, "", false));
  }

  @Test
  void aMissingQuestionIsMalformedUnlessItIsAnError() {
    Consumer<Message> withoutQuestion = message -> message.removeAllRecords(Section.QUESTION);
    assertEquals(Reason.MALFORMED, ((AnswerReader.Useless) read(withoutQuestion)).reason());
    assertEquals(Reason.REFUSED, ((AnswerReader.Useless) read(withoutQuestion.andThen(rcode(Rcode.REFUSED)))).reason());
  }

  @Test
  void truncatedByUdpIsNeverTheWhole() {
    Consumer<Message> truncated =
        answer("app.test. 60 A 10.0.0.1").andThen(message -> message.getHeader().setFlag(Flags.TC));
    assertInstanceOf(AnswerReader.Truncated.class, read(truncated));
    assertEquals(Reason.TRUNCATED, ((AnswerReader.Useless) read(truncated, true)).reason());
  }
}
