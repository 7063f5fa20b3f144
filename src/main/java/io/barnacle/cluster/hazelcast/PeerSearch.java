package io.barnacle.cluster.hazelcast;

import io.barnacle.node.Endpoint;
import io.barnacle.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds out which of some nodes answer, and which of those as members do; on the connector's context. */
final class PeerSearch {

  private static final System.Logger LOG = System.getLogger(PeerSearch.class.getName());

  /** More are asked a random part at a time. */
  private static final int MOST_PROBES = 64;
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration PROBE = Duration.ofMillis(2_500);
  /** Once one peer has answered, slower ones are not waited for much longer: they are connected later. */
  private static final long SLOWER_MS = 200;

  /**
   * What was found.
   *
   * @param answers of the endpoints that were asked and have answered, or not answered, in time
   * @param unasked how many nodes were not asked: their names are unknown, or there are too many
   */
  record Found(Collection<MemberProbe.Answer> answers, int unasked) {

    static final Found NOTHING = new Found(List.of(), 0);

    Found {
      answers = List.copyOf(answers);
    }

    Set<Endpoint> members() {
      return answers.stream().filter(answer -> answer.kind() == MemberProbe.Kind.MEMBER)
          .map(MemberProbe.Answer::endpoint).collect(Collectors.toSet());
    }
  }

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
    return search(nodes, PROBE).map(Found::members);
  }

  /** How the nodes answer, within a second or so; never fails. */
  Future<Found> look(Collection<Node> nodes) {
    return search(nodes, LOOK);
  }

  private Future<Found> search(Collection<Node> nodes, Duration timeout) {
    List<Future<Set<Endpoint>>> resolved = nodes.stream()
        .map(node -> resolver.resolve(node.hasPort() ? node.endpoint() : node.endpoint().withPort(defaultPort))
            .otherwise(Set.of()))
        .collect(Collectors.toList());
    return Future.join(resolved).compose(v -> {
      int unknown = (int) resolved.stream().filter(each -> each.result().isEmpty()).count();
      List<Endpoint> endpoints =
          resolved.stream().flatMap(each -> each.result().stream()).distinct().collect(Collectors.toList());
      Collections.shuffle(endpoints);
      int asked = Math.min(endpoints.size(), MOST_PROBES);
      return probe(endpoints.subList(0, asked), timeout, unknown + endpoints.size() - asked);
    });
  }

  private Future<Found> probe(List<Endpoint> endpoints, Duration timeout, int unasked) {
    List<MemberProbe.Answer> answers = new ArrayList<>();
    Promise<Found> promise = context.promise();
    List<Future<Void>> probes = endpoints.stream()
        .map(endpoint -> {
          Promise<Void> noted = Promise.promise();
          prober.probe(endpoint, timeout).onSuccess(answer -> context.runOnContext(v -> {
            answers.add(answer);
            if (answer.kind() == MemberProbe.Kind.MEMBER) {
              context.setTimer(SLOWER_MS, id -> promise.tryComplete(new Found(answers, unasked)));
            } else {
              LOG.log(System.Logger.Level.DEBUG, "{0} is no peer yet: {1}", endpoint, answer.detail());
            }
            noted.complete();
          }));
          return noted.future();
        })
        .collect(Collectors.toList());
    Future.join(probes).onComplete(done -> context.runOnContext(v -> promise.tryComplete(new Found(answers, unasked))));
    return promise.future();
  }
}
