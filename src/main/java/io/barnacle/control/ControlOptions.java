package io.barnacle.control;

import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** Where commands are heard: the {@code control} part of the configuration. */
public final class ControlOptions {

  /** Default of {@link #getAddress()}. */
  public static final String DEFAULT_ADDRESS = "barnacle";

  private String address = DEFAULT_ADDRESS;
  private boolean clusterWide;

  /** All defaults. */
  public ControlOptions() {
  }

  /** A copy. */
  public ControlOptions(ControlOptions other) {
    this.address = other.address;
    this.clusterWide = other.clusterWide;
  }

  /** The prefix of the event-bus addresses: {@code <address>.refresh} and its siblings. */
  public String getAddress() {
    return address;
  }

  /**
   * Sets the prefix of the addresses, not blank. Default {@value #DEFAULT_ADDRESS}.
   *
   * @throws IllegalArgumentException if blank
   */
  public ControlOptions setAddress(String address) {
    if (address == null || address.isBlank()) {
      throw new IllegalArgumentException("an event-bus address is not blank");
    }
    this.address = address;
    return this;
  }

  /** Whether other nodes can command this one. */
  public boolean isClusterWide() {
    return clusterWide;
  }

  /**
   * Sets whether other nodes can command this one, at {@code <address>.<node>.refresh} and its siblings, where
   * {@code <node>} is this node's {@code basename@host:port}. Default false: only this process can.
   */
  public ControlOptions setClusterWide(boolean clusterWide) {
    this.clusterWide = clusterWide;
    return this;
  }

  /** The JSON form. */
  public JsonObject toJson() {
    return new JsonObject().put("address", address).put("clusterWide", clusterWide);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ControlOptions && toJson().equals(((ControlOptions) other).toJson());
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
