package io.barnacle.strategy.epmd;

import io.barnacle.strategy.StrategyException;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/**
 * What a Barnacle node says of itself in epmd's Extra field, and Erlang nodes do not. On the wire: the four bytes
 * {@code Brnc}, a version byte, then cluster name and host as UTF-8, each after a byte with its length. A later version
 * may only append.
 *
 * @param cluster only nodes of the same cluster name are peers
 * @param host the host that the node advertises
 */
record Identity(String cluster, String host) {

  private static final Buffer MAGIC = Buffer.buffer("Brnc");
  private static final byte VERSION = 1;

  /** Checks that both parts fit. */
  Identity {
    if (Text.encode(cluster).length() > 255) {
      throw new StrategyException("cluster.name is longer than the 255 bytes of UTF-8 that epmd can publish");
    }
    if (Text.encode(host).length() > 255) {
      throw new StrategyException("node.host is longer than the 255 bytes that epmd can publish");
    }
  }

  /** The Extra field. */
  Buffer toExtra() {
    Buffer extra = MAGIC.copy().appendByte(VERSION);
    for (String part : new String[] {cluster, host}) {
      Buffer bytes = Text.encode(part);
      extra.appendUnsignedByte((short) bytes.length()).appendBuffer(bytes);
    }
    return extra;
  }

  /** Reads an Extra field; empty if it is not ours. */
  static Optional<Identity> of(Buffer extra) {
    int at = MAGIC.length();
    if (extra.length() < at + 1 || !extra.slice(0, at).equals(MAGIC) || extra.getByte(at) < VERSION) {
      return Optional.empty();
    }
    try {
      int clusterAt = at + 2;
      int hostAt = clusterAt + extra.getUnsignedByte(clusterAt - 1) + 1;
      int end = hostAt + extra.getUnsignedByte(hostAt - 1);
      return Optional.of(new Identity(Text.decode(extra.slice(clusterAt, hostAt - 1)),
          Text.decode(extra.slice(hostAt, end))));
    } catch (IndexOutOfBoundsException | CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
