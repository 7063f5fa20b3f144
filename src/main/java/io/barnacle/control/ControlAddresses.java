package io.barnacle.control;

import io.barnacle.node.Node;

/** The event-bus addresses of one barnacle. */
final class ControlAddresses {

  static final String REFRESH = "refresh";
  static final String PAUSE = "pause";
  static final String SHUTDOWN = "shutdown";
  static final String STATUS = "status";
  static final String RELEASE = "release";
  static final String DRAIN = "drain";
  static final String REGISTRY = "registry";

  private ControlAddresses() {
  }

  /** {@code prefix.command}, or {@code prefix.name.command} of a named barnacle. */
  static String of(String prefix, String name, String command) {
    return name == null ? prefix + "." + command : prefix + "." + name + "." + command;
  }

  /** {@code prefix.node.command}: for other nodes. */
  static String ofNode(String prefix, Node node, String command) {
    return of(prefix, node.toString(), command);
  }
}
