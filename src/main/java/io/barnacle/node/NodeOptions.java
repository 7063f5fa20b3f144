package io.barnacle.node;

import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** Who this node is: the {@code node} part of the configuration. */
public final class NodeOptions {

  private String name;
  private String host;
  private Integer port;

  /** All parts unset. */
  public NodeOptions() {
  }

  /** A copy. */
  public NodeOptions(NodeOptions other) {
    this.name = other.name;
    this.host = other.host;
    this.port = other.port;
  }

  /** The basename, null if unset: the strategy then makes one, such as {@code barnacle-4711} of the process id. */
  public String getName() {
    return name;
  }

  /**
   * Sets the basename. Default unset, see {@link #getName()}.
   *
   * @throws IllegalArgumentException if it is not one, see {@link Node#requireBasename}
   */
  public NodeOptions setName(String name) {
    this.name = name == null ? null : Node.requireBasename(name);
    return this;
  }

  /** The host to listen on and to advertise, null if unset: the strategy's default (loopback for {@code local_epmd}). */
  public String getHost() {
    return host;
  }

  /**
   * Sets the host, an IP address or a name of this machine, that members and event bus listen on and advertise.
   * Default unset.
   *
   * @throws IllegalArgumentException if it is no host
   */
  public NodeOptions setHost(String host) {
    this.host = host == null ? null : new Endpoint(host, Endpoint.NO_PORT).host();
    return this;
  }

  /** The member port; 0 means any free one; null if unset: the strategy's default (5701; any free for local_epmd). */
  public Integer getPort() {
    return port;
  }

  /**
   * Sets the port that members listen on, 0 to 65535; 0 takes any free one, which only a strategy that publishes the port
   * (such as {@code local_epmd}) makes findable. Default unset, see {@link #getPort()}.
   *
   * @throws IllegalArgumentException if out of range
   */
  public NodeOptions setPort(Integer port) {
    if (port != null && (port < 0 || port > 65535)) {
      throw new IllegalArgumentException("port " + port + " is not in 0..65535");
    }
    this.port = port;
    return this;
  }

  /** The JSON form: {@code name}, {@code host}, {@code port}, those that are set. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    if (name != null) {
      json.put("name", name);
    }
    if (host != null) {
      json.put("host", host);
    }
    if (port != null) {
      json.put("port", port);
    }
    return json;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeOptions && toJson().equals(((NodeOptions) other).toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, host, port);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}
