package io.barnacle.cluster.hazelcast;

import io.vertx.core.spi.cluster.NodeListener;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Tells Vert.x's node listener who comes and goes, in order and on the pool: high availability blocks in there. */
final class NodeNews {

  private final Membership membership;
  private final KeyedSerial serial;
  private final Supplier<NodeListener> listener;
  /** The members as they were when the event came that this thread is telling Vert.x of. */
  private final ThreadLocal<List<String>> nodesThen = new ThreadLocal<>();
  private volatile boolean stopped;

  NodeNews(Membership membership, Executor pool, Supplier<NodeListener> listener) {
    this.membership = membership;
    this.serial = new KeyedSerial(pool);
    this.listener = listener;
  }

  void stop() {
    stopped = true;
  }

  /** See {@link Registry#nodes}. */
  List<String> nodes() {
    List<String> then = nodesThen.get();
    return then == null ? membership.vertxNodes() : then;
  }

  void tell(Consumer<NodeListener> call) {
    List<String> nodes = membership.vertxNodes();
    serial.execute(NodeListener.class, () -> {
      NodeListener current = listener.get();
      if (current != null && !stopped) {
        nodesThen.set(nodes);
        try {
          call.accept(current);
        } finally {
          nodesThen.remove();
        }
      }
    });
  }
}
