package io.barnacle.strategy.dns;

import io.barnacle.internal.Timers;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyException;
import io.barnacle.strategy.dns.DnsLookupException.Failure;
import io.barnacle.strategy.dns.LookupResult.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Looks all hostnames up at once and makes nodes of what they have. */
final class DnsStrategy implements Strategy {

  private static final Logger LOG = System.getLogger(DnsStrategy.class.getName());

  /** A hostname with what is remembered of it. */
  private record Source(DnsHostname name, NodeHistory history, LookupLog log) {
  }

  private final VertxInternal vertx;
  private final ContextInternal context;
  private final DnsOptions options;
  private final Timers timers;
  private final DnsResolver resolver;
  private final HostnameLookup lookup;
  private final List<Source> sources;
  private String basename;
  private ResolverSettings settings;
  private Future<Set<Node>> inFlight;
  private boolean closed;

  DnsStrategy(Vertx vertx, DnsOptions options) {
    this.vertx = (VertxInternal) vertx;
    ContextInternal current = this.vertx.getOrCreateContext();
    this.context = current.isEventLoopContext() ? current : this.vertx.createEventLoopContext();
    this.options = options;
    this.timers = Timers.of(vertx);
    this.resolver = new DnsResolver(new NettyTransport(context), timers,
        options.isCache() ? new AnswerCache(timers) : null);
    this.lookup = new HostnameLookup(resolver, options.getRecords(), options.getPort());
    this.sources = options.getHostnames().stream()
        .map(name -> new Source(name, new NodeHistory(options.getUnion()), new LookupLog(name.hostname()))).toList();
    this.basename = options.defaultName();
  }

  @Override
  public Future<Void> start(LocalNode self) {
    return onContext(() -> {
      if (options.getBasename() == null) {
        basename = DnsOptions.basenameOf(self.node());
      }
      return Future.succeededFuture();
    });
  }

  @Override
  public Future<Set<Node>> discoverNodes() {
    return onContext(() -> {
      if (closed) {
        return Future.failedFuture(DnsResolver.closedException());
      }
      if (inFlight == null) {
        Future<Set<Node>> discovery = discover();
        inFlight = discovery;
        discovery.onComplete(done -> inFlight = null);
        return discovery;
      }
      return inFlight;
    });
  }

  @Override
  public Future<Void> close() {
    return onContext(() -> {
      closed = true;
      resolver.close();
      return Future.succeededFuture();
    });
  }

  /** Runs on the strategy's context and completes on the caller's. */
  private <T> Future<T> onContext(java.util.function.Supplier<Future<T>> action) {
    Promise<T> promise = vertx.getOrCreateContext().promise();
    context.emit(v -> action.get().onComplete(promise));
    return promise.future();
  }

  private Future<Set<Node>> discover() {
    long deadline = timers.monotonicMillis() + options.getTimeout().toMillis();
    return context.executeBlocking(() -> ResolverSettings.load(options), false)
        .timeout(options.getTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .recover(cause -> Future.failedFuture(cause instanceof TimeoutException
            ? new StrategyException(
                "reading " + options.getResolvConf() + " took too long; check the file system", cause)
            : cause))
        .compose(loaded -> {
          use(loaded);
          return Future.all(sources.stream()
              .map(source -> lookup.lookup(loaded.candidates(source.name.hostname()), deadline)).toList());
        })
        .compose(results -> combine(results.list()));
  }

  private void use(ResolverSettings loaded) {
    if (!loaded.equals(settings)) {
      LOG.log(settings == null ? Level.DEBUG : Level.INFO, () -> "DNS: asking "
          + loaded.servers().stream().map(DnsResolver::nameOf).collect(Collectors.joining(", "))
          + ", searching in " + loaded.search() + ", ndots " + loaded.ndots());
      settings = loaded;
    }
    resolver.setServers(loaded.servers());
  }

  /** A lookup that failed is represented by what it found last, unless there is nothing else: then it is a failure. */
  private Future<Set<Node>> combine(List<LookupResult> results) {
    Map<Endpoint, Node> nodes = new LinkedHashMap<>();
    List<Failure> failures = new ArrayList<>();
    List<String> failedNames = new ArrayList<>();
    boolean found = false;
    for (int i = 0; i < results.size(); i++) {
      LookupResult result = results.get(i);
      Source source = sources.get(i);
      source.log.result(result);
      if (result.kind() == Kind.FAILED) {
        failures.addAll(result.failures());
        failedNames.add(source.name.hostname());
      } else {
        source.history.add(result);
      }
      String label = source.name.basename() == null ? basename : source.name.basename();
      Set<Endpoint> endpoints = source.history.endpoints();
      found |= result.kind() != Kind.FAILED && !endpoints.isEmpty();
      endpoints.stream().sorted().forEach(each -> nodes.putIfAbsent(each, new Node(label, each)));
    }
    return failedNames.isEmpty() || found
        ? Future.succeededFuture(Set.copyOf(nodes.values()))
        : Future.failedFuture(DnsLookupException.of(String.join(", ", failedNames), failures));
  }
}
