package io.barnacle.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.testkit.FreePort;
import io.barnacle.testkit.JvmProcess;
import io.barnacle.testkit.SystemRequirement;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every example as a process of its own, or as two where there is something to find. */
class ExamplesIT {

  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final List<JvmProcess> processes = new ArrayList<>();
  private String mapperPort;

  @BeforeEach
  void aPortMapperOfItsOwn() throws IOException {
    mapperPort = Integer.toString(FreePort.next());
  }

  @AfterEach
  void endAll() {
    processes.forEach(JvmProcess::close);
  }

  @Test
  void oneLiner() throws Exception {
    JvmProcess one = run(OneLiner.class);
    JvmProcess two = run(OneLiner.class);
    one.awaitLine("hello from process " + two.pid(), DEADLINE);
    two.awaitLine("hello from process " + one.pid(), DEADLINE);
  }

  @Test
  void ownVertx() throws Exception {
    JvmProcess one = run(OwnVertx.class);
    one.awaitLine("visit 1$", DEADLINE);
    JvmProcess two = run(OwnVertx.class);
    int visit = Integer.parseInt(two.awaitLine("visit (\\d+)$", DEADLINE).group(1));
    assertTrue(visit > 1, "the second node counts for itself");
  }

  @Test
  void standalone() throws Exception {
    JvmProcess one = run(Standalone.class);
    one.awaitLine("^deployed$", DEADLINE);
    one.awaitLine("^undeployed, clustered still: true$", DEADLINE);
    assertEnds(one);
  }

  @Test
  void supervised() throws Exception {
    JvmProcess one = run(Supervised.class);
    one.awaitLine("^started again in \\d+ ms: it was undeployed$", DEADLINE);
    one.awaitLine("^ended$", DEADLINE);
    assertEnds(one);
  }

  @Test
  void runOnce() throws Exception {
    JvmProcess other = run(OneLiner.class);
    other.awaitLine("hello", DEADLINE);
    JvmProcess one = run(RunOnce.class);
    one.awaitLine("^nodes \\[barnacle-" + other.pid() + "@127.0.0.1:\\d+], failed \\{}$", DEADLINE);
    assertEnds(one);
  }

  @Test
  void knownList() throws Exception {
    String a = Integer.toString(FreePort.next());
    String b = Integer.toString(FreePort.next());
    JvmProcess one = run(KnownList.class, a, b);
    JvmProcess two = run(KnownList.class, b, a);
    one.awaitLine("^nodes \\[shop@127.0.0.1:" + b + "], failed \\{}$", DEADLINE);
    two.awaitLine("^nodes \\[shop@127.0.0.1:" + a + "], failed \\{}$", DEADLINE);
  }

  @Test
  void sharedDirectoryByClass(@TempDir Path directory) throws Exception {
    JvmProcess one = run(SharedDirectory.class, directory.toString());
    JvmProcess two = run(SharedDirectory.class, directory.toString());
    assertSee(one, two);
  }

  @Test
  void sharedDirectoryByServiceLoader(@TempDir Path directory) throws Exception {
    List<String> classPath = List.of("-cp", JvmProcess.classPath() + File.pathSeparator + "examples/resources");
    JvmProcess one = run(classPath, SharedDirectory.class, directory.toString(), "service");
    JvmProcess two = run(classPath, SharedDirectory.class, directory.toString(), "service");
    assertSee(one, two);
  }

  @Test
  void ownFunctions() throws Exception {
    List<String> manyCollections = List.of("-XX:+UseSerialGC", "-Xmn1m"); // what nobody holds is soon collected
    JvmProcess one = run(manyCollections, OwnFunctions.class);
    one.awaitLine("^nodes \\[one, two], connected \\[.*], disconnected \\[]$", DEADLINE);
    one.awaitLine("^nodes \\[three, two], connected \\[three], disconnected \\[one]$", DEADLINE);
    assertEnds(one);
  }

  @Test
  void listener() throws Exception {
    JvmProcess one = run(Listener.class);
    one.awaitLine("^listening$", DEADLINE);
    JvmProcess two = run(Listener.class);
    two.awaitLine("^listening$", DEADLINE);
    awaitBoth(one, "+ barnacle-" + two.pid() + "@", "bus: nodeConnected barnacle-" + two.pid() + "@");
    two.kill();
    awaitBoth(one, "- barnacle-" + two.pid() + "@", "bus: nodeLost barnacle-" + two.pid() + "@");
  }

  @Test
  void manualControl() throws Exception {
    JvmProcess one = run(ManualControl.class);
    one.awaitLine("^refreshed, nodes \\[]$", DEADLINE);
    one.awaitLine("^mode paused$", DEADLINE);
    one.awaitLine("^mode running$", DEADLINE);
    one.awaitLine("^shut down$", DEADLINE);
    one.awaitLine("^refused: NO_HANDLERS$", DEADLINE);
    assertEnds(one);
  }

  @Test
  void plainHazelcast() throws Exception {
    assertSellTogether(PlainHazelcast.class);
  }

  @Test
  void movedOver() throws Exception {
    assertSellTogether(MovedOver.class);
  }

  @Test
  void encryptedBus(@TempDir Path directory) throws Exception {
    boolean openssl = Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(each -> Path.of(each, "openssl").toFile().canExecute());
    SystemRequirement.require(openssl, "openssl is missing; apt-get install openssl");
    Process script = new ProcessBuilder("examples/tls/certificates.sh", directory.toString(), "a", "b", "c")
        .redirectErrorStream(true).start();
    String said = new String(script.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertEquals(0, script.waitFor(), said);
    List<String> names = List.of("a", "b", "c");
    List<JvmProcess> nodes = new ArrayList<>();
    for (String name : names) {
      nodes.add(run(EncryptedBus.class, directory.toString(), name));
    }
    for (JvmProcess node : nodes) {
      for (String name : names) {
        node.awaitLine("^hello from " + name + "$", DEADLINE);
      }
    }
  }

  /** So that an example that is added is run, too. */
  @Test
  void everyExampleIsRunHere() throws Exception {
    Set<String> tested = Stream.of(ExamplesIT.class.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Test.class))
        .map(method -> method.getName().toLowerCase(java.util.Locale.ROOT))
        .collect(Collectors.toCollection(TreeSet::new));
    try (Stream<Path> sources = java.nio.file.Files.list(Path.of("examples/java/io/barnacle/examples"))) {
      List<String> untested = sources
          .filter(ExamplesIT::hasMain)
          .map(path -> path.getFileName().toString().replace(".java", ""))
          .filter(name -> tested.stream().noneMatch(test -> test.startsWith(name.toLowerCase(java.util.Locale.ROOT))))
          .toList();
      assertEquals(List.of(), untested);
    }
  }

  private static boolean hasMain(Path source) {
    try {
      return java.nio.file.Files.readString(source).contains("public static void main(");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void assertSellTogether(Class<?> example) throws Exception {
    String a = Integer.toString(FreePort.next());
    String b = Integer.toString(FreePort.next());
    JvmProcess one = run(example, a, b);
    JvmProcess two = run(example, b, a);
    one.awaitLine("^item \\d+ sold by process " + two.pid(), DEADLINE);
    two.awaitLine("^item \\d+ sold by process " + one.pid(), DEADLINE);
  }

  private static void assertSee(JvmProcess one, JvmProcess two) throws InterruptedException {
    one.awaitLine("\"nodes\":\\[\"barnacle-" + two.pid() + "@127.0.0.1:\\d+\"]", DEADLINE);
    two.awaitLine("\"nodes\":\\[\"barnacle-" + one.pid() + "@127.0.0.1:\\d+\"]", DEADLINE);
  }

  /** Two lines in whatever order. */
  private static void awaitBoth(JvmProcess process, String first, String second) throws InterruptedException {
    String either = "^(\\Q" + first + "\\E|\\Q" + second + "\\E)";
    String came = process.awaitLine(either, DEADLINE).group(1);
    process.awaitLine("^\\Q" + (came.equals(first) ? second : first) + "\\E", DEADLINE);
  }

  private static void assertEnds(JvmProcess process) throws InterruptedException {
    process.awaitLine("^done$", DEADLINE);
    assertEquals(0, process.awaitExit(DEADLINE), () -> String.join("\n", process.lines()));
  }

  private JvmProcess run(Class<?> example, String... args) throws IOException {
    return run(List.of(), example, args);
  }

  private JvmProcess run(List<String> jvmArgs, Class<?> example, String... args) throws IOException {
    List<String> all = new ArrayList<>(jvmArgs);
    all.add("-Djava.util.logging.config.file=examples/logging.properties");
    JvmProcess process = JvmProcess.start(all, Map.of("ERL_EPMD_PORT", mapperPort), example, args);
    processes.add(process);
    return process;
  }
}
