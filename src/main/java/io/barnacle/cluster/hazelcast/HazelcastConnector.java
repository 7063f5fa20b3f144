package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.Connector;
import io.barnacle.cluster.MembershipChange;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The connector of one cluster manager; usable between its join and its leave. State lives on one event-loop parts.context(). */
final class HazelcastConnector implements Connector {

  /** What a connector works with. */
  record Parts(
      ContextInternal context,
      Membership membership,
      Resolver resolver,
      MemberProbe prober,
      MergeDriver driver,
      String clusterName,
      Refusals refusals) {
  }

  private final Parts parts;
  private final Member self;
  private final Set<Endpoint> ownEndpoints;
  private final int defaultPort;
  private final Duration spareProbe;

  /**
   * @param defaultPort the port of nodes that were discovered without one
   * @param spareProbe for how long a discovery may wait to hear whether somebody is at the spare address of a member
   */
  HazelcastConnector(Parts parts, Identity identity, int defaultPort, Duration spareProbe) {
    this.spareProbe = spareProbe;
    this.parts = parts;
    this.self = identity.self();
    this.ownEndpoints = identity.ownEndpoints();
    this.defaultPort = defaultPort;
  }

  @Override
  public Member self() {
    return self;
  }

  @Override
  public Set<Member> members() {
    Set<Member> members = new HashSet<>(parts.membership().members());
    if (members.stream().noneMatch(member -> member.nodeId().equals(self.nodeId()))) {
      members.add(self);
    }
    return Set.copyOf(members);
  }

  @Override
  public Future<Set<Node>> identify(Set<Node> discovered) {
    List<Future<Optional<Node>>> each =
        discovered.stream().map(node -> identify(withPort(node))).collect(Collectors.toList());
    return Future.all(each).map(all -> each.stream().flatMap(f -> f.result().stream()).collect(Collectors.toSet()))
        .onSuccess(others -> parts.context().runOnContext(v -> parts.driver().evictions().discovered(
            each.stream().anyMatch(f -> f.result().isEmpty()))));
  }

  /** The node as the cluster names it; empty for this node itself. */
  private Future<Optional<Node>> identify(Node node) {
    return parts.resolver().resolve(node.endpoint())
        .compose(endpoints -> parts.context().<Optional<Node>>future(promise -> parts.context().execute(v -> {
          if (endpoints.stream().anyMatch(ownEndpoints::contains)) {
            promise.complete(Optional.empty());
          } else {
            endpoints.stream()
                .flatMap(endpoint -> parts.membership().at(endpoint).stream())
                .findFirst()
                .ifPresentOrElse(
                    member -> promise.complete(Optional.of(member.node())),
                    () -> unlessSpare(node).onComplete(promise));
          }
        })))
        .otherwise(Optional.of(node));
  }

  /**
   * A node that has an IPv4 and an IPv6 address, and listens on one of them, is listed at the other by a name that has both.
   * It is that one node if it says that the address is its machine's, and nobody answers there; asked anew each time, as
   * somebody may begin to.
   */
  private Future<Optional<Node>> unlessSpare(Node node) {
    Optional<Member> claimant = parts.membership().claimantOf(node.endpoint());
    if (claimant.isEmpty()) {
      return Future.succeededFuture(Optional.of(node));
    }
    Member member = claimant.get();
    Optional<Node> meant = member.nodeId().equals(self.nodeId()) ? Optional.empty() : Optional.of(member.node());
    return parts.prober().probe(node.endpoint(), spareProbe)
        .map(answer -> answer.kind() == MemberProbe.Kind.UNREACHABLE ? meant : Optional.of(node));
  }

  @Override
  public Future<Void> connect(Node node, Duration timeout) {
    Promise<Void> promise = Promise.promise();
    Node target = withPort(node);
    parts.context().runOnContext(v -> new ConnectAttempt(parts, target, timeout, promise).start());
    return promise.future();
  }

  @Override
  public Future<Boolean> probe(Node node, Duration timeout) {
    Node target = withPort(node);
    Promise<Boolean> promise = Promise.promise();
    parts.context().setTimer(Math.max(1, timeout.toMillis()), id -> promise.tryComplete(false));
    parts.resolver().resolve(target.endpoint())
        .compose(endpoints -> Future.all(endpoints.stream()
            .map(endpoint -> parts.prober().probe(endpoint, timeout).onSuccess(answer -> {
              if (answer.kind().isAlive()) {
                promise.tryComplete(true);
              }
            }))
            .collect(Collectors.toList())))
        .onComplete(done -> promise.tryComplete(false));
    return promise.future();
  }

  @Override
  public Future<Void> disconnect(Node node, Duration timeout) {
    Node target = withPort(node);
    if (ownEndpoints.contains(target.endpoint())) {
      throw new IllegalArgumentException(target + " is this node, which leaves by closing its Vert.x");
    }
    Promise<Void> promise = Promise.promise();
    parts.resolver().resolve(target.endpoint()).otherwise(Set.of(target.endpoint())).onSuccess(endpoints ->
        parts.context().runOnContext(v -> endpoints.stream()
            .flatMap(endpoint -> parts.membership().at(endpoint).stream())
            .findFirst()
            .ifPresentOrElse(member -> remove(member, timeout, promise), promise::tryComplete)));
    return promise.future();
  }

  private void remove(Member member, Duration timeout, Promise<Void> promise) {
    Runnable end = parts.membership().onChange(change -> {
      if (change instanceof MembershipChange.Left left && left.member().nodeId().equals(member.nodeId())) {
        promise.tryComplete();
      }
    });
    parts.context().setTimer(Math.max(1, timeout.toMillis()), id -> promise.tryFail(new ClusterException.EngineFailed(
        member.node() + " was not removed within " + timeout.toMillis() + " ms: the oldest member did not act", null)));
    promise.future().onComplete(done -> end.run());
    parts.driver().evict(member, "removed by " + self.node());
  }

  @Override
  public long refusals() {
    return parts.refusals().count();
  }

  @Override
  public Runnable onChange(Consumer<MembershipChange> handler) {
    return parts.membership().onChange(handler);
  }

  private Node withPort(Node node) {
    return node.hasPort() ? node : node.withPort(defaultPort);
  }
}
