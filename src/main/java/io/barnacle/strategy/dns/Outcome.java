package io.barnacle.strategy.dns;

import io.barnacle.strategy.dns.DnsLookupException.Failure;
import io.barnacle.strategy.dns.DnsLookupException.Reason;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** What became of a question. */
sealed interface Outcome {

  /** Whether records were found. */
  default boolean isFound() {
    return false;
  }

  /** Whether it is for certain that there are no such records. */
  default boolean isNothing() {
    return false;
  }

  /** Why there are no records; empty if there are. */
  default List<Failure> failures() {
    return List.of();
  }

  /** For how many seconds it may be kept. */
  default long ttl() {
    return 0;
  }

  /**
   * Records of the type asked for.
   *
   * @param records at least one
   * @param additional what the server sent along
   * @param ttl the least of all records on the way, in seconds
   */
  record Found(List<Record> records, List<Record> additional, long ttl) implements Outcome {

    @Override
    public boolean isFound() {
      return true;
    }
  }

  /** An alias whose target the server did not look up; the question must be asked for the target. */
  record Alias(Name target, long ttl) implements Outcome {
  }

  /** NXDOMAIN or NODATA, as the failure says. */
  record Nothing(Failure failure, long ttl) implements Outcome {

    @Override
    public boolean isNothing() {
      return true;
    }

    boolean isNoSuchDomain() {
      return failure.reason() == Reason.NO_SUCH_DOMAIN;
    }

    @Override
    public List<Failure> failures() {
      return List.of(failure);
    }
  }

  /** No server could answer. */
  record Failed(List<Failure> failures) implements Outcome {
  }
}
