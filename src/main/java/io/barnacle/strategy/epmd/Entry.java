package io.barnacle.strategy.epmd;

import io.vertx.core.buffer.Buffer;

/**
 * What epmd keeps of a node.
 *
 * @param name the name before the {@code @}
 * @param port where the node accepts connections, 1 to 65535
 * @param nodeType 77 for a normal Erlang node, 72 for a hidden one
 * @param protocol 0 for TCP
 * @param highestVersion highest distribution version of the node
 * @param lowestVersion lowest distribution version of the node
 * @param extra what the node wants to say of itself; see {@link Identity} for ours
 */
record Entry(String name, int port, int nodeType, int protocol, int highestVersion, int lowestVersion, Buffer extra) {

  /** A hidden node: Erlang's own tools leave those alone. */
  static final int HIDDEN = 72;

  /** TCP over IPv4, the only protocol that epmd knows. */
  static final int TCP = 0;

  /** An entry as this library registers it. */
  static Entry of(String name, int port, Identity identity) {
    return new Entry(name, port, HIDDEN, TCP, 6, 5, identity.toExtra());
  }
}
