package io.barnacle.bench;

import io.barnacle.testkit.FreePort;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The nodes of one engine: a cluster, of which not all need to run. */
final class Nodes implements AutoCloseable {

  private static final Duration FORMED = Duration.ofSeconds(60);

  private final Engine engine;
  private final Path logs;
  private final List<Integer> ports = new ArrayList<>();
  private final BenchProcess[] processes;

  /** A cluster that may have so many nodes, none of them started. */
  Nodes(Engine engine, int size, Path logs) {
    this.engine = engine;
    this.logs = logs;
    this.processes = new BenchProcess[size];
    while (ports.size() < size) {
      try {
        int port = FreePort.next();
        if (!ports.contains(port)) {
          ports.add(port);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  Engine engine() {
    return engine;
  }

  /** Starts a node, the first or again, without waiting. */
  BenchProcess start(int index, JsonObject more) {
    JsonObject plan = new JsonObject().put("engine", engine.name()).put("ports", new JsonArray(List.copyOf(ports)))
        .put("index", index).mergeIn(more);
    String name = engine.name().toLowerCase(Locale.ROOT) + "-" + (index + 1) + ".log";
    processes[index] = BenchProcess.start(plan, logs.resolve(name));
    return processes[index];
  }

  /** Starts the first so many nodes and waits until each sees all of them. */
  Nodes startFirst(int count) throws InterruptedException {
    for (int index = 0; index < count; index++) {
      start(index, new JsonObject()).ready();
    }
    awaitSize(count);
    return this;
  }

  /** Waits until all that run see so many nodes. */
  void awaitSize(int count) throws InterruptedException {
    long deadline = System.nanoTime() + FORMED.toNanos();
    for (BenchProcess process : processes) {
      while (process != null && process.call(command("nodes")).getJsonArray("nodes").size() != count) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(engine.label() + ": not " + count + " nodes within " + FORMED);
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  BenchProcess node(int index) {
    return processes[index];
  }

  /** Gives the same command to the first so many nodes, at once; the answers in their order. */
  List<JsonObject> all(int count, JsonObject command) {
    List<CompletableFuture<JsonObject>> answers = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      answers.add(processes[index].send(command));
    }
    return answers.stream().map(BenchProcess::await).toList();
  }

  /** A command without arguments. */
  static JsonObject command(String what) {
    return new JsonObject().put("do", what);
  }

  @Override
  public void close() {
    for (BenchProcess process : processes) {
      if (process != null) {
        process.close();
      }
    }
  }
}
