package io.barnacle.strategy.dns;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.barnacle.node.Node;
import io.barnacle.strategy.Strategy;
import io.barnacle.testkit.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A Vert.x, strategies on one of its contexts, and servers that are closed after the test. */
abstract class DnsFixture {

  Vertx vertx;
  private Context context;
  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeEach
  void openVertx() {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
    Await.await(vertx.close());
  }

  <T extends AutoCloseable> T use(T resource) {
    opened.add(resource);
    return resource;
  }

  /** Options of a lookup of {@code app.test.} at these servers, nothing of the system in it. */
  static DnsOptions options(String... servers) {
    return new DnsOptions().setBasename("app").setHostname("app.test.").setServers(List.of(servers))
        .setSearch(List.of()).setNdots(1).setTimeout(Duration.ofSeconds(5));
  }

  Strategy strategy(DnsOptions options) throws Exception {
    Strategy strategy = onContext(() -> Future.succeededFuture(options.create(vertx)));
    use((Closeable) () -> strategy.close());
    return strategy;
  }

  Set<String> discover(DnsOptions options) throws Exception {
    return discover(strategy(options));
  }

  Set<String> discover(Strategy strategy) throws Exception {
    Set<String> names = new TreeSet<>();
    onContext(strategy::discoverNodes).forEach((Node node) -> names.add(node.toString()));
    return names;
  }

  DnsLookupException discoverFails(DnsOptions options) throws Exception {
    return discoverFails(strategy(options));
  }

  DnsLookupException discoverFails(Strategy strategy) {
    return assertThrows(DnsLookupException.class, () -> onContext(strategy::discoverNodes));
  }

  <T> T onContext(Callable<Future<T>> action) throws Exception {
    Promise<T> done = Promise.promise();
    context.runOnContext(v -> {
      try {
        action.call().onComplete(done);
      } catch (Throwable t) {
        done.fail(t);
      }
    });
    return Await.await(done.future());
  }
}
