package io.barnacle.cluster.hazelcast;

import io.barnacle.node.Endpoint;
import io.barnacle.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds out which of some nodes answer as members do; on the connector's context. */
final class PeerSearch {

  private static final System.Logger LOG = System.getLogger(PeerSearch.class.getName());

  private static final Duration PROBE = Duration.ofMillis(2_500);
  /** Once one peer has answered, slower ones are not waited for much longer: they are connected later. */
  private static final long SLOWER_MS = 200;

  private final ContextInternal context;
  private final Resolver resolver;
  private final MemberProbe prober;
  private final int defaultPort;

  /** @param defaultPort the port of nodes without one */
  PeerSearch(ContextInternal context, Resolver resolver, MemberProbe prober, int defaultPort) {
    this.context = context;
    this.resolver = resolver;
    this.prober = prober;
    this.defaultPort = defaultPort;
  }

  /** The addresses of nodes at which a member answers; never fails. */
  Future<Set<Endpoint>> answering(Collection<Node> nodes) {
    List<Future<Set<Endpoint>>> resolved = nodes.stream()
        .map(node -> resolver.resolve(node.hasPort() ? node.endpoint() : node.endpoint().withPort(defaultPort))
            .otherwise(Set.of()))
        .collect(Collectors.toList());
    return Future.join(resolved).compose(v ->
        probe(resolved.stream().flatMap(each -> each.result().stream()).collect(Collectors.toSet())));
  }

  private Future<Set<Endpoint>> probe(Set<Endpoint> endpoints) {
    Set<Endpoint> answering = new HashSet<>();
    Promise<Set<Endpoint>> promise = context.promise();
    List<Future<MemberProbe.Answer>> probes = endpoints.stream()
        .map(endpoint -> prober.probe(endpoint, PROBE).onSuccess(answer -> context.execute(v -> {
          if (answer.kind() == MemberProbe.Kind.MEMBER) {
            answering.add(endpoint);
            context.setTimer(SLOWER_MS, id -> promise.tryComplete(answering));
          } else {
            LOG.log(System.Logger.Level.DEBUG, "{0} is no peer yet: {1}", endpoint, answer.detail());
          }
        })))
        .collect(Collectors.toList());
    Future.join(probes).onComplete(done -> context.runOnContext(v -> promise.tryComplete(answering)));
    return promise.future().map(Set::copyOf);
  }
}
