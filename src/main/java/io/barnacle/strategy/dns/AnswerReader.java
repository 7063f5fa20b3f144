package io.barnacle.strategy.dns;

import io.barnacle.strategy.dns.DnsLookupException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Judges the bytes that came for a question. Whatever they are, there is a verdict: no exception, no loop. Only
 * records that the question leads to are taken, so a server cannot slip in others.
 */
final class AnswerReader {

  /** What the bytes are. */
  sealed interface Verdict {
  }

  /** An answer. */
  record Answer(Outcome outcome) implements Verdict {
  }

  /** No answer to this question at all: someone else's, a forgery, garbage. Keep waiting (RFC 5452 section 9.1). */
  record Stray(String detail) implements Verdict {
  }

  /** An answer that must be asked for again over TCP. */
  record Truncated() implements Verdict {
  }

  /** The server does not understand EDNS (RFC 6891 section 7); ask it without. */
  record NoEdns(String detail) implements Verdict {
  }

  /** The server answered and it is of no use. */
  record Useless(Reason reason, String detail) implements Verdict {
  }

  private static final int QR = 0x80;
  private static final int TC = 0x02;
  private static final int MAX_ALIASES = 16;

  private final Record question;
  private final int id;

  /**
   * @param question what was asked
   * @param id of the message that asked
   */
  AnswerReader(Record question, int id) {
    this.question = question;
    this.id = id;
  }

  /**
   * @param server for failures, {@code address:port}
   * @param tcp whether they came by TCP, where nothing can be truncated
   */
  Verdict read(byte[] bytes, String server, boolean tcp) {
    if (bytes.length < Header.LENGTH) {
      return new Stray(bytes.length + " bytes are no DNS message");
    }
    int gotId = (bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF;
    if (gotId != id) {
      return new Stray("wrong id");
    }
    if ((bytes[2] & QR) == 0) {
      return new Stray("a question for an answer");
    }
    Message message;
    try {
      message = new Message(bytes);
    } catch (IOException | RuntimeException e) {
      boolean truncated = (bytes[2] & TC) != 0 && !tcp;
      return truncated ? new Truncated() : new Useless(Reason.MALFORMED, String.valueOf(e.getMessage()));
    }
    try {
      return judge(message, server, tcp);
    } catch (RuntimeException e) {
      return new Useless(Reason.MALFORMED, e.toString());
    }
  }

  private Verdict judge(Message message, String server, boolean tcp) {
    int rcode = message.getRcode();
    Record echo = message.getQuestion();
    if (message.getHeader().getOpcode() != Opcode.QUERY) {
      return new Stray("not the answer to a query");
    }
    if (echo != null && !isSameQuestion(echo)) {
      return new Stray("answer to another question");
    }
    if (echo == null && (rcode == Rcode.NOERROR || rcode == Rcode.NXDOMAIN)) {
      return new Useless(Reason.MALFORMED, "the question is missing");
    }
    if (message.getHeader().getFlag(Flags.TC)) {
      return tcp ? new Useless(Reason.TRUNCATED, "over TCP, too") : new Truncated();
    }
    return switch (rcode) {
      case Rcode.NOERROR -> followAliases(message, server);
      case Rcode.NXDOMAIN ->
          new Answer(new Outcome.Nothing(failure(server, Reason.NO_SUCH_DOMAIN), negativeTtl(message)));
      case Rcode.SERVFAIL -> new Useless(Reason.SERVER_FAILURE, extendedError(message));
      case Rcode.REFUSED -> new Useless(Reason.REFUSED, extendedError(message));
      case Rcode.NOTIMP, Rcode.FORMERR, Rcode.BADVERS -> new NoEdns(Rcode.string(rcode));
      default -> new Useless(Reason.SERVER_FAILURE, Rcode.string(rcode));
    };
  }

  private boolean isSameQuestion(Record echo) {
    return echo.getName().equals(question.getName()) && echo.getType() == question.getType()
        && echo.getDClass() == question.getDClass();
  }

  private Verdict followAliases(Message message, String server) {
    Map<Name, List<Record>> byOwner = new HashMap<>();
    for (Record each : message.getSection(Section.ANSWER)) {
      if (each.getDClass() == DClass.IN && (each.getType() == question.getType() || each.getType() == Type.CNAME)) {
        byOwner.computeIfAbsent(each.getName(), name -> new ArrayList<>()).add(each);
      }
    }
    Name current = question.getName();
    Set<Name> seen = new HashSet<>();
    long ttl = Long.MAX_VALUE;
    while (seen.add(current) && seen.size() <= MAX_ALIASES) {
      List<Record> here = byOwner.getOrDefault(current, List.of());
      List<Record> found = here.stream().filter(each -> each.getType() == question.getType()).toList();
      if (!found.isEmpty()) {
        for (Record each : found) {
          ttl = Math.min(ttl, each.getTTL());
        }
        return new Answer(new Outcome.Found(found, message.getSection(Section.ADDITIONAL), ttl));
      }
      if (here.isEmpty()) {
        return nothingAt(current, message, server, ttl);
      }
      ttl = Math.min(ttl, here.get(0).getTTL());
      current = ((CNAMERecord) here.get(0)).getTarget();
    }
    return new Useless(Reason.MALFORMED, "a chain of aliases that does not end");
  }

  /** No record of the type at the end of the aliases: NODATA, if the server knows (RFC 2308 section 2.2). */
  private Verdict nothingAt(Name end, Message message, String server, long ttl) {
    boolean known = soa(message) != null;
    if (!known && !end.equals(question.getName())) {
      return new Answer(new Outcome.Alias(end, ttl));
    }
    boolean referral = message.getSection(Section.AUTHORITY).stream().anyMatch(each -> each.getType() == Type.NS);
    if (!known && referral && !message.getHeader().getFlag(Flags.AA)) {
      return new Useless(Reason.SERVER_FAILURE, "a referral: the server neither has the zone nor asks others for us");
    }
    return new Answer(new Outcome.Nothing(failure(server, Reason.NO_DATA), negativeTtl(message)));
  }

  private DnsLookupException.Failure failure(String server, Reason reason) {
    return DnsResolver.failure(question, server, reason, "");
  }

  private static SOARecord soa(Message message) {
    return message.getSection(Section.AUTHORITY).stream().filter(SOARecord.class::isInstance).map(SOARecord.class::cast)
        .findFirst().orElse(null);
  }

  /** RFC 2308 section 5: the lesser of the SOA's TTL and its minimum; without an SOA it must not be kept. */
  private static long negativeTtl(Message message) {
    SOARecord soa = soa(message);
    return soa == null ? 0 : Math.min(soa.getTTL(), soa.getMinimum());
  }

  /** What the server says on its error (RFC 8914), empty if nothing. */
  private static String extendedError(Message message) {
    return message.getOPT() == null ? "" : message.getOPT().getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).stream()
        .map(Object::toString).findFirst().orElse("");
  }
}
