package io.barnacle.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measures Barnacle and vertx-hazelcast in one run and prints a Markdown table with ratios and targets;
 * {@code mvn -Pbench verify} starts it. System properties choose:
 * <ul>
 * <li>{@code bench.rows}: names of {@link Topic}, separated by commas; default all but those said to be on demand.
 * <li>{@code bench.rolls}: how many rolling restarts {@link Topic#ROLLING} makes; default 10.
 * <li>{@code bench.dir}: directory for samples (JSON) and the nodes' logs; default {@code target/bench}.
 * </ul>
 * Exits with 1 if something could not be measured; a target that is missed is no error.
 */
public final class Benchmark {

  private final Path directory;
  private final List<Row> rows = new ArrayList<>();
  private boolean broken;

  private Benchmark(Path directory) {
    this.directory = directory;
  }

  /** Runs it; no arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Path.of(System.getProperty("bench.dir", "target/bench"));
    Files.createDirectories(directory);
    Benchmark benchmark = new Benchmark(directory);
    benchmark.run(chosen(System.getProperty("bench.rows", "")));
    System.out.println(benchmark.markdown());
    System.exit(benchmark.broken ? 1 : 0);
  }

  private void run(List<Topic> topics) throws InterruptedException {
    try (Pair pair = new Pair(directory)) {
      if (topics.stream().anyMatch(Topic::needsPair)) {
        pair.start();
      }
      for (Topic topic : topics.stream().filter(Topic::needsPair).toList()) {
        run(topic, pair);
      }
    }
    for (Topic topic : topics.stream().filter(topic -> !topic.needsPair()).toList()) {
      run(topic, null);
    }
  }

  private void run(Topic topic, Pair pair) throws InterruptedException {
    long start = System.nanoTime();
    List<Row> measured;
    try {
      measured = topic.measure(pair, directory);
    } catch (RuntimeException e) {
      e.printStackTrace();
      measured = List.of(Row.broken(topic.name().toLowerCase(Locale.ROOT), e));
      broken = true;
    }
    rows.addAll(measured);
    System.out.printf(Locale.ROOT, "%s (%.0f s, load %.1f)%n", topic.name().toLowerCase(Locale.ROOT),
        (System.nanoTime() - start) / 1e9, ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    measured.forEach(row -> System.out.println("  " + row.markdown()));
  }

  private String markdown() {
    StringBuilder text = new StringBuilder("\n| measured | Barnacle | vertx-hazelcast | ratio | target | |\n")
        .append("|---|---:|---:|---:|---:|---|\n");
    rows.forEach(row -> text.append(row.markdown()).append('\n'));
    return text.toString();
  }

  private static List<Topic> chosen(String wanted) {
    if (wanted.isBlank()) {
      return Arrays.stream(Topic.values()).filter(topic -> !topic.isOnDemand()).toList();
    }
    List<Topic> chosen = new ArrayList<>();
    for (String name : wanted.split(",")) {
      String key = name.strip().toUpperCase(Locale.ROOT);
      chosen.add(Arrays.stream(Topic.values()).filter(topic -> topic.name().equals(key)).findFirst()
          .orElseThrow(() -> new IllegalArgumentException(
              "bench.rows: \"" + name + "\" is none of " + Arrays.toString(Topic.values()))));
    }
    return chosen;
  }
}
