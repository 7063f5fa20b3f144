package io.barnacle.cluster.hazelcast;

import io.barnacle.node.Endpoint;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.Set;

/** Turns host names into IP literals with Vert.x's resolver, so that the cache of the JVM's own is not in the way. */
final class Resolver {

  private final VertxInternal vertx;

  Resolver(Vertx vertx) {
    this.vertx = (VertxInternal) vertx;
  }

  /**
   * All addresses of an endpoint's host.
   *
   * @return at least one endpoint, all literal; an {@link UnknownHostException} if there is none
   */
  Future<Set<Endpoint>> resolve(Endpoint endpoint) {
    if (endpoint.isLiteral()) {
      return Future.succeededFuture(Set.of(endpoint));
    }
    return vertx.nameResolver().resolveAll(endpoint.host()).compose(addresses -> {
      Set<Endpoint> endpoints = new LinkedHashSet<>();
      for (InetSocketAddress each : addresses) {
        endpoints.add(Endpoint.of(each.getAddress(), endpoint.port()));
      }
      return endpoints.isEmpty()
          ? Future.failedFuture(new UnknownHostException(endpoint.host() + " has no address"))
          : Future.succeededFuture(endpoints);
    });
  }
}
