package io.barnacle.cluster.hazelcast;

import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Loads the classes of Hazelcast while a node still reads its options, makes its Vert.x, looks for peers and waits for a cluster:
 * most of those that it needs, half a second of a processor that has nothing else to do then. Once in a process.
 */
final class Preload {

  private static final System.Logger LOG = System.getLogger(Preload.class.getName());

  private static final long PATIENCE_MS = 10_000;

  /** With what these need, and the serializers with all that they know of. */
  static final List<String> ROOTS = List.of(
      "com.hazelcast.instance.impl.HazelcastInstanceImpl",
      "com.hazelcast.instance.impl.Node",
      "com.hazelcast.instance.impl.DefaultNodeExtension",
      "com.hazelcast.instance.impl.DefaultNodeContext",
      "com.hazelcast.spi.impl.NodeEngineImpl",
      "com.hazelcast.spi.impl.servicemanager.impl.ServiceManagerImpl",
      "com.hazelcast.spi.impl.operationservice.impl.OperationServiceImpl",
      "com.hazelcast.spi.impl.eventservice.impl.EventServiceImpl",
      "com.hazelcast.spi.impl.executionservice.impl.ExecutionServiceImpl",
      "com.hazelcast.spi.impl.proxyservice.impl.ProxyServiceImpl",
      "com.hazelcast.internal.cluster.impl.ClusterServiceImpl",
      "com.hazelcast.internal.cluster.impl.DiscoveryJoiner",
      "com.hazelcast.internal.partition.impl.InternalPartitionServiceImpl",
      "com.hazelcast.internal.networking.nio.NioNetworking",
      "com.hazelcast.internal.server.tcp.TcpServer",
      "com.hazelcast.internal.server.tcp.TcpServerConnectionManager",
      "com.hazelcast.internal.metrics.impl.MetricsService",
      "com.hazelcast.map.impl.MapService",
      "com.hazelcast.map.impl.MapServiceContextImpl",
      "com.hazelcast.multimap.impl.MultiMapService",
      "com.hazelcast.transaction.impl.TransactionManagerServiceImpl");

  /** For a node to which Hazelcast's clients may connect. */
  static final List<String> CLIENT_ROOTS = List.of(
      "com.hazelcast.client.impl.ClientEngineImpl",
      "com.hazelcast.client.impl.protocol.DefaultMessageTaskFactoryProvider");

  private static CompletableFuture<Void> done;
  private static boolean clients;

  private Preload() {
  }

  /** Begins, unless it has; on a thread of its own. */
  static synchronized void begin() {
    if (done == null) {
      done = CompletableFuture.runAsync(Preload::run, Preload::start);
    }
  }

  /** Begins with what serves clients too, after the rest, unless it has. */
  static synchronized void beginClients() {
    begin();
    if (!clients) {
      clients = true;
      done = done.thenRunAsync(() -> load(CLIENT_ROOTS), Preload::start);
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "barnacle-preload");
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits until it is done: two threads that initialize classes of one library may wait for each other. Blocks. */
  static void await() {
    begin();
    CompletableFuture<Void> all;
    synchronized (Preload.class) {
      all = done;
    }
    try {
      all.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(System.Logger.Level.DEBUG, "Classes were not loaded ahead", e);
    }
  }

  /** Why it did not load all, or null; once it is done. */
  static Throwable failure() {
    return done().handle((loaded, failure) -> failure).getNow(new IllegalStateException("it is not done"));
  }

  private static void run() {
    load(ROOTS);
    new DefaultSerializationServiceBuilder().build().dispose();
  }

  /** Fails where one is missing; whoever needs the class will say more. */
  private static void load(List<String> roots) {
    for (String root : roots) {
      try {
        Class.forName(root, true, Preload.class.getClassLoader());
      } catch (ClassNotFoundException e) {
        throw new LinkageError(root, e);
      }
    }
  }

  private static synchronized CompletableFuture<Void> done() {
    return done;
  }
}
