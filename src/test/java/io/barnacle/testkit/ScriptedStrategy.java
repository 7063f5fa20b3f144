package io.barnacle.testkit;

import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.vertx.core.Future;
import java.util.Set;
import java.util.function.Supplier;

/** A strategy that answers as it is told and counts how often it was asked. */
public final class ScriptedStrategy implements Strategy {

  private Supplier<Future<Set<Node>>> answer = () -> Future.succeededFuture(Set.of());
  private int calls;
  private LocalNode self;
  private boolean closed;

  /** From now on it finds these. */
  public ScriptedStrategy finds(String... nodes) {
    Set<Node> found = new java.util.HashSet<>();
    for (String node : nodes) {
      found.add(Node.parse(node));
    }
    return answers(() -> Future.succeededFuture(Set.copyOf(found)));
  }

  /** From now on it does this. */
  public synchronized ScriptedStrategy answers(Supplier<Future<Set<Node>>> answer) {
    this.answer = answer;
    return this;
  }

  /** How often it was asked. */
  public synchronized int calls() {
    return calls;
  }

  /** The node that it was started with, or null. */
  public synchronized LocalNode self() {
    return self;
  }

  /** Whether it was closed. */
  public synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public Future<Set<Node>> discoverNodes() {
    Supplier<Future<Set<Node>>> now;
    synchronized (this) {
      calls++;
      now = answer;
    }
    return now.get();
  }

  @Override
  public synchronized Future<Void> start(LocalNode localNode) {
    this.self = localNode;
    return Future.succeededFuture();
  }

  @Override
  public synchronized Future<Void> close() {
    this.closed = true;
    return Future.succeededFuture();
  }
}
