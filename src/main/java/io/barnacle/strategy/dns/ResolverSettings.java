package io.barnacle.strategy.dns;

import io.barnacle.node.Endpoint;
import io.barnacle.strategy.StrategyException;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.TextParseException;

/**
 * Whom to ask and what to make of a name that is not absolute, see resolv.conf(5).
 *
 * @param servers at least one, in the order in which they are asked
 * @param search absolute names
 * @param ndots from how many dots on a name is tried as it is first
 */
record ResolverSettings(List<InetSocketAddress> servers, List<Name> search, int ndots) {

  static final int DNS_PORT = 53;
  private static final int MAX_NDOTS = 15;

  ResolverSettings {
    servers = servers.isEmpty() ? List.of(new InetSocketAddress(loopback(), DNS_PORT)) : List.copyOf(servers);
    search = List.copyOf(search);
  }

  /**
   * Those of the system, as far as the options do not say otherwise. Reads a file: not for an event loop.
   *
   * @throws StrategyException if the file cannot be read
   */
  static ResolverSettings load(DnsOptions options) {
    ResolverSettings system;
    try {
      system = parse(Files.readString(Path.of(options.getResolvConf()), StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      if (!options.getResolvConf().equals(DnsOptions.DEFAULT_RESOLV_CONF)) {
        throw unreadable(options, e);
      }
      ResolverConfig found = new ResolverConfig();
      system = new ResolverSettings(found.servers(), found.searchPath(), found.ndots());
    } catch (IOException e) {
      throw unreadable(options, e);
    }
    return system.with(options);
  }

  /** Reads a resolv.conf; like the C library it takes no notice of what it does not understand. */
  static ResolverSettings parse(String resolvConf) {
    List<InetSocketAddress> servers = new ArrayList<>();
    List<Name> search = List.of();
    int ndots = 1;
    for (String line : resolvConf.lines().toList()) {
      List<String> words = List.of(line.strip().split("\\s+"));
      List<String> values = words.subList(1, words.size());
      switch (words.get(0)) {
        case "nameserver" -> values.stream().limit(1).map(ResolverSettings::server).filter(Objects::nonNull)
            .forEach(servers::add);
        case "search", "domain" -> search = domains(values);
        case "options" -> ndots = values.stream().filter(each -> each.matches("ndots:[0-9]{1,4}"))
            .map(each -> Math.min(MAX_NDOTS, Integer.parseInt(each.substring("ndots:".length()))))
            .reduce(ndots, (first, last) -> last);
        default -> { }
      }
    }
    return new ResolverSettings(servers, search, ndots);
  }

  private ResolverSettings with(DnsOptions options) {
    return new ResolverSettings(
        options.getServers().isEmpty() ? servers
            : options.getServers().stream().map(text -> socketAddress(DnsOptions.parseServer(text))).toList(),
        options.getSearch() == null ? search : domains(options.getSearch()),
        options.getNdots() == null ? ndots : options.getNdots());
  }

  /** The absolute names to try for a name, in this order, without repetitions. */
  List<Name> candidates(String hostname) {
    Name name = Name.fromConstantString(hostname);
    if (name.isAbsolute()) {
      return List.of(name);
    }
    List<Name> candidates = new ArrayList<>();
    boolean asItIsFirst = name.labels() > ndots;
    if (asItIsFirst) {
      addTo(candidates, name, Name.root);
    }
    search.forEach(domain -> addTo(candidates, name, domain));
    if (!asItIsFirst) {
      addTo(candidates, name, Name.root);
    }
    return candidates;
  }

  private static void addTo(List<Name> candidates, Name name, Name domain) {
    try {
      Name candidate = Name.concatenate(name, domain);
      if (!candidates.contains(candidate)) {
        candidates.add(candidate);
      }
    } catch (NameTooLongException e) {
      // No such name can exist, so there is nothing to ask for.
    }
  }

  private static List<Name> domains(List<String> texts) {
    List<Name> domains = new ArrayList<>();
    for (String text : texts) {
      try {
        domains.add(Name.fromString(text, Name.root));
      } catch (TextParseException e) {
        // As the C library does: the rest of the list still counts.
      }
    }
    return domains;
  }

  private static InetSocketAddress server(String text) {
    boolean literal = NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text);
    return literal ? socketAddress(new Endpoint(text, DNS_PORT)) : null;
  }

  /** Of a literal, so nothing is looked up. */
  private static InetSocketAddress socketAddress(Endpoint literal) {
    try {
      return new InetSocketAddress(InetAddress.getByName(literal.host()), literal.port());
    } catch (UnknownHostException e) {
      throw new StrategyException("the DNS server " + literal + " is on an interface that does not exist", e);
    }
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  private static StrategyException unreadable(DnsOptions options, IOException cause) {
    return new StrategyException("cannot read the DNS servers from " + options.getResolvConf() + " (" + cause
        + "); check that the file is there and readable, or set servers", cause);
  }
}
