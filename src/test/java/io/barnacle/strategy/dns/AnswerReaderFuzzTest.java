package io.barnacle.strategy.dns;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Whatever comes over the wire, there is a verdict, soon, and never somebody else's records. */
class AnswerReaderFuzzTest {

  private static final int ID = 0x1234;
  private static final List<String> RECORDS = List.of("app.test. 60 A 10.0.0.1", "app.test. 60 AAAA fd00::1",
      "app.test. 60 CNAME b.test.", "b.test. 60 CNAME app.test.", "b.test. 60 A 10.0.0.2",
      "app.test. 60 SRV 1 2 6001 n1.test.", "n1.test. 60 A 10.0.0.3", "test. 60 SOA ns.test. a.test. 1 2 3 4 5",
      "test. 60 NS ns.test.", "app.test. 60 TXT hello", "evil.test. 60 A 6.6.6.6");

  @Provide
  Arbitrary<byte[]> packets() {
    Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMinSize(0).ofMaxSize(600);
    return Arbitraries.oneOf(noise, noise.map(AnswerReaderFuzzTest::withHeader), mutated());
  }

  /** Well-formed messages of which a few bytes are changed and the end is cut off. */
  private static Arbitrary<byte[]> mutated() {
    Arbitrary<byte[]> whole = Combinators.combine(Arbitraries.of(RECORDS).list().ofMaxSize(12),
        Arbitraries.of(RECORDS).list().ofMaxSize(3), Arbitraries.integers().between(0, 6), types())
        .as(AnswerReaderFuzzTest::message);
    Arbitrary<List<int[]>> changes = Combinators.combine(Arbitraries.integers().between(0, 4000),
        Arbitraries.integers().between(0, 255)).as((at, value) -> new int[] {at, value}).list().ofMaxSize(6);
    return Combinators.combine(whole, changes, Arbitraries.integers().between(0, 100)).as((bytes, edits, cut) -> {
      for (int[] edit : edits) {
        bytes[edit[0] % bytes.length] = (byte) edit[1];
      }
      return cut < 70 ? bytes : java.util.Arrays.copyOf(bytes, bytes.length * cut / 100);
    });
  }

  @Provide
  static Arbitrary<Integer> types() {
    return Arbitraries.of(Type.A, Type.AAAA, Type.SRV);
  }

  private static byte[] withHeader(byte[] noise) {
    byte[] bytes = noise.length < 12 ? new byte[12] : noise;
    bytes[0] = ID >> 8;
    bytes[1] = ID & 0xFF;
    bytes[2] |= (byte) 0x80;
    return bytes;
  }

  private static Record question(int type) {
    return Record.newRecord(Name.fromConstantString("app.test."), type, DClass.IN);
  }

  private static byte[] message(List<String> answers, List<String> authorities, int rcode, int type) {
    Message query = Message.newQuery(question(type));
    query.getHeader().setID(ID);
    Message message = StubDnsServer.answerTo(query);
    message.getHeader().setRcode(rcode);
    answers.forEach(each -> message.addRecord(StubDnsServer.record(each), Section.ANSWER));
    authorities.forEach(each -> message.addRecord(StubDnsServer.record(each), Section.AUTHORITY));
    return message.toWire();
  }

  @Property(tries = 5_000)
  void thereIsAlwaysAVerdict(@ForAll("packets") byte[] packet, @ForAll("types") int type, @ForAll boolean tcp) {
    AnswerReader.Verdict verdict = new AnswerReader(question(type), ID).read(packet, "127.0.0.1:53", tcp);
    assertNotNull(verdict);
    if (verdict instanceof AnswerReader.Answer answer && answer.outcome() instanceof Outcome.Found found) {
      assertFalse(found.records().isEmpty());
      assertTrue(found.records().stream().allMatch(each -> each.getType() == type && each.getDClass() == DClass.IN));
    }
  }

  /** Names that point at each other, at themselves and at the end: the classic ways to make a parser spin. */
  @Property(tries = 500)
  void compressionPointersDoNotMakeItSpin(@ForAll("packets") byte[] packet) {
    byte[] bytes = withHeader(packet);
    bytes[4] = 0;
    bytes[5] = 1;
    bytes[6] = (byte) 0xFF;
    bytes[7] = (byte) 0xFF;
    for (int i = 12; i + 1 < bytes.length; i += 2) {
      if (bytes[i] < 0) {
        bytes[i] = (byte) 0xC0;
        bytes[i + 1] = (byte) (i % 3 == 0 ? i : Byte.toUnsignedInt(bytes[i + 1]) % bytes.length);
      }
    }
    assertTimeoutPreemptively(Duration.ofSeconds(5),
        () -> assertNotNull(new AnswerReader(question(Type.A), ID).read(bytes, "127.0.0.1:53", true)));
  }
}
