package io.barnacle.node;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Locale;

/**
 * Where a node listens for members: a host (an IP literal or a name) and a port.
 *
 * <p>The host is kept in one canonical spelling, so that equal endpoints are equal as values: IPv4 literals in dotted
 * form, IPv6 literals in the form of RFC 5952 (an IPv4-mapped one as the IPv4 address it maps), names in lower case
 * without the trailing dot of an absolute name.
 *
 * @param host canonical host, never empty, IPv6 without brackets
 * @param port 1 to 65535, or 0 for "not known"
 */
public record Endpoint(String host, int port) implements Comparable<Endpoint> {

  /** The port when none is known. */
  public static final int NO_PORT = 0;

  /**
   * Canonicalises the host.
   *
   * @throws IllegalArgumentException if the host is empty or no host, or the port is out of range
   */
  public Endpoint {
    host = canonicalHost(host);
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not in 0..65535");
    }
  }

  /** An endpoint of an address that is already resolved. */
  public static Endpoint of(InetAddress address, int port) {
    return new Endpoint(NetUtil.toAddressString(address), port);
  }

  /** Whether the host is an IP address rather than a name. */
  public boolean isLiteral() {
    return isIpLiteral(host);
  }

  /** Whether the port is known. */
  public boolean hasPort() {
    return port != NO_PORT;
  }

  /** The same host with another port. */
  public Endpoint withPort(int newPort) {
    return new Endpoint(host, newPort);
  }

  @Override
  public int compareTo(Endpoint other) {
    int byHost = host.compareTo(other.host);
    return byHost != 0 ? byHost : Integer.compare(port, other.port);
  }

  /** {@code host:port}, an IPv6 host in brackets; without a known port just the host. */
  @Override
  public String toString() {
    if (!hasPort()) {
      return host;
    }
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }

  private static String canonicalHost(String host) {
    if (host == null || host.isEmpty()) {
      throw new IllegalArgumentException("host is empty");
    }
    if (isIpLiteral(host)) {
      return canonicalLiteral(host);
    }
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    if (name.isEmpty() || name.length() > 253) {
      throw new IllegalArgumentException("\"" + host + "\" is not a host name");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
      if (!plain && c != '.') {
        throw new IllegalArgumentException("\"" + host + "\" is not a host name or IP address");
      }
    }
    return name.toLowerCase(Locale.ROOT);
  }

  private static boolean isIpLiteral(String host) {
    return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
  }

  private static String canonicalLiteral(String host) {
    int zone = host.indexOf('%');
    String address = zone < 0 ? host : host.substring(0, zone);
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
    try {
      String canonical = NetUtil.toAddressString(InetAddress.getByAddress(bytes));
      return zone < 0 ? canonical : canonical + host.substring(zone);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalArgumentException("\"" + host + "\" is not an IP address", e);
    }
  }
}
