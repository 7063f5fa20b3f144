package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.Secret;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Fetches the cookies of a node, and refuses to go on without one where strangers could reach it. Blocks. */
final class CookieReader {

  private static final System.Logger LOG = System.getLogger(CookieReader.class.getName());

  private CookieReader() {
  }

  /**
   * The cookies that are configured, if any.
   *
   * @throws ClusterException.EngineFailed if one cannot be had, or there is none and the node would be open to the network;
   *     the message says what to do
   */
  static Optional<Cookies> read(ClusterOptions options, MemberAddress address) {
    if (options.getCookie() == null) {
      if (options.getPreviousCookie() != null) {
        throw new ClusterException.EngineFailed(
            "cluster.previousCookie: is of use only beside cluster.cookie, which is missing", null);
      }
      requireSafe(options, address);
      return Optional.empty();
    }
    List<byte[]> cookies = new ArrayList<>();
    cookies.add(secret("cluster.cookie", options.getCookie(), options));
    if (options.getPreviousCookie() != null) {
      cookies.add(secret("cluster.previousCookie", options.getPreviousCookie(), options));
    }
    return Optional.of(new Cookies(options.getName(), cookies));
  }

  private static byte[] secret(String key, Secret secret, ClusterOptions options) {
    if (secret.isInline()) {
      LOG.log(System.Logger.Level.WARNING, key + " stands in the configuration itself, where it is easily copied along:"
          + " give \"env:NAME\" or \"file:PATH\"");
    }
    try {
      return secret.read(options.isCookieFileMayBeShared());
    } catch (IllegalArgumentException e) {
      throw new ClusterException.EngineFailed(key + ": " + e.getMessage(), e);
    }
  }

  private static void requireSafe(ClusterOptions options, MemberAddress address) {
    if (!address.bindAny() && isLoopback(address.host())) {
      return;
    }
    String where = address.bindAny() ? "every address of this machine" : address.host();
    String danger = "without a cookie whoever reaches the port and guesses the cluster's name is a member";
    if (!options.isInsecure()) {
      throw new ClusterException.EngineFailed("cluster.cookie: is missing, and this node would listen on " + where + ": "
          + danger + ". Set cluster.cookie to \"env:NAME\" or \"file:PATH\" on every node (\"openssl rand -hex 32\" makes"
          + " one), or node.host to 127.0.0.1 for a cluster on this machine only, or cluster.insecure to true if nobody"
          + " else can reach the port", null);
    }
    LOG.log(System.Logger.Level.WARNING, "cluster.insecure: this node listens on " + where + ", and " + danger);
  }

  private static boolean isLoopback(String literal) {
    try {
      return InetAddress.getByName(literal).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
