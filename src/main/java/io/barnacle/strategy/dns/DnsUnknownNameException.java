package io.barnacle.strategy.dns;

import java.util.List;

/** The servers answered, and say that there is no such name. */
public final class DnsUnknownNameException extends DnsLookupException {

  DnsUnknownNameException(String hostname, List<Failure> failures) {
    super(hostname, failures);
  }
}
