package io.barnacle.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyException;
import io.barnacle.strategy.StrategyOptions;
import io.barnacle.strategy.StrategyProvider;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every strategy promises; a subclass supplies one whose outside works and one whose outside cannot be asked. */
public abstract class StrategyContract {

  private static final long DEADLINE_SECONDS = 20;

  protected Vertx vertx;
  protected Context context;

  /** Options of a strategy whose outside answers with {@link #expected()}. */
  protected abstract StrategyOptions working();

  /** What the working strategy discovers, apart from this node itself. */
  protected abstract Set<Node> expected();

  /** Options of a strategy whose outside cannot be asked, or null if there is no such thing (a fixed list). */
  protected abstract StrategyOptions broken();

  /** This node. */
  protected LocalNode self() {
    return new LocalNode(Node.of("contract", "127.0.0.1", 5999), "contract");
  }

  @BeforeEach
  void openVertx() {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
  }

  @AfterEach
  void closeVertx() throws Exception {
    await(vertx.close());
  }

  /** Runs on the event loop and waits for the result. */
  protected <T> T onContext(Callable<Future<T>> action) throws Exception {
    Promise<T> done = Promise.promise();
    context.runOnContext(v -> {
      try {
        action.call().onComplete(done);
      } catch (Throwable t) {
        done.fail(t);
      }
    });
    return await(done.future());
  }

  /** Waits with a deadline. */
  protected static <T> T await(Future<T> future) throws Exception {
    try {
      return future.toCompletionStage().toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
    }
  }

  private Strategy started(StrategyOptions options) throws Exception {
    Strategy strategy = onContext(() -> Future.succeededFuture(options.create(vertx)));
    onContext(() -> strategy.start(self()));
    return strategy;
  }

  @Test
  void discoversWhatIsThere() throws Exception {
    Strategy strategy = started(working());
    Set<Node> found = new java.util.HashSet<>(onContext(strategy::discoverNodes));
    found.remove(self().node());
    assertEquals(expected(), found);
    onContext(strategy::close);
  }

  @Test
  void discoversTwiceAtOnceAndAgain() throws Exception {
    Strategy strategy = started(working());
    var both = onContext(() -> Future.all(strategy.discoverNodes(), strategy.discoverNodes()));
    assertEquals(both.<Set<Node>>resultAt(0), both.<Set<Node>>resultAt(1));
    assertNotNull(onContext(strategy::discoverNodes));
    onContext(strategy::close);
  }

  @Test
  void completesOnTheCallingContext() throws Exception {
    Strategy strategy = started(working());
    Context completedOn = onContext(() -> strategy.discoverNodes().map(nodes -> Vertx.currentContext()));
    assertSame(context, completedOn);
    onContext(strategy::close);
  }

  @Test
  void failureIsNotEmptiness() throws Exception {
    StrategyOptions options = broken();
    org.junit.jupiter.api.Assumptions.assumeTrue(options != null, "a fixed answer cannot fail");
    Strategy strategy = onContext(() -> Future.succeededFuture(options.create(vertx)));
    Throwable failure = assertThrows(Exception.class, () -> {
      onContext(() -> strategy.start(self()));
      onContext(strategy::discoverNodes);
    });
    assertInstanceOf(StrategyException.class, failure);
    assertTrue(failure.getMessage() != null && !failure.getMessage().isBlank());
    onContext(strategy::close);
  }

  @Test
  void closesTwiceAndThenRefuses() throws Exception {
    Strategy strategy = started(working());
    onContext(strategy::close);
    onContext(strategy::close);
    assertInstanceOf(StrategyException.class, assertThrows(Exception.class, () -> onContext(strategy::discoverNodes)));
  }

  @Test
  void jsonRoundTripsThroughItsProvider() {
    StrategyOptions options = working();
    JsonObject json = options.toJson();
    assertEquals(options.type(), json.getString("type"));
    StrategyProvider provider = ServiceLoader.load(StrategyProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(p -> p.type().equals(options.type()))
        .findFirst().orElseThrow();
    assertEquals(options, provider.fromJson(new JsonObject(json.encode())));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> provider.fromJson(json.copy().put("nonsense", 1)));
    assertTrue(refused.getMessage().contains("nonsense: is not known"), refused.getMessage());
  }
}
