package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.ClusterException;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * One attempt to make a node a member, on the connector's context: probe its port, greet it as Hazelcast members do, ask
 * the oldest member to look at its cluster, and wait until it is a member or the time is over.
 */
final class ConnectAttempt {

  /** How often an attempt looks whether it is done; changes of membership are looked at as they happen. */
  private static final long LOOK_EVERY_MS = 25;
  /** How often a connection is opened anew that broke, as it does when the peer's cluster moves. */
  private static final long OPEN_EVERY_MS = 250;
  /** How often the oldest member is asked again. */
  private static final long OFFER_EVERY_MS = 1_000;

  private final HazelcastConnector.Parts parts;
  private final Node node;
  private final Duration timeout;
  private final Promise<Void> promise;
  private final long startedMs = nowMs();

  /** The addresses of the node; with its own advertised one as soon as that is known. */
  private final Set<Endpoint> endpoints = new HashSet<>();
  private Endpoint reached;
  private MemberProbe.Answer worst;
  private boolean greeted;
  private long openedMs = Long.MIN_VALUE / 2;
  private long offeredMs = Long.MIN_VALUE / 2;
  private int pending;

  ConnectAttempt(HazelcastConnector.Parts parts, Node node, Duration timeout, Promise<Void> promise) {
    this.parts = parts;
    this.node = node;
    this.timeout = timeout;
    this.promise = promise;
  }

  void start() {
    long deadline = parts.context().setTimer(Math.max(1, timeout.toMillis()), id -> giveUp());
    Runnable end = parts.membership().onChange(change -> look());
    promise.future().onComplete(done -> {
      parts.context().owner().cancelTimer(deadline);
      end.run();
      if (reached != null && !greeted) {
        parts.driver().greetingEnds();
        parts.driver().abandon(reached);
      }
    });
    parts.resolver().resolve(node.endpoint()).onComplete(resolved -> parts.context().execute(v -> {
      if (resolved.failed()) {
        promise.tryFail(new ClusterException.Unreachable(node, resolved.cause()));
      } else {
        probeAll(resolved.result());
      }
    }));
  }

  private void probeAll(Set<Endpoint> resolved) {
    endpoints.addAll(resolved);
    if (succeedIfMember()) {
      return;
    }
    if (parts.driver().evictions().staysOut()) {
      promise.tryFail(notJoined("this node was removed from its cluster and stays out until its own discovery lists it"));
      return;
    }
    parts.driver().evictions().welcome(resolved);
    pending = resolved.size();
    // A probe that hangs tells so before the attempt is over.
    Duration left = left().multipliedBy(9).dividedBy(10);
    resolved.forEach(endpoint -> parts.prober().probe(endpoint, left).onSuccess(answer -> parts.context().execute(v -> probed(answer))));
  }

  private void probed(MemberProbe.Answer answer) {
    pending--;
    if (reached != null || promise.future().isComplete()) {
      return;
    }
    if (answer.kind() == MemberProbe.Kind.MEMBER) {
      reached = answer.endpoint();
      parts.driver().greetingBegins();
      keepLooking();
      return;
    }
    if (worst == null || answer.kind().compareTo(worst.kind()) < 0) {
      worst = answer;
    }
    if (pending == 0) {
      promise.tryFail(failure(worst));
    }
  }

  private ClusterException failure(MemberProbe.Answer answer) {
    return switch (answer.kind()) {
      case UNREACHABLE -> new ClusterException.Unreachable(node, answer.cause());
      case COOKIE_REFUSED -> new ClusterException.CookieRefused(node);
      case COOKIE_NEEDED -> new ClusterException.CookieNeeded(node);
      case MEMBER, WAITING, STRANGER, SILENT -> notJoined(answer.detail());
    };
  }

  private void look() {
    if (promise.future().isComplete() || reached == null || succeedIfMember()) {
      return;
    }
    if (!parts.driver().isRunning()) {
      promise.tryFail(new ClusterException.EngineFailed("the cluster engine of this node does not run", null));
      return;
    }
    // Who refuses also hangs up: look for that first.
    if (greeted && endpoints.stream().anyMatch(each -> parts.driver().refusedSince(each, startedMs))) {
      promise.tryFail(notJoined("it belongs to another cluster: its cluster name is not \"" + parts.clusterName()
          + "\" (cluster.name), or its Hazelcast configuration differs"));
      return;
    }
    parts.driver().peerAt(reached).ifPresentOrElse(this::negotiate, this::open);
  }

  private void open() {
    if (nowMs() - openedMs >= OPEN_EVERY_MS) {
      openedMs = nowMs();
      parts.driver().open(reached);
    }
  }

  private void keepLooking() {
    look();
    if (!promise.future().isComplete()) {
      parts.context().setTimer(LOOK_EVERY_MS, id -> keepLooking());
    }
  }

  private void negotiate(HazelcastInternals.Peer peer) {
    Optional<Member> known = parts.membership().withUuid(peer.uuid());
    if (known.isPresent()) {
      // A member all the while, under an address that nobody had told of.
      endpoints.forEach(endpoint -> parts.membership().learn(endpoint, known.get()));
      promise.tryComplete();
      return;
    }
    if (!greeted) {
      greeted = true;
      parts.driver().greetingEnds();
      endpoints.add(peer.primary());
      parts.driver().evictions().welcome(endpoints);
      parts.driver().ask(reached);
    }
    if (nowMs() - offeredMs >= OFFER_EVERY_MS) {
      offeredMs = nowMs();
      parts.driver().offer(peer.primary());
    }
  }

  private boolean succeedIfMember() {
    Optional<Member> member = endpoints.stream().flatMap(endpoint -> parts.membership().at(endpoint).stream()).findFirst();
    member.ifPresent(found -> {
      endpoints.forEach(endpoint -> parts.membership().learn(endpoint, found));
      promise.tryComplete();
    });
    return member.isPresent();
  }

  private void giveUp() {
    if (reached == null) {
      promise.tryFail(worst != null ? failure(worst) : new ClusterException.Unreachable(
          node, new java.util.concurrent.TimeoutException("no answer within " + timeout.toMillis() + " ms")));
    } else if (!greeted) {
      promise.tryFail(notJoined("it greets as a Hazelcast member but does not get further: it is stopped, overloaded, or"
          + " leaving"));
    } else {
      promise.tryFail(notJoined("the two clusters are not merged yet: a merge may be in progress, or their Hazelcast"
          + " versions differ (see the log of the oldest member)"));
    }
  }

  private ClusterException.NotJoined notJoined(String hint) {
    return new ClusterException.NotJoined(node, Duration.ofMillis(nowMs() - startedMs), hint);
  }

  private Duration left() {
    return Duration.ofMillis(Math.max(1, timeout.toMillis() - (nowMs() - startedMs)));
  }

  private static long nowMs() {
    return System.nanoTime() / 1_000_000;
  }
}
