package io.barnacle.netns;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A {@link NodeApp} as a JVM in its network namespace. Small, and the same for all engines. */
final class NodeProcess implements AutoCloseable {

  private static final List<String> JVM = List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
      "-XX:-UsePerfData", "-Xshare:auto", "-Djava.net.preferIPv4Stack=true",
      "-Djava.util.logging.SimpleFormatter.format=%1$tT.%1$tL %4$s %2$s: %5$s%6$s%n");

  private final NodeSetup setup;
  private final Process process;
  private final CompletableFuture<String> ready = new CompletableFuture<>();

  private NodeProcess(NodeSetup setup, Process process, Consumer<JsonObject> reports) {
    this.setup = setup;
    this.process = process;
    Thread reader = new Thread(() -> read(reports), "reports of node " + setup.index());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a node.
   *
   * @param log where its standard error goes, added to what is there
   * @param reports gets what the node says, in its order, on a thread of this process
   */
  static NodeProcess start(NetLab lab, NodeSetup setup, Path log, Consumer<JsonObject> reports) {
    List<String> command = new ArrayList<>(lab.on(setup.machine()));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-")).forEach(command::add);
    Stream.of(System.getProperty("chaos.jvm", "").split(" ")).filter(argument -> !argument.isBlank()).forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        NodeApp.class.getName(), setup.toJson().encode()));
    try {
      Process process = new ProcessBuilder(command)
          .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
      return new NodeProcess(setup, process, reports);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until the node is clustered.
   *
   * @return its Vert.x node id
   */
  String awaitReady(Duration timeout) throws InterruptedException {
    try {
      return ready.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("node " + setup.index() + " was not ready within " + timeout, e);
    } catch (ExecutionException e) {
      throw new AssertionError("node " + setup.index() + " ended before it was ready", e);
    }
  }

  /** The process id. */
  long pid() {
    return process.pid();
  }

  /** Gives the node a command. A stopped node does it when it runs again. */
  void send(JsonObject command) {
    try {
      process.getOutputStream().write((command.encode() + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException("node " + setup.index() + " takes no commands", e);
    }
  }

  /** Sends STOP or CONT. */
  void signal(String name) {
    Shell.run("kill", "-" + name, Long.toString(pid()));
  }

  /** SIGKILL, and waits until it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      throw new AssertionError("node " + setup.index() + " survives SIGKILL");
    }
  }

  @Override
  public void close() {
    try {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(Consumer<JsonObject> reports) {
    try (var in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonObject report = new JsonObject(line);
        reports.accept(report);
        if (report.getString("e").equals("ready")) {
          ready.complete(report.getString("id"));
        }
      }
      ready.completeExceptionally(new IOException("end of output"));
    } catch (IOException | RuntimeException e) {
      System.err.println("The reports of node " + setup.index() + " cannot be read any more: " + e);
      ready.completeExceptionally(e);
    }
  }
}
