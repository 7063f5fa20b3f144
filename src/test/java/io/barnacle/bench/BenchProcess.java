package io.barnacle.bench;

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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A {@link BenchNode} as a JVM with full tiered compilation; both engines get the same arguments. Safe for threads. */
final class BenchProcess implements AutoCloseable {

  private static final Duration READY = Duration.ofSeconds(60);
  private static final Duration LONGEST = Duration.ofSeconds(180);
  private static final int FIRST = 0;

  private final Process process;
  private final Map<Integer, CompletableFuture<JsonObject>> asked = new ConcurrentHashMap<>();
  private final CompletableFuture<JsonObject> ready = new CompletableFuture<>();
  private int commands = FIRST;
  private boolean ended;

  private BenchProcess(Process process) {
    this.process = process;
    asked.put(FIRST, ready);
    Thread reader = new Thread(this::read, "answers of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts a node; its output but the answers is added to the log. */
  static BenchProcess start(JsonObject plan, Path log) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-Djava.net.preferIPv4Stack=true"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-")).forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), BenchNode.class.getName(), plan.encode()));
    try {
      return new BenchProcess(new ProcessBuilder(command)
          .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it said when it was clustered; waits for that. */
  JsonObject ready() {
    return await(ready, READY);
  }

  /** Its Vert.x node id. */
  String node() {
    return ready().getString("node");
  }

  /** Gives a command and waits for the answer. */
  JsonObject call(JsonObject command) {
    return await(send(command), LONGEST);
  }

  /** Gives a command. The answer fails if the command does or the process ends. */
  CompletableFuture<JsonObject> send(JsonObject command) {
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    synchronized (this) {
      int id = ++commands;
      if (ended) {
        throw new IllegalStateException("process " + process.pid() + " has ended");
      }
      asked.put(id, answer);
      try {
        String line = command.copy().put("id", id).encode() + "\n";
        process.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
      } catch (IOException e) {
        throw new UncheckedIOException("process " + process.pid() + " takes no commands", e);
      }
    }
    return answer;
  }

  /** The answer, waited for. */
  static JsonObject await(CompletableFuture<JsonObject> answer, Duration timeout) {
    return answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  /** The answer, waited for as long as the longest command takes. */
  static JsonObject await(CompletableFuture<JsonObject> answer) {
    return await(answer, LONGEST);
  }

  /** SIGTERM, and waits for the end. */
  void terminate(Duration timeout) throws InterruptedException {
    process.toHandle().destroy(); // Process.destroy would close its standard input too, with which it ends at once
    if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      kill();
      throw new IllegalStateException("process " + process.pid() + " did not end on SIGTERM within " + timeout);
    }
  }

  /** SIGKILL, without waiting: {@link System#nanoTime} before it. */
  long kill() {
    long now = System.nanoTime();
    process.destroyForcibly();
    return now;
  }

  @Override
  public void close() {
    kill();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        throw new IllegalStateException("process " + process.pid() + " survives SIGKILL");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    try (var in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith(BenchNode.PREFIX)) {
          answered(new JsonObject(line.substring(BenchNode.PREFIX.length())));
        }
      }
    } catch (IOException | RuntimeException e) {
      System.err.println("The answers of process " + process.pid() + " cannot be read any more: " + e);
    }
    synchronized (this) {
      ended = true;
    }
    asked.values().forEach(answer -> answer.completeExceptionally(
        new IllegalStateException("process " + process.pid() + " ended before it answered")));
  }

  private void answered(JsonObject json) {
    CompletableFuture<JsonObject> answer = asked.remove(json.getInteger("id"));
    if (json.containsKey("failure")) {
      answer.completeExceptionally(new IllegalStateException(json.getString("failure")));
    } else {
      answer.complete(json);
    }
  }
}
