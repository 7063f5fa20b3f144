package io.barnacle.strategy.dns;

import io.barnacle.strategy.StrategyException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A lookup in the DNS did not tell where the nodes are; {@link #failures()} has each question with the reason of each
 * server that was asked. It removes no one. Which of the two it is tells "nobody could answer" from "there is no such
 * name", also by name in events.
 */
public abstract sealed class DnsLookupException extends StrategyException
    permits DnsServersDownException, DnsUnknownNameException {

  /** Why a question has no addresses for an answer. */
  public enum Reason {

    /** The servers say that the name does not exist (NXDOMAIN). */
    NO_SUCH_DOMAIN("no such domain", "check the hostname, and that the service exists", false),

    /** The name exists and has no such records (NODATA); it is a failure only beside another one. */
    NO_DATA("no such records", "check that the name has records of this type", false),

    /** The server could not find out (SERVFAIL, a referral, or a code that is rarer still). */
    SERVER_FAILURE("server failure", "check the server's own log and its upstream servers", true),

    /** The server does not answer us (REFUSED). */
    REFUSED("refused", "check the server's access lists, and that it serves this zone", true),

    /** The server cannot answer such a question (NOTIMP, or FORMERR also without EDNS). */
    NOT_IMPLEMENTED("not implemented", "check that a DNS server listens there", true),

    /** Something came back that is no answer to the question. */
    MALFORMED("malformed answer", "check that a DNS server listens there, and nothing in between changes packets",
        true),

    /** The answer does not fit a datagram, and the server does not serve it over TCP. */
    TRUNCATED("truncated answer", "allow TCP to this server", true),

    /** The server did not answer before the deadline. */
    TIMEOUT("no answer in time", "check that the server runs and a firewall lets UDP and TCP through", true),

    /** The server cannot be reached: no route to it, or nothing listens on its port. */
    NO_ROUTE("unreachable", "check the network and the server's address and port", true);

    private final String words;
    private final String hint;
    private final boolean server;

    Reason(String words, String hint, boolean server) {
      this.words = words;
      this.hint = hint;
      this.server = server;
    }

    /** Whether it says something of the server rather than of the name. */
    public boolean isOfServer() {
      return server;
    }

    /** What to check. */
    public String hint() {
      return hint;
    }

    /** In words. */
    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * One question that one server did not answer with addresses.
   *
   * @param name the absolute name that was asked for
   * @param type the record type, such as {@code AAAA}
   * @param server {@code address:port} of the server, empty if several had a part in it
   * @param reason why
   * @param detail more, possibly empty
   */
  public record Failure(String name, String type, String server, Reason reason, String detail) {

    @Override
    public String toString() {
      return name + " " + type + (server.isEmpty() ? "" : " at " + server) + ": " + reason
          + (detail.isEmpty() ? "" : " (" + detail + ")");
    }
  }

  private static final int SHOWN = 8;

  private final transient List<Failure> failures;

  DnsLookupException(String hostname, List<Failure> failures) {
    super(message(hostname, failures));
    this.failures = List.copyOf(failures);
  }

  /** The one that the failures make, see {@link #reason()}. */
  static DnsLookupException of(String hostname, List<Failure> failures) {
    return summary(failures).isOfServer()
        ? new DnsServersDownException(hostname, failures)
        : new DnsUnknownNameException(hostname, failures);
  }

  /** Every question and server; never empty. */
  public List<Failure> failures() {
    return failures;
  }

  /**
   * The reason that matters most: one that concerns a server, if there is one, as then the servers could not say
   * whether the name exists.
   */
  public Reason reason() {
    return summary(failures);
  }

  static Reason summary(List<Failure> failures) {
    return failures.stream().map(Failure::reason).filter(Reason::isOfServer).findFirst()
        .or(() -> failures.stream().map(Failure::reason).filter(Reason.NO_SUCH_DOMAIN::equals).findFirst())
        .orElse(Reason.NO_DATA);
  }

  private static String message(String hostname, List<Failure> failures) {
    Reason reason = summary(failures);
    StringBuilder text = new StringBuilder("DNS lookup of ").append(hostname).append(" failed: ").append(reason)
        .append("; ").append(reason.hint()).append(". Tried: ");
    text.append(failures.stream().limit(SHOWN).map(Failure::toString).collect(Collectors.joining("; ")));
    if (failures.size() > SHOWN) {
      text.append("; and ").append(failures.size() - SHOWN).append(" more");
    }
    return text.toString();
  }
}
