package io.barnacle;

import io.barnacle.internal.JsonReader;
import io.barnacle.internal.Suggestion;
import io.barnacle.strategy.InvalidOptionsException;
import io.barnacle.strategy.StrategyOptions;
import io.barnacle.strategy.StrategyProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/**
 * Hands the {@code strategy} object to the provider of its type. A provider that cannot be loaded or that fails in an
 * unforeseen way becomes a fault like any other: the class path of a user is not ours to trust.
 */
final class StrategyTypes {

  /** The loader's iterator may, after an error, fail for ever; nobody has as many providers. */
  private static final int MOST_PROVIDERS = 1000;

  private StrategyTypes() {
  }

  static Optional<StrategyOptions> read(JsonReader in) {
    List<String> broken = new ArrayList<>();
    Map<String, StrategyProvider> providers = providers(broken);
    String known = "known are " + String.join(", ", providers.keySet());
    if (!in.json().containsKey("type")) {
      in.fault("type", "is missing, " + known);
    }
    Optional<String> type = in.string("type");
    if (type.isEmpty()) {
      return Optional.empty();
    }
    StrategyProvider provider = providers.get(type.get());
    if (provider == null) {
      String meant =
          Suggestion.among(providers.keySet(), type.get()).map(s -> "did you mean \"" + s + "\"? ").orElse("");
      String unloaded = broken.isEmpty() ? "" : "; not loaded: " + String.join("; ", broken);
      in.fault("type", "\"" + type.get() + "\" is not known, " + meant + known + unloaded);
      return Optional.empty();
    }
    return read(in, provider);
  }

  private static Optional<StrategyOptions> read(JsonReader in, StrategyProvider provider) {
    try {
      StrategyOptions options = provider.fromJson(in.json());
      if (options != null) {
        return Optional.of(options);
      }
      in.fault(provider.getClass().getName() + " made no options");
    } catch (InvalidOptionsException e) {
      e.faults().forEach(in::relay);
    } catch (IllegalArgumentException e) {
      in.fault(String.valueOf(e.getMessage()));
    } catch (RuntimeException | LinkageError e) {
      System.getLogger(StrategyTypes.class.getName())
          .log(System.Logger.Level.DEBUG, provider.getClass().getName() + " failed", e);
      in.fault(provider.getClass().getName() + " failed, which is a fault of its own: " + e);
    }
    return Optional.empty();
  }

  private static Map<String, StrategyProvider> providers(List<String> broken) {
    Set<ClassLoader> loaders = new LinkedHashSet<>();
    loaders.add(Thread.currentThread().getContextClassLoader());
    loaders.add(StrategyProvider.class.getClassLoader());
    loaders.remove(null);
    Map<String, StrategyProvider> byType = new TreeMap<>();
    for (ClassLoader loader : loaders) {
      Iterator<StrategyProvider> each = ServiceLoader.load(StrategyProvider.class, loader).iterator();
      for (int i = 0; i < MOST_PROVIDERS; i++) {
        try {
          if (!each.hasNext()) {
            break;
          }
          StrategyProvider provider = each.next();
          byType.putIfAbsent(String.valueOf(provider.type()), provider);
        } catch (ServiceConfigurationError | RuntimeException | LinkageError e) {
          broken.add(String.valueOf(e.getMessage()));
        }
      }
    }
    return byType;
  }
}
