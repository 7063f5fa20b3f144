package io.barnacle.strategy.dns;

import java.util.List;

/**
 * Servers could not answer, so nobody knows whether the name exists; {@link #reason()} says what is wrong with them.
 */
public final class DnsServersDownException extends DnsLookupException {

  DnsServersDownException(String hostname, List<Failure> failures) {
    super(hostname, failures);
  }
}
