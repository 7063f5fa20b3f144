package io.barnacle.strategy.dns;

import io.barnacle.node.Node;
import io.netty.util.NetUtil;
import io.vertx.core.json.JsonObject;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * A name to look up and the basename of the nodes found there.
 *
 * @param hostname a DNS name; with a dot at the end it is absolute and not searched for in the search list
 * @param basename the basename of these nodes, or null for that of the options
 */
public record DnsHostname(String hostname, String basename) {

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException if the hostname is not a DNS name, or the basename is not one
   */
  public DnsHostname {
    if (hostname == null || hostname.isBlank() || hostname.equals(".")) {
      throw new IllegalArgumentException("hostname is empty");
    }
    if (NetUtil.isValidIpV4Address(hostname) || NetUtil.isValidIpV6Address(hostname)) {
      throw new IllegalArgumentException("\"" + hostname + "\" is an address, not a name that a DNS server knows; "
          + "for known addresses take the strategy \"epmd\"");
    }
    try {
      Name.fromString(hostname, Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException("\"" + hostname + "\" is not a DNS name (" + e.getMessage() + ")", e);
    }
    if (basename != null) {
      Node.requireBasename(basename);
    }
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject().put("hostname", hostname);
    return basename == null ? json : json.put("basename", basename);
  }
}
