package io.barnacle.strategy.epmd;

import io.barnacle.internal.JsonReader;
import io.barnacle.node.Node;
import io.barnacle.strategy.InvalidOptionsException;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyOptions;
import io.barnacle.strategy.StrategyProvider;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A known list of nodes; {@code {"type": "epmd", "nodes": ["my_app@10.0.0.1:5701", "other@10.0.0.2"]}}. A node with a
 * port is taken as it is. Without a port the epmd of its host is asked for the port of the name: a name that it does
 * not know, or that is an Erlang node's, is not there now; where no epmd answers, the default port is taken.
 *
 * <p>This node itself is registered at the epmd of its machine, if there is one, so that others can list it without a
 * port. The port mapper that {@code local_epmd} opens is for its machine only; hosts that ask each other need an epmd
 * of their own. Discovery by this strategy does not fail: one host without an answer hides no other.
 */
public final class EpmdOptions implements StrategyOptions {

  /** The value of {@code strategy.type}. */
  public static final String TYPE = "epmd";

  /** Default of {@link #getTimeout()}: 2 s. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

  private List<Node> nodes = List.of();
  private Integer epmdPort;
  private int defaultPort = DEFAULT_MEMBER_PORT;
  private Duration timeout = DEFAULT_TIMEOUT;

  /** All defaults; the list is empty. */
  public EpmdOptions() {
  }

  /** A copy. */
  public EpmdOptions(EpmdOptions other) {
    this.nodes = other.nodes;
    this.epmdPort = other.epmdPort;
    this.defaultPort = other.defaultPort;
    this.timeout = other.timeout;
  }

  /** The nodes, unmodifiable. */
  public List<Node> getNodes() {
    return nodes;
  }

  /** Sets the nodes; this node may be among them. Default none. */
  public EpmdOptions setNodes(List<Node> nodes) {
    this.nodes = List.copyOf(nodes);
    return this;
  }

  /** Adds a node, {@code basename@host[:port]}; see {@link Node#parse}. */
  public EpmdOptions addNode(String node) {
    List<Node> more = new ArrayList<>(nodes);
    more.add(Node.parse(node));
    return setNodes(more);
  }

  /** The port of every epmd, null if unset. */
  public Integer getEpmdPort() {
    return epmdPort;
  }

  /**
   * Sets the port at which epmds are asked, 1 to 65535. Default unset: that of the environment variable
   * {@code ERL_EPMD_PORT}, else 4369.
   *
   * @throws IllegalArgumentException if out of range
   */
  public EpmdOptions setEpmdPort(Integer epmdPort) {
    this.epmdPort = EpmdPort.check(epmdPort);
    return this;
  }

  /** The member port of a node that is listed without one and whose host has no epmd. */
  public int getDefaultPort() {
    return defaultPort;
  }

  /**
   * Sets the member port of a node that is listed without one and whose host has no epmd, 1 to 65535; also that of this
   * node where {@code node.port} is unset. Default 5701.
   *
   * @throws IllegalArgumentException if out of range
   */
  public EpmdOptions setDefaultPort(int defaultPort) {
    this.defaultPort = EpmdPort.check(defaultPort);
    return this;
  }

  /** The longest that one question to an epmd may take. */
  public Duration getTimeout() {
    return timeout;
  }

  /**
   * Sets the longest that one question to an epmd may take, name resolution and connecting included; hosts are asked at
   * the same time. Default 2 s, 10 ms to 60 s. Every discovery waits this long for a host that drops packets to the
   * epmd port, so shorter keeps refreshes quick; longer bears slow networks. Keep it below {@code refreshTimeoutMs}.
   *
   * @throws IllegalArgumentException if out of range
   */
  public EpmdOptions setTimeout(Duration timeout) {
    this.timeout = Timeouts.check(timeout);
    return this;
  }

  @Override
  public String type() {
    return TYPE;
  }

  /**
   * {@inheritDoc}
   *
   * @throws InvalidOptionsException if the epmd port is unset and {@code ERL_EPMD_PORT} is no port
   */
  @Override
  public Strategy create(Vertx vertx) {
    return new EpmdStrategy(vertx, EpmdPort.resolve(epmdPort, System::getenv), new EpmdOptions(this));
  }

  /** The same as {@link #getDefaultPort()}: others assume it of this node. */
  @Override
  public int defaultPort() {
    return defaultPort;
  }

  @Override
  public JsonObject toJson() {
    JsonArray list = new JsonArray();
    nodes.forEach(node -> list.add(node.toString()));
    JsonObject json = new JsonObject().put("type", TYPE).put("nodes", list);
    if (epmdPort != null) {
      json.put("epmdPort", epmdPort);
    }
    return json.put("defaultPort", defaultPort).put("timeoutMs", timeout.toMillis());
  }

  /**
   * Reads the JSON form.
   *
   * @throws InvalidOptionsException with every fault
   */
  public static EpmdOptions fromJson(JsonObject json) {
    List<String> faults = new ArrayList<>();
    JsonReader in = new JsonReader(json, "", faults).know("type");
    EpmdOptions options = new EpmdOptions();
    in.set("nodes", in.strings("nodes", Node::parse), options::setNodes);
    in.set("epmdPort", in.integer("epmdPort"), options::setEpmdPort);
    in.set("defaultPort", in.integer("defaultPort"), options::setDefaultPort);
    in.set("timeoutMs", in.durationMs("timeoutMs"), options::setTimeout);
    if (json.getValue("nodes") == null) {
      in.fault("nodes", "is missing");
    }
    in.rejectUnknownKeys();
    if (!faults.isEmpty()) {
      throw new InvalidOptionsException(faults);
    }
    return options;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EpmdOptions && toJson().equals(((EpmdOptions) other).toJson());
  }

  @Override
  public int hashCode() {
    return toJson().hashCode();
  }

  @Override
  public String toString() {
    return toJson().encode();
  }

  /** Reads {@code {"type": "epmd"}}. */
  public static final class Provider implements StrategyProvider {

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {
    }

    @Override
    public String type() {
      return TYPE;
    }

    @Override
    public StrategyOptions fromJson(JsonObject json) {
      return EpmdOptions.fromJson(json);
    }
  }
}
