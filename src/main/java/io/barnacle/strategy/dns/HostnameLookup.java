package io.barnacle.strategy.dns;

import io.barnacle.node.Endpoint;
import io.barnacle.strategy.dns.DnsLookupException.Failure;
import io.barnacle.strategy.dns.DnsLookupException.Reason;
import io.barnacle.strategy.dns.LookupResult.Kind;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Type;

/** Looks one hostname up: by address or SRV records, under the first name of the search list that has any. */
final class HostnameLookup {

  private static final List<Integer> ADDRESS_TYPES = List.of(Type.A, Type.AAAA);

  /** A question, by a name that is the same at each lookup, and what became of it. */
  private record Part(String key, int port, Outcome outcome) {
  }

  /** A name of the search list: whether it is the one, and all that was asked of it. */
  private record Asked(boolean isTheOne, List<Part> parts) {
  }

  private final DnsResolver resolver;
  private final DnsRecords records;
  private final int port;

  /**
   * @param port of every address; SRV records bring their own
   */
  HostnameLookup(DnsResolver resolver, DnsRecords records, int port) {
    this.resolver = resolver;
    this.records = records;
    this.port = port;
  }

  /**
   * Looks up.
   *
   * @param candidates absolute names, the first that has records counts
   * @param deadline on the clock of the resolver's timers
   */
  Future<LookupResult> lookup(List<Name> candidates, long deadline) {
    return lookup(candidates, 0, List.of(), deadline);
  }

  private Future<LookupResult> lookup(List<Name> candidates, int at, List<Part> before, long deadline) {
    if (at == candidates.size()) {
      return Future.succeededFuture(conclude(before));
    }
    return ask(candidates.get(at), deadline).compose(asked -> {
      if (asked.isTheOne) {
        return Future.succeededFuture(conclude(asked.parts));
      }
      List<Part> all = new ArrayList<>(before);
      all.addAll(asked.parts);
      return lookup(candidates, at + 1, all, deadline);
    });
  }

  /**
   * A name that has records is the one, and one that nobody could tell about, as it comes before the others. A server
   * that refuses may just not serve that name: the search goes on.
   */
  private Future<Asked> ask(Name name, long deadline) {
    return switch (records) {
      case ADDRESS -> addresses(name, "", port, deadline)
          .map(parts -> new Asked(!parts.stream().allMatch(each -> isNotHere(each.outcome)), parts));
      case SRV -> resolver.resolve(name, Type.SRV, deadline).compose(outcome -> outcome instanceof Outcome.Found found
          ? targets(found, deadline).map(parts -> new Asked(true, parts))
          : Future.succeededFuture(new Asked(!isNotHere(outcome), List.of(new Part("SRV", port, outcome)))));
    };
  }

  private static boolean isNotHere(Outcome outcome) {
    return !outcome.isFound() && outcome.failures().stream()
        .allMatch(each -> !each.reason().isOfServer() || each.reason() == Reason.REFUSED);
  }

  private Future<List<Part>> addresses(Name name, String keyPrefix, int port, long deadline) {
    return all(ADDRESS_TYPES.stream().map(type -> resolver.resolve(name, type, deadline)
        .map(outcome -> new Part(keyPrefix + Type.string(type), port, outcome))).toList());
  }

  /** The addresses of the targets: those that the server sent along, else asked for (RFC 2782). */
  private Future<List<Part>> targets(Outcome.Found srv, long deadline) {
    Map<Name, List<Record>> sentAlong = srv.additional().stream()
        .filter(each -> each.getDClass() == DClass.IN && ADDRESS_TYPES.contains(each.getType()))
        .collect(Collectors.groupingBy(Record::getName));
    Map<String, Future<List<Part>>> byTarget = new LinkedHashMap<>();
    for (Record each : srv.records()) {
      SRVRecord record = (SRVRecord) each;
      Name target = record.getTarget();
      // A target of "." says that the service is decidedly not there.
      if (target.equals(Name.root) || record.getPort() == 0) {
        continue;
      }
      String key = target.canonicalize() + ":" + record.getPort() + " ";
      byTarget.computeIfAbsent(key, k -> sentAlong.containsKey(target)
          ? Future.succeededFuture(parts(sentAlong.get(target), k, record.getPort()))
          : addresses(target, k, record.getPort(), deadline));
    }
    return all(List.copyOf(byTarget.values()))
        .map(lists -> lists.stream().flatMap(List::stream).toList());
  }

  private static List<Part> parts(List<Record> addresses, String keyPrefix, int port) {
    return addresses.stream().collect(Collectors.groupingBy(Record::getType)).entrySet().stream()
        .map(byType -> new Part(keyPrefix + Type.string(byType.getKey()), port,
            new Outcome.Found(byType.getValue(), List.of(), 0)))
        .toList();
  }

  private static <T> Future<List<T>> all(List<Future<T>> futures) {
    return Future.all(futures).map(done -> done.list());
  }

  /**
   * Found beats failed beats empty; a name that does not exist at all is a failure. Nothing beside something is no
   * failure: a name with IPv4 addresses alone is in order.
   */
  private static LookupResult conclude(List<Part> parts) {
    Map<String, Set<Endpoint>> found = new HashMap<>();
    Set<String> failed = new HashSet<>();
    List<Failure> failures = new ArrayList<>();
    boolean exists = parts.isEmpty();
    for (Part part : parts) {
      if (part.outcome instanceof Outcome.Found records) {
        exists = true;
        found.put(part.key, endpoints(records.records(), part.port));
      } else if (part.outcome instanceof Outcome.Nothing nothing) {
        exists |= nothing.failure().reason() == Reason.NO_DATA;
        found.putIfAbsent(part.key, Set.of());
        failures.add(nothing.failure());
      } else {
        failed.add(part.key);
        failures.addAll(part.outcome.failures());
      }
    }
    Kind kind = found.values().stream().anyMatch(each -> !each.isEmpty()) ? Kind.FOUND
        : !failed.isEmpty() || !exists ? Kind.FAILED
        : Kind.EMPTY;
    return new LookupResult(kind, found, failed, failures);
  }

  private static Set<Endpoint> endpoints(List<Record> addresses, int port) {
    Set<Endpoint> endpoints = new HashSet<>();
    for (Record each : addresses) {
      InetAddress address = each instanceof ARecord a ? a.getAddress() : ((AAAARecord) each).getAddress();
      // 0.0.0.0 is how some servers say "blocked"; connecting to it would reach this machine.
      if (!address.isAnyLocalAddress() && !address.isMulticastAddress()) {
        endpoints.add(Endpoint.of(address, port));
      }
    }
    return endpoints;
  }
}
