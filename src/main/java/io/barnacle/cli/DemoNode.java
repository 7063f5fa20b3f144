package io.barnacle.cli;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One child process of the demo, from this side. */
final class DemoNode {

  private static final long LEAVE_SECONDS = 10;

  private final String name;
  private final Process process;
  private final Set<String> sees = new TreeSet<>();

  /** A line that a node printed; null at the end of its output. */
  record Line(DemoNode node, String text) {
  }

  private DemoNode(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /**
   * Starts one with this process's java and class path.
   *
   * @param lines is told every line of its output, on a thread of its own
   */
  static DemoNode start(String name, JsonObject config, Consumer<Line> lines) throws IOException {
    String path = System.getProperty("java.class.path");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(isJar(path) ? List.of("-jar", path) : List.of("-cp", path, Main.class.getName()));
    command.addAll(List.of("demo-node", config.encode()));
    ProcessBuilder builder = new ProcessBuilder(command);
    DemoNode node = new DemoNode(name, builder.redirectErrorStream(true).start());
    Thread reader = new Thread(() -> node.read(lines), "output of " + name);
    reader.setDaemon(true);
    reader.start();
    return node;
  }

  /** Whether that is what {@code java -jar} makes of the class path. */
  private static boolean isJar(String path) {
    return path.endsWith(".jar") && !path.contains(File.pathSeparator);
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  /** The names of the nodes that it says are connected. */
  Set<String> sees() {
    return sees;
  }

  /** The hard way. */
  void kill() {
    process.destroyForcibly();
  }

  /** Ends its standard input, upon which it leaves. */
  void leave() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // it is gone
    }
  }

  /** Waits until it has ended, and kills it if it takes long. */
  void end() {
    try {
      if (!process.waitFor(LEAVE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void read(Consumer<Line> lines) {
    try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.accept(new Line(this, line));
      }
    } catch (IOException e) {
      lines.accept(new Line(this, "(output ended: " + e.getMessage() + ")"));
    } finally {
      lines.accept(new Line(this, null));
    }
  }
}
