package io.barnacle.netns;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Runs the scenarios for Barnacle and for vertx-hazelcast in one run and prints a Markdown table with the ratios. Needs
 * root; {@code mvn -Pchaos verify} starts it. System properties choose:
 * <ul>
 * <li>{@code chaos.scenarios}: names of {@link Scenario}, separated by commas; default all. Parts of names will do.
 * <li>{@code chaos.engines}: names of {@link Engine} likewise; default all.
 * <li>{@code chaos.logs}: directory for the nodes' logs; default {@code target/chaos}.
 * <li>{@code chaos.jvm}: more arguments for the nodes' JVMs, separated by spaces, to try a setting on all engines.
 * </ul>
 * All of it takes about 75 minutes, most of them for vertx-hazelcast with its defaults.
 */
public final class ChaosTable {

  private static final int SIZE = 5;

  private final Map<Engine, Map<Scenario, List<Measure>>> results = new EnumMap<>(Engine.class);
  private final Path logs;

  private ChaosTable(Path logs) {
    this.logs = logs;
  }

  /** Runs the table; no arguments. */
  public static void main(String[] args) throws InterruptedException {
    NetLab.missing().ifPresent(reason -> {
      System.err.println("The chaos table cannot run here: " + reason);
      System.exit(2);
    });
    List<Engine> engines = chosen("chaos.engines", Engine.values(), Engine::name);
    List<Scenario> scenarios = chosen("chaos.scenarios", Scenario.values(), Scenario::name);
    ChaosTable table = new ChaosTable(Path.of(System.getProperty("chaos.logs", "target/chaos")));
    for (Engine engine : engines) {
      table.run(engine, scenarios);
    }
    System.out.println(table.markdown(engines, scenarios));
  }

  /** The same nodes go through one fault after the other; a cluster that did not heal is replaced. */
  private void run(Engine engine, List<Scenario> scenarios) throws InterruptedException {
    results.put(engine, new EnumMap<>(Scenario.class));
    NodeCluster cluster = null;
    try {
      for (Scenario scenario : scenarios) {
        if (cluster != null && (scenario.startsNodes() || !cluster.isUsable())) {
          cluster.close();
          cluster = null;
        }
        if (cluster == null) {
          String name = (engine + "-from-" + scenario).toLowerCase(Locale.ROOT);
          cluster = new NodeCluster(engine, SIZE, logs.resolve(name));
        }
        run(scenario, cluster);
      }
    } finally {
      if (cluster != null) {
        cluster.close();
      }
    }
  }

  private void run(Scenario scenario, NodeCluster cluster) throws InterruptedException {
    String name = cluster.engine() + " " + scenario + " (load " + load() + ") ";
    try {
      Chaos chaos = Chaos.run(scenario, cluster);
      results.get(cluster.engine()).put(scenario, chaos.measures());
      chaos.measures().forEach(measure -> System.out.println(
          name + measure + (measure.isWithinLimit() || cluster.engine() != Engine.BARNACLE ? "" : "  MISSED")));
    } catch (AssertionError e) {
      System.out.println(name + "broke off: " + e.getMessage());
    }
  }

  /** The machine's load in the last minute: times from a machine with more load than processors mean little. */
  private static String load() {
    return String.format(Locale.ROOT, "%.1f", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private String markdown(List<Engine> engines, List<Scenario> scenarios) {
    StringBuilder text = new StringBuilder("\nSeconds; in brackets the multiple of Barnacle's time.\n\n| fault | measured |");
    engines.forEach(engine -> text.append(' ').append(engine.label()).append(" |"));
    text.append(" to reach |\n|---|---|").append("---:|".repeat(engines.size())).append("---:|\n");
    for (Scenario scenario : scenarios) {
      for (String what : measured(scenario)) {
        text.append("| ").append(scenario.label()).append(" | ").append(what).append(" |");
        Measure own = measure(Engine.BARNACLE, scenario, what);
        engines.forEach(engine -> text.append(' ').append(cell(measure(engine, scenario, what), own)).append(" |"));
        text.append(' ').append(own == null || own.limit() == null ? "" : own.limit().toMillis() / 1000.0).append(" |\n");
      }
    }
    return text.toString();
  }

  private Set<String> measured(Scenario scenario) {
    Set<String> all = new LinkedHashSet<>();
    results.values().forEach(of -> of.getOrDefault(scenario, List.of()).forEach(measure -> all.add(measure.what())));
    return all;
  }

  private Measure measure(Engine engine, Scenario scenario, String what) {
    return results.getOrDefault(engine, Map.of()).getOrDefault(scenario, List.of()).stream()
        .filter(measure -> measure.what().equals(what)).findFirst().orElse(null);
  }

  private static String cell(Measure measure, Measure own) {
    if (measure == null) {
      return "";
    }
    if (own == null || own == measure || own.took() == null || own.took().isZero() || measure.took() == null) {
      return measure.seconds();
    }
    return String.format(Locale.ROOT, "%s (%.1f)", measure.seconds(),
        (double) measure.took().toMillis() / Math.max(1, own.took().toMillis()));
  }

  private static <T> List<T> chosen(String property, T[] all, Function<T, String> name) {
    String wanted = System.getProperty(property, "");
    if (wanted.isBlank()) {
      return List.of(all);
    }
    List<T> chosen = new ArrayList<>();
    for (String part : wanted.split(",")) {
      String key = part.strip().toUpperCase(Locale.ROOT);
      List<T> exact = Arrays.stream(all).filter(one -> name.apply(one).equals(key)).toList();
      List<T> found = exact.isEmpty() ? Arrays.stream(all).filter(one -> name.apply(one).contains(key)).toList() : exact;
      if (found.isEmpty()) {
        throw new IllegalArgumentException(property + ": \"" + part + "\" is none of " + Arrays.toString(all));
      }
      found.stream().filter(one -> !chosen.contains(one)).forEach(chosen::add);
    }
    return chosen;
  }
}
