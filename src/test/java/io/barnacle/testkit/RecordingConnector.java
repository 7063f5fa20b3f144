package io.barnacle.testkit;

import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.Connector;
import io.barnacle.cluster.MembershipChange;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A cluster of sets: nodes are reachable or not, and connect at once; what was asked is recorded. */
public final class RecordingConnector implements Connector {

  public final List<String> calls = new ArrayList<>();
  public final Set<Node> unreachable = new HashSet<>();
  public final Set<Node> silent = new HashSet<>();
  /** So many probes get no answer, whoever is asked. */
  public int missedProbes;
  private final Member self;
  private final Set<Node> members = new TreeSet<>();
  private final List<Consumer<MembershipChange>> handlers = new ArrayList<>();

  /** This node is of that name, {@code self@127.0.0.1:1} for instance. */
  public RecordingConnector(String self) {
    this.self = member(Node.parse(self));
  }

  /** Members that are there before. */
  public RecordingConnector with(String... nodes) {
    for (String node : nodes) {
      members.add(Node.parse(node));
    }
    return this;
  }

  /** The member drops out by itself. */
  public void lose(String node, String reason) {
    Node lost = Node.parse(node);
    if (members.remove(lost)) {
      List.copyOf(handlers).forEach(h -> h.accept(new MembershipChange.Left(member(lost), reason)));
    }
  }

  private static Member member(Node node) {
    return new Member("id-" + node, node, Set.<Endpoint>of());
  }

  @Override
  public Member self() {
    return self;
  }

  @Override
  public Set<Member> members() {
    Set<Member> all = new HashSet<>();
    all.add(self);
    members.forEach(node -> all.add(member(node)));
    return all;
  }

  @Override
  public Future<Set<Node>> identify(Set<Node> discovered) {
    Set<Node> others = new HashSet<>(discovered);
    others.remove(self.node());
    return Future.succeededFuture(others);
  }

  @Override
  public Future<Void> connect(Node node, Duration timeout) {
    calls.add("connect " + node);
    if (silent.contains(node)) {
      return io.vertx.core.Promise.<Void>promise().future();
    }
    if (unreachable.contains(node)) {
      return Future.failedFuture(new ClusterException.Unreachable(node, new java.net.ConnectException("refused")));
    }
    members.add(node);
    List.copyOf(handlers).forEach(h -> h.accept(new MembershipChange.Joined(member(node))));
    return Future.succeededFuture();
  }

  @Override
  public Future<Boolean> probe(Node node, Duration timeout) {
    calls.add("probe " + node);
    return Future.succeededFuture(missedProbes-- <= 0 && !unreachable.contains(node));
  }

  @Override
  public Future<Void> disconnect(Node node, Duration timeout) {
    calls.add("disconnect " + node);
    lose(node.toString(), "disconnected");
    return Future.succeededFuture();
  }

  @Override
  public Runnable onChange(Consumer<MembershipChange> handler) {
    handlers.add(handler);
    return () -> handlers.remove(handler);
  }
}
