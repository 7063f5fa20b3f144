package io.barnacle.strategy.dns;

import io.barnacle.event.BarnacleEvent;
import io.barnacle.event.BarnacleEvent.NodeConnected;
import io.barnacle.event.BarnacleEvent.NodeLost;
import io.barnacle.event.BarnacleEvent.Refreshed;
import io.barnacle.testkit.JvmProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A node in a JVM of its own, see {@link DnsNodeMain}, as its events show it. For one thread. */
final class DnsNodeProcess implements AutoCloseable {

  static final String EVENT = "event ";
  static final String JVM_CACHE = "names in the JVM's cache: ";

  private final JvmProcess process;
  private final List<BarnacleEvent> events = new ArrayList<>();
  private int linesRead;

  /**
   * Starts one.
   *
   * @param hosts all that the JVM itself knows of names and addresses
   */
  DnsNodeProcess(JsonObject config, Path hosts) throws IOException {
    this.process = JvmProcess.start(
        List.of("-Xmx96m", "-Djdk.net.hosts.file=" + hosts, "--add-opens", "java.base/java.net=ALL-UNNAMED"), Map.of(),
        DnsNodeMain.class, config.encode());
  }

  /** All events so far, in their order. */
  List<BarnacleEvent> events() {
    List<String> lines = process.lines();
    for (String line : lines.subList(linesRead, lines.size())) {
      if (line.startsWith(EVENT)) {
        events.add(BarnacleEvent.fromJson(new JsonObject(line.substring(EVENT.length()))));
      }
    }
    linesRead = lines.size();
    return events;
  }

  /** The events of a kind, from one of {@link #mark} on. */
  <T extends BarnacleEvent> List<T> events(Class<T> kind, int from) {
    List<BarnacleEvent> all = events();
    return all.subList(from, all.size()).stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Where the next event will be. */
  int mark() {
    return events().size();
  }

  /** Whom it is connected with, itself left out. */
  Set<String> others() {
    Set<String> others = new TreeSet<>();
    for (BarnacleEvent event : events()) {
      if (event instanceof Refreshed refreshed) {
        others.clear();
        refreshed.nodes().forEach(node -> others.add(node.toString()));
      } else if (event instanceof NodeConnected connected) {
        others.add(connected.peer().toString());
      } else if (event instanceof NodeLost lost) {
        others.remove(lost.peer().toString());
      }
    }
    return others;
  }

  /** All names that the JVM had in its cache at one time or another. */
  Set<String> cachedByTheJvm() {
    Set<String> names = new TreeSet<>();
    for (String line : process.lines()) {
      if (line.startsWith(JVM_CACHE)) {
        names.addAll(List.of(line.substring(JVM_CACHE.length()).split(" ")));
      }
    }
    return names;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void signal(String name) throws IOException, InterruptedException {
    process.signal(name);
  }

  /** Everything that it said. */
  String output() {
    return String.join("\n", process.lines());
  }

  @Override
  public void close() {
    process.close();
  }
}
