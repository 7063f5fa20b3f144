package io.barnacle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.testkit.ChildProcess;
import io.barnacle.testkit.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code target/barnacle.jar} as a user starts it, and the library jar beside it. */
class PackagedJarIT {

  private static final Path JAR = Path.of("target", "barnacle.jar");
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @Test
  void aNodePrintsOneLineForEachChangeAndNothingElse() throws Exception {
    Map<String, String> environment = Map.of("ERL_EPMD_PORT", Integer.toString(FreePort.next()));
    try (ChildProcess one = java(environment, "--name", "one")) {
      one.awaitLine("^\\d\\d:\\d\\d:\\d\\d one@127.0.0.1:\\d+ is up after [\\d.]+ s: cluster \"barnacle\""
          + " \\(local_epmd\\), alone$", DEADLINE);
      try (ChildProcess two = java(environment, "--name", "two")) {
        two.awaitLine("two@.* is up .* 2 nodes, with one@", DEADLINE);
        one.awaitLine("\\+ two@.*  2 nodes", DEADLINE);
        two.signal("TERM");
        assertEquals(143, two.awaitExit(DEADLINE));
        assertEquals(3, two.lines().size(), () -> String.join("\n", two.lines()));
      }
      one.awaitLine("- two@.*  1 node", DEADLINE);
      one.signal("INT");
      assertEquals(130, one.awaitExit(DEADLINE));
      assertEquals(5, one.lines().size(), () -> String.join("\n", one.lines()));
    }
  }

  @Test
  void theDemoShowsItAll() throws Exception {
    try (ChildProcess demo = java(Map.of(), "demo")) {
      assertEquals(0, demo.awaitExit(DEADLINE.multipliedBy(4)), () -> String.join("\n", demo.lines()));
      demo.awaitLine("all see each other$", Duration.ZERO);
      demo.awaitLine("^Killing demo-\\d", Duration.ZERO);
      demo.awaitLine("the others know$", Duration.ZERO);
      demo.awaitLine("all see each other again$", Duration.ZERO);
      demo.awaitLine("^Formed in .* s, loss detected by all in .* s, back among all in .* s", Duration.ZERO);
      List<Long> left = demo.lines().stream()
          .filter(line -> line.contains(", process "))
          .map(line -> Long.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
          .filter(pid -> ProcessHandle.of(pid).isPresent())
          .toList();
      assertEquals(List.of(), left, "processes left behind");
    }
  }

  @Test
  void vertxFindsBarnacleFirst() throws Exception {
    try (JarFile jar = new JarFile(JAR.toFile());
        InputStream in = jar.getInputStream(jar.getEntry("META-INF/services/io.vertx.core.spi.VertxServiceProvider"))) {
      List<String> providers = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertTrue(providers.get(0).startsWith("io.barnacle."), providers.toString());
    }
  }

  @Test
  void theLibraryJarHasOnlyOurs() throws Exception {
    List<Path> found;
    try (Stream<Path> jars = Files.list(JAR.getParent())) {
      found = jars.filter(path -> path.getFileName().toString().matches("barnacle-[0-9][^/]*\\.jar")).toList();
    }
    assertEquals(1, found.size(), found.toString());
    try (JarFile jar = new JarFile(found.get(0).toFile())) {
      jar.stream().map(Object::toString).filter(name -> name.endsWith(".class")).forEach(name ->
          assertTrue(name.startsWith("io/barnacle/") && !name.startsWith("io/barnacle/examples/"), name));
      assertFalse(jar.stream().noneMatch(entry -> entry.getName().equals("io/barnacle/barnacle.schema.json")));
    }
  }

  private static ChildProcess java(Map<String, String> environment, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Runtime.version().feature() >= 24) {
      command.add("--sun-misc-unsafe-memory-access=allow"); // Hazelcast's use of it; no manifest can say this
    }
    command.add("-jar");
    command.add(JAR.toString());
    command.addAll(List.of(args));
    return ChildProcess.start(environment, command);
  }
}
