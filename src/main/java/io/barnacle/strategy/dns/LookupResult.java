package io.barnacle.strategy.dns;

import io.barnacle.node.Endpoint;
import io.barnacle.strategy.dns.DnsLookupException.Failure;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What became of the lookup of one hostname.
 *
 * @param kind which of the three outcomes of a discovery
 * @param parts what was found by each question that was answered, by a name of the question that is the same at each
 *     lookup
 * @param failedParts the questions that were not answered
 * @param failures why there is less than there could be; all that was tried if nothing was found
 */
record LookupResult(Kind kind, Map<String, Set<Endpoint>> parts, Set<String> failedParts, List<Failure> failures) {

  enum Kind { FOUND, EMPTY, FAILED }

  LookupResult {
    parts = Map.copyOf(parts);
    failedParts = Set.copyOf(failedParts);
    failures = List.copyOf(failures);
  }

  /** Whether something was found although a question was not answered. */
  boolean isPartial() {
    return kind == Kind.FOUND && !failedParts.isEmpty();
  }
}
