package io.barnacle.cli;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Three nodes as processes of their own: they form, one is killed, it comes back. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Starts three nodes as child processes, kills one the hard way, brings it back, and measures it all.")
final class DemoCommand implements Callable<Integer> {

  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final List<String> NAMES = List.of("demo-1", "demo-2", "demo-3");

  @Option(names = {"-v", "--verbose"}, description = "Show what the nodes log, too.")
  private boolean verbose;

  @Override
  public Integer call() throws Exception {
    Logging.setUp(verbose);
    try (DemoStage stage = new DemoStage(System.out::println, verbose)) {
      perform(stage);
      return 0;
    }
  }

  private static void perform(DemoStage stage) throws Exception {
    stage.scene("Three nodes, each a process of its own, with a port mapper at 127.0.0.1:" + stage.mapperPort());
    for (String name : NAMES) {
      stage.start(name);
    }
    final Duration formed = stage.await("all see each other", DEADLINE, stage::isWhole);

    String victim = stage.first();
    stage.scene("Killing " + victim + ", which was there first, the hard way (SIGKILL)");
    stage.kill(victim);
    final Duration detected = stage.await("the others know", DEADLINE, () -> stage.isForgotten(victim));

    stage.scene("Starting " + victim + " again");
    stage.start(victim);
    final Duration back = stage.await("all see each other again", DEADLINE, stage::isWhole);

    stage.scene(String.format(Locale.ROOT,
        "Formed in %.2f s, loss detected by all in %.2f s, back among all in %.2f s, starts of JVMs included",
        seconds(formed), seconds(detected), seconds(back)));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
