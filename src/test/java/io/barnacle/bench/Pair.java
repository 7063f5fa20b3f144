package io.barnacle.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A cluster of three of each engine, both running all the time, so that they can be measured in turns. The one that is
 * not measured is at rest.
 */
final class Pair implements AutoCloseable {

  static final int SIZE = 3;

  private static final int WARM_UP = 2000;

  private final Path directory;
  private final Nodes ours;
  private final Nodes peer;

  /** No process is started before {@link #start}. */
  Pair(Path directory) {
    this.directory = directory;
    this.ours = new Nodes(Engine.BARNACLE, SIZE, directory);
    this.peer = new Nodes(Engine.HAZELCAST, SIZE, directory);
  }

  /** Starts both and lets all nodes register, ask and unregister once, so that classes are loaded. */
  void start() throws InterruptedException {
    for (Nodes nodes : List.of(ours, peer)) {
      nodes.startFirst(SIZE);
      for (int index = 0; index < SIZE; index++) {
        JsonObject prefix = new JsonObject().put("prefix", "warm-up-" + index);
        nodes.node(index).call(Nodes.command("register").mergeIn(prefix).put("count", WARM_UP));
        nodes.node((index + 1) % SIZE).call(Nodes.command("first").mergeIn(prefix).put("count", WARM_UP));
        nodes.node(index).call(Nodes.command("unregister").mergeIn(prefix));
      }
    }
  }

  Nodes ours() {
    return ours;
  }

  Nodes peer() {
    return peer;
  }

  /** Writes the samples of an engine to the directory. */
  void keep(Engine engine, String what, JsonObject samples) {
    keep(directory, engine, what, samples);
  }

  static void keep(Path directory, Engine engine, String what, JsonObject samples) {
    try {
      String name = what + "-" + engine.name().toLowerCase(Locale.ROOT) + ".json";
      Files.writeString(directory.resolve(name), samples.encode());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    ours.close();
    peer.close();
  }
}
