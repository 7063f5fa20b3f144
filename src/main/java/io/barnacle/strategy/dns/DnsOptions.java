package io.barnacle.strategy.dns;

import io.barnacle.internal.JsonReader;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Node;
import io.barnacle.strategy.InvalidOptionsException;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * Nodes found by name in the DNS, {@code {"type": "dns", "basename": "my_app", "hostname": "my_app.internal"}}: every
 * address of the name is a node {@code my_app@address:port}.
 *
 * <p>A lookup that fails, and one that finds nobody, removes no one. See {@link DnsLookupException} for what can go
 * wrong.
 */
public final class DnsOptions implements StrategyOptions {

  /** The name of this strategy in JSON. */
  public static final String TYPE = "dns";

  /** Default of {@link #getTimeout()}: 5 s. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  /** Default of {@link #getResolvConf()}. */
  public static final String DEFAULT_RESOLV_CONF = "/etc/resolv.conf";

  private static final int MAX_UNION = 100;
  private static final int MAX_NDOTS = 15;

  private String basename;
  private List<DnsHostname> hostnames = List.of();
  private DnsRecords records = DnsRecords.ADDRESS;
  private int port = DEFAULT_MEMBER_PORT;
  private Duration timeout = DEFAULT_TIMEOUT;
  private List<String> servers = List.of();
  private List<String> search;
  private Integer ndots;
  private String resolvConf = DEFAULT_RESOLV_CONF;
  private boolean cache;
  private int union = 1;

  /** All defaults; a hostname has none and must be set. */
  public DnsOptions() {
  }

  /** A copy. */
  public DnsOptions(DnsOptions other) {
    this.basename = other.basename;
    this.hostnames = other.hostnames;
    this.records = other.records;
    this.port = other.port;
    this.timeout = other.timeout;
    this.servers = other.servers;
    this.search = other.search;
    this.ndots = other.ndots;
    this.resolvConf = other.resolvConf;
    this.cache = other.cache;
    this.union = other.union;
  }

  /**
   * The basename of a node, such as the current one: {@code my_app} of {@code my_app@10.0.0.3:5701}. Use it to look for
   * nodes that are named like this one; without a basename these options do the same.
   */
  public static String basenameOf(Node node) {
    return node.basename();
  }

  /**
   * Reads the JSON form.
   *
   * @throws InvalidOptionsException with every fault
   */
  public static DnsOptions fromJson(JsonObject json) {
    return DnsOptionsReader.read(json);
  }

  @Override
  public String type() {
    return TYPE;
  }

  /** The basename of the nodes found, or null for that of this node. */
  public String getBasename() {
    return basename;
  }

  /**
   * Sets the basename of the nodes found. Default that of this node; if set, it is also the basename of this node where
   * {@code node.name} is unset. A basename is a label: nodes are compared by address and port.
   *
   * @throws IllegalArgumentException if it is not a basename
   */
  public DnsOptions setBasename(String basename) {
    this.basename = basename == null ? null : Node.requireBasename(basename);
    return this;
  }

  /** The names to look up, in the order given. */
  public List<DnsHostname> getHostnames() {
    return hostnames;
  }

  /**
   * Sets the one name to look up. Must be set, or {@link #addHostname} called.
   *
   * @throws IllegalArgumentException if it is not a DNS name
   */
  public DnsOptions setHostname(String hostname) {
    this.hostnames = List.of(new DnsHostname(hostname, null));
    return this;
  }

  /**
   * Adds a name to look up, with a basename of its own, or null for that of the options. All names are looked up at the
   * same time; one that fails does not hide what the others found. An address found under two names is one node,
   * named as the first of them says.
   *
   * @throws IllegalArgumentException if it is not a DNS name, or not a basename
   */
  public DnsOptions addHostname(String hostname, String basename) {
    List<DnsHostname> all = new ArrayList<>(hostnames);
    all.add(new DnsHostname(hostname, basename));
    this.hostnames = List.copyOf(all);
    return this;
  }

  /** Which records are asked for. */
  public DnsRecords getRecords() {
    return records;
  }

  /** Sets which records are asked for. Default {@link DnsRecords#ADDRESS}. */
  public DnsOptions setRecords(DnsRecords records) {
    this.records = Objects.requireNonNull(records, "records");
    return this;
  }

  /** The member port of every address found. */
  public int getPort() {
    return port;
  }

  /**
   * Sets the member port of every address found, 1 to 65535; SRV records bring their own. Default
   * {@value StrategyOptions#DEFAULT_MEMBER_PORT}. It is also the port of this node where {@code node.port} is unset.
   *
   * @throws IllegalArgumentException if out of range
   */
  public DnsOptions setPort(int port) {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not in 1..65535");
    }
    this.port = port;
    return this;
  }

  /** The deadline of one discovery. */
  public Duration getTimeout() {
    return timeout;
  }

  /**
   * Sets the deadline of one discovery: all names, aliases, servers and retries together. Default 5 s, 50 ms to 10
   * minutes; keep it below {@code refreshTimeoutMs}. A server that is silent is asked again, and the next one
   * meanwhile, after 500 ms or a quarter of the deadline's share of a server, whichever is less. Shorter notices an
   * outage sooner, longer waits for slow servers.
   *
   * @throws IllegalArgumentException if out of range
   */
  public DnsOptions setTimeout(Duration timeout) {
    if (timeout.toMillis() < 50 || timeout.toMinutes() > 10) {
      throw new IllegalArgumentException("a timeout is 50 ms to 10 minutes");
    }
    this.timeout = timeout;
    return this;
  }

  /** The servers to ask, empty for those of the system. */
  public List<String> getServers() {
    return servers;
  }

  /**
   * Sets the servers to ask, each {@code address[:port]} (port 53, IPv6 in brackets where a port follows). Default
   * empty: those of {@link #getResolvConf()}. The search list stays that of the system unless {@link #setSearch} is
   * called.
   *
   * @throws IllegalArgumentException if one is not an address
   */
  public DnsOptions setServers(List<String> servers) {
    this.servers = texts(servers.stream().map(DnsOptions::parseServer).toList());
    return this;
  }

  /** The domains to search in, null for those of the system. */
  public List<String> getSearch() {
    return search;
  }

  /**
   * Sets the domains to search in for names without a dot at the end, in this order. Default null: those of the system.
   *
   * @throws IllegalArgumentException if one is not a DNS name
   */
  public DnsOptions setSearch(List<String> search) {
    this.search = search == null ? null : search.stream().map(DnsOptions::parseDomain).toList();
    return this;
  }

  /** From how many dots on a name is tried as it is before it is searched for, null for what the system says. */
  public Integer getNdots() {
    return ndots;
  }

  /**
   * Sets from how many dots on a name is tried as it is before it is searched for, 0 to 15. Default null: what the
   * system says, 1 if it says nothing.
   *
   * @throws IllegalArgumentException if out of range
   */
  public DnsOptions setNdots(Integer ndots) {
    if (ndots != null && (ndots < 0 || ndots > MAX_NDOTS)) {
      throw new IllegalArgumentException("ndots " + ndots + " is not in 0.." + MAX_NDOTS);
    }
    this.ndots = ndots;
    return this;
  }

  /** The file with the system's servers, search list and ndots. */
  public String getResolvConf() {
    return resolvConf;
  }

  /**
   * Sets the file with the servers, search list and ndots, see resolv.conf(5). It is read before every discovery, so a
   * change needs no restart. Default {@value #DEFAULT_RESOLV_CONF}; where that one does not exist, as on Windows, the
   * system is asked by its own means.
   *
   * @throws IllegalArgumentException if empty
   */
  public DnsOptions setResolvConf(String resolvConf) {
    if (resolvConf == null || resolvConf.isBlank()) {
      throw new IllegalArgumentException("a path is not empty");
    }
    this.resolvConf = resolvConf;
    return this;
  }

  /** Whether answers are kept for their TTL. */
  public boolean isCache() {
    return cache;
  }

  /**
   * Sets whether answers are kept for their TTL, at most 5 minutes (30 s if they say that there is nothing, RFC 2308).
   * Default false: every discovery asks. True asks the servers less and finds changes up to a TTL later.
   */
  public DnsOptions setCache(boolean cache) {
    this.cache = cache;
    return this;
  }

  /** Of how many successful answers the union is taken. */
  public int getUnion() {
    return union;
  }

  /**
   * Sets of how many successful answers the union is taken, 1 to 100: a node stays listed as long as one of the last so
   * many answers had it. Default 1, the last answer alone. Raise it for a server that returns a changing part of a
   * longer list (Consul's {@code a_record_limit}, some at most eight): with n of m nodes in each answer a node is
   * missing in all of k answers with a chance of (1 - n/m)^k. The cost: a node that is gone stays listed k - 1 polls
   * longer.
   *
   * @throws IllegalArgumentException if out of range
   */
  public DnsOptions setUnion(int union) {
    if (union < 1 || union > MAX_UNION) {
      throw new IllegalArgumentException("union " + union + " is not in 1.." + MAX_UNION);
    }
    this.union = union;
    return this;
  }

  /**
   * Makes the strategy.
   *
   * @throws InvalidOptionsException if no hostname is set
   */
  @Override
  public Strategy create(Vertx vertx) {
    if (hostnames.isEmpty()) {
      throw new InvalidOptionsException(List.of("hostname: is missing"));
    }
    return new DnsStrategy(vertx, new DnsOptions(this));
  }

  @Override
  public String defaultName() {
    if (basename != null) {
      return basename;
    }
    return hostnames.stream().map(DnsHostname::basename).filter(Objects::nonNull).findFirst()
        .orElseGet(StrategyOptions.super::defaultName);
  }

  @Override
  public int defaultPort() {
    return port;
  }

  @Override
  public JsonObject toJson() {
    JsonObject json = new JsonObject().put("type", TYPE);
    if (basename != null) {
      json.put("basename", basename);
    }
    if (hostnames.size() == 1 && hostnames.get(0).basename() == null) {
      json.put("hostname", hostnames.get(0).hostname());
    } else {
      JsonArray list = new JsonArray();
      hostnames.forEach(each -> list.add(each.toJson()));
      json.put("hostnames", list);
    }
    json.put("records", JsonReader.wordOf(records)).put("port", port).put("timeoutMs", timeout.toMillis());
    if (!servers.isEmpty()) {
      json.put("servers", new JsonArray(servers));
    }
    if (search != null) {
      json.put("search", new JsonArray(search));
    }
    if (ndots != null) {
      json.put("ndots", ndots);
    }
    if (!resolvConf.equals(DEFAULT_RESOLV_CONF)) {
      json.put("resolvConf", resolvConf);
    }
    return json.put("cache", cache).put("union", union);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DnsOptions && toJson().equals(((DnsOptions) other).toJson());
  }

  @Override
  public int hashCode() {
    return toJson().hashCode();
  }

  @Override
  public String toString() {
    return toJson().encode();
  }

  /** An {@code address[:port]} of a server; port 53 where none is given. */
  static Endpoint parseServer(String text) {
    Endpoint endpoint;
    try {
      endpoint = Node.parse("dns@" + text).endpoint();
    } catch (IllegalArgumentException e) {
      throw notServer(text, e);
    }
    if (!endpoint.isLiteral()) {
      throw notServer(text, null);
    }
    return endpoint.hasPort() ? endpoint : endpoint.withPort(ResolverSettings.DNS_PORT);
  }

  private static IllegalArgumentException notServer(String text, Exception cause) {
    return new IllegalArgumentException("\"" + text + "\" is not address[:port]", cause);
  }

  private static List<String> texts(List<Endpoint> endpoints) {
    return endpoints.stream().map(Endpoint::toString).toList();
  }

  /** A domain of the search list, without the dot at the end. */
  static String parseDomain(String text) {
    try {
      return Name.fromString(text, Name.root).toString(true);
    } catch (TextParseException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not a DNS name", e);
    }
  }
}
