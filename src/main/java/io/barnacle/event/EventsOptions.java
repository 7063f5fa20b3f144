package io.barnacle.event;

import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** Where events are published: the {@code events} part of the configuration. */
public final class EventsOptions {

  /** Default of {@link #getAddress()}. */
  public static final String DEFAULT_ADDRESS = "barnacle.events";

  private String address = DEFAULT_ADDRESS;
  private boolean clusterWide;

  /** All defaults. */
  public EventsOptions() {
  }

  /** A copy. */
  public EventsOptions(EventsOptions other) {
    this.address = other.address;
    this.clusterWide = other.clusterWide;
  }

  /** The event-bus address on which events are published. */
  public String getAddress() {
    return address;
  }

  /**
   * Sets the address, not blank. Default {@value #DEFAULT_ADDRESS}.
   *
   * @throws IllegalArgumentException if blank
   */
  public EventsOptions setAddress(String address) {
    if (address == null || address.isBlank()) {
      throw new IllegalArgumentException("an event-bus address is not blank");
    }
    this.address = address;
    return this;
  }

  /** Whether consumers on other nodes get this node's events too. */
  public boolean isClusterWide() {
    return clusterWide;
  }

  /**
   * Sets whether consumers on other nodes get this node's events too. Default false: every node tells its own consumers,
   * and nobody's view of the cluster is on the wire.
   */
  public EventsOptions setClusterWide(boolean clusterWide) {
    this.clusterWide = clusterWide;
    return this;
  }

  /** The JSON form. */
  public JsonObject toJson() {
    return new JsonObject().put("address", address).put("clusterWide", clusterWide);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EventsOptions && toJson().equals(((EventsOptions) other).toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(address, clusterWide);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}
