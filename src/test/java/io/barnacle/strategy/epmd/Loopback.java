package io.barnacle.strategy.epmd;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A Vert.x with one context, and servers that misbehave: what the tests of this package share. */
final class Loopback implements AutoCloseable {

  private static final long DEADLINE_SECONDS = 20;

  /** Names that no hosts file knows go to a resolver that is not there. */
  final Vertx vertx = Vertx.vertx(new VertxOptions().setAddressResolverOptions(new AddressResolverOptions()
      .addServer("127.0.0.1:9").setSearchDomains(List.of()).setQueryTimeout(200).setMaxQueries(1)));
  final Context context = vertx.getOrCreateContext();

  /** Runs on the context and waits for the result. */
  <T> T on(Callable<Future<T>> action) throws Exception {
    Promise<T> done = Promise.promise();
    context.runOnContext(v -> {
      try {
        action.call().onComplete(done);
      } catch (Throwable t) {
        done.fail(t);
      }
    });
    try {
      return done.future().toCompletionStage().toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
    }
  }

  /** A server that does this with every connection; its port. */
  int serve(Handler<NetSocket> behaviour) throws Exception {
    return on(() -> vertx.createNetServer().connectHandler(behaviour).listen(0, PortMapper.LOOPBACK)
        .map(NetServer::actualPort));
  }

  /** The same at an address of the loopback network and a port. */
  void serve(String host, int port, Handler<NetSocket> behaviour) throws Exception {
    on(() -> vertx.createNetServer().connectHandler(behaviour).listen(port, host));
  }

  /** A server that reads a request, answers with these bytes and closes; its port. */
  int answer(Buffer reply) throws Exception {
    return serve(socket -> socket.handler(request -> socket.end(reply)));
  }

  /** A server that reads and says nothing; its port. */
  int silence() throws Exception {
    return serve(socket -> socket.handler(request -> { }));
  }

  @Override
  public void close() {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("Vert.x does not close", e);
    }
  }
}
