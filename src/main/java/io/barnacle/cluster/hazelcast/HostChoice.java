package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.ClusterException;
import io.barnacle.node.Endpoint;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides where a node listens: on the host that was configured and nowhere else, so that a node on the loopback address
 * is not open to the network; on every address of the machine if none was.
 */
final class HostChoice {

  private final Resolver resolver;

  HostChoice(Resolver resolver) {
    this.resolver = resolver;
  }

  /** @param host an IP literal or name of this machine, a wildcard address, or null for no choice */
  Future<MemberAddress> choose(String host) {
    if (host == null || host.equals("0.0.0.0") || host.equals("::")) {
      return Future.succeededFuture(MemberAddress.any());
    }
    return resolver.resolve(new Endpoint(host, Endpoint.NO_PORT)).transform(resolved -> {
      if (resolved.failed()) {
        return Future.failedFuture(new ClusterException.EngineFailed(
            "node.host: \"" + host + "\" cannot be resolved: " + resolved.cause().getMessage(), resolved.cause()));
      }
      List<String> tried = new ArrayList<>();
      for (Endpoint each : resolved.result()) {
        InetAddress address = literal(each);
        if (MemberAddress.isLocal(address)) {
          return Future.succeededFuture(MemberAddress.only(address));
        }
        tried.add(each.host());
      }
      return Future.failedFuture(new ClusterException.EngineFailed("node.host: \"" + host + "\" is " + String.join(", ", tried)
          + ", which is no address of this machine; name one that is, or leave it out to listen on all", null));
    });
  }

  private static InetAddress literal(Endpoint endpoint) {
    try {
      return InetAddress.getByName(endpoint.host());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(endpoint + " is no literal", e);
    }
  }
}
