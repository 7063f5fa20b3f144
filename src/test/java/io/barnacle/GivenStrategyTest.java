package io.barnacle;

import static io.barnacle.testkit.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GivenStrategyTest {

  private static final LocalNode SELF = new LocalNode(Node.parse("a@10.0.0.1:5701"), "test");

  private final Vertx vertx = Vertx.vertx();
  private final List<String> calls = java.util.Collections.synchronizedList(new ArrayList<>());
  private Supplier<Future<Void>> start = Future::succeededFuture;
  private Supplier<Future<Void>> close = Future::succeededFuture;
  private final Strategy given = new Strategy() {
    @Override
    public Future<Set<Node>> discoverNodes() {
      return Future.succeededFuture(Set.of());
    }

    @Override
    public Future<Void> start(LocalNode self) {
      calls.add("start");
      return start.get();
    }

    @Override
    public Future<Void> close() {
      calls.add("close");
      return close.get();
    }
  };

  @AfterEach
  void end() throws Exception {
    await(vertx.close());
  }

  private Strategy use() {
    return new GivenStrategy(given).create(vertx);
  }

  @Test
  void startsWithTheFirstAndClosesWithTheLast() throws Exception {
    Strategy first = use();
    Strategy second = use();
    await(first.start(SELF));
    await(second.start(SELF));
    await(first.close());
    await(first.close());
    assertEquals(List.of("start"), calls);
    await(second.close());
    assertEquals(List.of("start", "close"), calls);
  }

  @Test
  void oneThatNeverStartedItClosesNothing() throws Exception {
    Strategy first = use();
    await(first.start(SELF));
    await(use().close());
    assertEquals(List.of("start"), calls);
    await(first.close());
  }

  @Test
  void allShareTheOutcomeOfTheStart() throws Exception {
    Promise<Void> slow = Promise.promise();
    start = slow::future;
    Strategy first = use();
    Strategy second = use();
    Future<Void> one = first.start(SELF);
    Future<Void> other = second.start(SELF);
    assertFalse(other.isComplete());
    slow.fail(new StrategyException("the outside is shut"));
    assertThrows(StrategyException.class, () -> await(one));
    assertThrows(StrategyException.class, () -> await(other));
    await(first.close());
    await(second.close());
    start = Future::succeededFuture;
    await(use().start(SELF));
    assertEquals(List.of("start", "close", "start"), calls);
  }

  @Test
  void startsAnewOnceTheCloseIsOver() throws Exception {
    Promise<Void> slow = Promise.promise();
    close = slow::future;
    Strategy first = use();
    await(first.start(SELF));
    first.close();
    Strategy next = use();
    Future<Void> started = next.start(SELF);
    assertEquals(List.of("start", "close"), calls);
    slow.complete();
    await(started);
    assertEquals(List.of("start", "close", "start"), calls);
    await(next.close());
    assertEquals(List.of("start", "close", "start", "close"), calls);
  }

  @Test
  void whatItThrowsIsAFailure() throws Exception {
    start = () -> {
      throw new IllegalStateException("broken");
    };
    Strategy user = use();
    StrategyException failed = assertThrows(StrategyException.class, () -> await(user.start(SELF)));
    assertTrue(failed.getMessage().contains("broken"), failed.getMessage());
    close = () -> null;
    assertThrows(StrategyException.class, () -> await(user.close()));
  }
}
