package io.barnacle.cluster.hazelcast;

import com.hazelcast.map.IMap;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import io.vertx.spi.cluster.hazelcast.impl.ConversionUtils;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastAsyncMap;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastObjectProviderImpl;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Maps and counters: vertx-hazelcast's, behind handles that outlive the engine. A handle that was obtained from an engine
 * that has died uses the next one, where the data is what the cluster still has.
 */
final class SharedData {

  private final VertxInternal vertx;
  private final Supplier<Engine> engine;
  private final Workers pool;

  /** @param engine the engine of now; throws if there is none */
  SharedData(VertxInternal vertx, Supplier<Engine> engine, Workers pool) {
    this.vertx = vertx;
    this.engine = engine;
    this.pool = pool;
  }

  @SuppressWarnings("unchecked") // the handle serves whatever the caller takes it for, as the map itself does
  <K, V> void asyncMap(String name, Completable<AsyncMap<K, V>> promise) {
    handle(AsyncMap.class, now -> new GuardedAsyncMap<>(vertx, now.instance().getMap(name), conversion(now)),
        (Completable<AsyncMap<?, ?>>) (Completable<?>) promise);
  }

  void counter(String name, Completable<Counter> promise) {
    handle(Counter.class, now -> provider(now).createCounter(name), promise);
  }

  /** A map whose every call looks up the engine of now. */
  @SuppressWarnings("unchecked")
  <K, V> Map<K, V> syncMap(String name) {
    return (Map<K, V>) Proxy.newProxyInstance(SharedData.class.getClassLoader(), new Class<?>[] {Map.class},
        (proxy, method, args) -> explained(() -> invoke(engine.get().instance().getMap(name), method, args)));
  }

  private static Object explained(Callable<Object> call) throws Exception {
    try {
      return call.call();
    } catch (Exception e) {
      throw ClassGuard.explain(e) instanceof Exception known ? known : e;
    }
  }

  private HazelcastObjectProviderImpl provider(Engine engine) {
    HazelcastObjectProviderImpl provider = new HazelcastObjectProviderImpl();
    // Locks are Barnacle's own, so nothing is ever released by this provider.
    provider.onJoin(vertx, new ConversionUtils(), engine.instance(), null);
    return provider;
  }

  /**
   * Hazelcast completes nothing whose callbacks wait for what a remove returns, if that cannot be read: the call would hang.
   * Where it waits on a thread it tells.
   */
  private static final class GuardedAsyncMap<K, V> extends HazelcastAsyncMap<K, V> {
    private final VertxInternal vertx;
    private final IMap<K, V> map;
    private final ConversionUtils conversion;

    private GuardedAsyncMap(VertxInternal vertx, IMap<K, V> map, ConversionUtils conversion) {
      super(vertx, conversion, map);
      this.vertx = vertx;
      this.map = map;
      this.conversion = conversion;
    }

    @Override
    public Future<V> remove(K key) {
      K stored = conversion.convertParam(key);
      return vertx.executeBlocking(() -> conversion.convertReturn(map.remove(stored)), false);
    }
  }

  private static ConversionUtils conversion(Engine engine) {
    boolean guarded = engine.instance().getConfig().getClassLoader() instanceof ClassGuard;
    return guarded ? new GuardedHolder.Conversion() : new ConversionUtils();
  }

  /** Making the first one blocks, and shows whether it can be made at all. */
  private <T> void handle(Class<? super T> type, Function<Engine, T> make, Completable<T> promise) {
    Handle<T> handle = new Handle<>(make);
    pool.call(handle::current).map(made -> {
      @SuppressWarnings("unchecked")
      T proxy = (T) Proxy.newProxyInstance(SharedData.class.getClassLoader(), new Class<?>[] {type}, handle::call);
      return proxy;
    }).onComplete(promise);
  }

  private final class Handle<T> {

    private record Made<T>(Engine engine, T target) {
    }

    private final Function<Engine, T> make;
    private volatile Made<T> made;

    private Handle(Function<Engine, T> make) {
      this.make = make;
    }

    /** The object of the engine of now, made if need be. Blocks. */
    private T current() {
      Engine now = engine.get();
      Made<T> last = made;
      if (last == null || last.engine != now) {
        last = new Made<>(now, make.apply(now));
        made = last;
      }
      return last.target;
    }

    /** Forwards a call; all methods of the types that are handled return futures. */
    private Object call(Object proxy, Method method, Object[] args) throws Throwable {
      if (method.getDeclaringClass() == Object.class) {
        return switch (method.getName()) {
          case "equals" -> proxy == args[0];
          case "hashCode" -> System.identityHashCode(proxy);
          default -> "handle of " + made.target;
        };
      }
      Made<T> last = made;
      if (isCurrent(last.engine)) {
        return explained(invoke(last.target, method, args));
      }
      Promise<Object> promise = vertx.getOrCreateContext().promise();
      pool.call(this::current).compose(target -> forward(() -> invoke(target, method, args))).onComplete(promise);
      return explained(promise.future());
    }

    private static Object explained(Object result) {
      return result instanceof Future<?> future ? future.recover(e -> Future.failedFuture(ClassGuard.explain(e))) : result;
    }

    private boolean isCurrent(Engine used) {
      try {
        return engine.get() == used;
      } catch (RuntimeException e) {
        return false;
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static Future<Object> forward(Callable<Object> call) {
    try {
      return (Future<Object>) call.call();
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }

  private static Object invoke(Object target, Method method, Object[] args) throws Exception {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }
}
