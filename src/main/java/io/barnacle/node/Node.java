package io.barnacle.node;

import java.util.Objects;

/**
 * A node as discovery names it: {@code basename@host[:port]}, such as {@code my_app@10.0.0.3:5701} or
 * {@code my_app@[fd00::1]:5701}. It may be there or not; a {@link Member} is one that is.
 *
 * <p>Two nodes are equal when their {@linkplain #endpoint() endpoints} are; the basename is a label. A node without a port
 * ({@link Endpoint#NO_PORT}) differs from one with a port: whoever makes members of nodes fills the port in first.
 */
public final class Node implements Comparable<Node> {

  private static final int MAX_BASENAME = 255;

  private final String basename;
  private final Endpoint endpoint;

  /**
   * @param basename the name before the {@code @}: 1 to 255 characters, none of them a control character, white space,
   *     {@code @} or a quotation mark
   * @param endpoint where the node listens for members
   * @throws IllegalArgumentException if the basename is not one
   */
  public Node(String basename, Endpoint endpoint) {
    this.basename = requireBasename(basename);
    this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
  }

  /** A node of its parts; see {@link Endpoint} for the host. */
  public static Node of(String basename, String host, int port) {
    return new Node(basename, new Endpoint(host, port));
  }

  /**
   * Reads {@code basename@host[:port]}; an IPv6 host stands in brackets where a port follows, and may elsewhere.
   *
   * @throws IllegalArgumentException {@code "…" is not basename@host[:port]}, with what is wrong
   */
  public static Node parse(String text) {
    int at = text.indexOf('@');
    if (at <= 0 || at != text.lastIndexOf('@') || at == text.length() - 1) {
      throw malformed(text, null);
    }
    try {
      return new Node(text.substring(0, at), parseEndpoint(text.substring(at + 1)));
    } catch (IllegalArgumentException e) {
      throw malformed(text, e);
    }
  }

  /**
   * Checks a basename.
   *
   * @return the basename
   * @throws IllegalArgumentException if it is empty, too long, or has a character that it must not have
   */
  public static String requireBasename(String basename) {
    if (basename == null || basename.isEmpty() || basename.length() > MAX_BASENAME) {
      throw new IllegalArgumentException("a basename has 1 to " + MAX_BASENAME + " characters");
    }
    for (int i = 0; i < basename.length(); i++) {
      char c = basename.charAt(i);
      if (c == '@' || c == '"' || Character.isWhitespace(c) || Character.isISOControl(c)) {
        throw new IllegalArgumentException("\"" + basename + "\" has a character that a basename cannot have");
      }
    }
    return basename;
  }

  /** The part before the {@code @}. */
  public String basename() {
    return basename;
  }

  /** Where the node listens for members; what makes it equal to another. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Canonical host, see {@link Endpoint#host()}. */
  public String host() {
    return endpoint.host();
  }

  /** The port, {@link Endpoint#NO_PORT} if not known. */
  public int port() {
    return endpoint.port();
  }

  /** Whether the port is known. */
  public boolean hasPort() {
    return endpoint.hasPort();
  }

  /** The same node at another port. */
  public Node withPort(int port) {
    return new Node(basename, endpoint.withPort(port));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Node && endpoint.equals(((Node) other).endpoint);
  }

  @Override
  public int hashCode() {
    return endpoint.hashCode();
  }

  @Override
  public int compareTo(Node other) {
    return endpoint.compareTo(other.endpoint);
  }

  /** {@code basename@host[:port]}; {@link #parse} reads it back. */
  @Override
  public String toString() {
    return basename + "@" + endpoint;
  }

  private static Endpoint parseEndpoint(String text) {
    if (text.startsWith("[")) {
      int close = text.indexOf(']');
      String rest = close < 0 ? "?" : text.substring(close + 1);
      if (!rest.isEmpty() && !rest.startsWith(":")) {
        throw new IllegalArgumentException("the brackets of an IPv6 address do not close before the port");
      }
      String host = text.substring(1, close);
      if (host.indexOf(':') < 0) {
        throw new IllegalArgumentException("brackets are for IPv6 addresses");
      }
      return new Endpoint(host, rest.isEmpty() ? Endpoint.NO_PORT : parsePort(rest.substring(1)));
    }
    int colon = text.indexOf(':');
    if (colon < 0 || colon != text.lastIndexOf(':')) {
      return new Endpoint(text, Endpoint.NO_PORT);
    }
    return new Endpoint(text.substring(0, colon), parsePort(text.substring(colon + 1)));
  }

  private static int parsePort(String text) {
    boolean digits = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = digits ? Integer.parseInt(text) : 0;
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port \"" + text + "\" is not in 1..65535");
    }
    return port;
  }

  private static IllegalArgumentException malformed(String text, IllegalArgumentException cause) {
    String why = cause == null ? "" : " (" + cause.getMessage() + ")";
    return new IllegalArgumentException("\"" + text + "\" is not basename@host[:port]" + why, cause);
  }
}
