package io.barnacle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.strategy.InvalidOptionsException;
import io.barnacle.testkit.FixedNodesOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.file.FileSystemException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {

  private static final Map<String, String> NOTHING = Map.of();
  private static Vertx vertx;

  @TempDir
  private Path directory;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() throws Exception {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static Future<BarnacleOptions> load(String property, Map<String, String> environment) {
    return ConfigLoader.load(vertx, property, environment, "conf/nothing.json");
  }

  private static String failure(String property, Map<String, String> environment) {
    Throwable e = assertThrows(ExecutionException.class,
        () -> await(load(property, environment))).getCause();
    return assertInstanceOf(InvalidOptionsException.class, e).getMessage();
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private Path valid(String name) throws IOException {
    return file(name, new JsonObject().put("name", name).put("strategy", FixedNodesOptions.json()).encode());
  }

  @Test
  void thePropertyWinsOverTheVariable() throws Exception {
    Map<String, String> environment = Map.of("BARNACLE_CONFIG", valid("by_variable").toString());
    assertEquals("by_variable", await(load(null, environment)).getName());
    assertEquals("by_variable", await(load(" ", environment)).getName());
    assertEquals("by_property",
        await(load(valid("by_property").toString(), environment)).getName());
  }

  @Test
  void theEnvironmentGoesOverTheFile() throws Exception {
    BarnacleOptions options = await(load(valid("file").toString(),
        Map.of("BARNACLE_NAME", "variable", "BARNACLE_POLL_INTERVAL_MS", "250", "BARNACLE_STRATEGY_PORT", "7")));
    assertEquals("variable", options.getName());
    assertEquals(Duration.ofMillis(250), options.getPollInterval());
    assertEquals(7, options.getStrategy().toJson().getInteger("port"));
  }

  @Test
  void theEnvironmentAloneIsEnoughWhereNoFileIsNamed() throws Exception {
    Map<String, String> environment = Map.of(
        "BARNACLE_STRATEGY_TYPE", "custom", "BARNACLE_STRATEGY_CLASS", FixedNodesOptions.class.getName());
    assertEquals(new FixedNodesOptions(FixedNodesOptions.json()), await(load(null, environment)).getStrategy());
    String named = failure(directory.resolve("no.json").toString(), environment);
    assertTrue(named.contains("no.json: there is no such file"), named);
  }

  @Test
  void aMissingFileIsToldWithItsPathAndWhoNamedIt() throws Exception {
    Path missing = directory.resolve("no.json");
    String byProperty = failure(missing.toString(), NOTHING);
    assertTrue(byProperty.startsWith("the configuration, named by system property barnacle.config, cannot be read:\n"),
        byProperty);
    assertTrue(byProperty.contains(missing + ": there is no such file; create it"), byProperty);
    String byVariable = failure(null, Map.of("BARNACLE_CONFIG", missing.toString()));
    assertTrue(byVariable.startsWith("the configuration, named by environment variable BARNACLE_CONFIG"), byVariable);
    String byDefault = failure(null, NOTHING);
    assertTrue(byDefault.startsWith("the configuration, the default path, cannot be read:"), byDefault);
    assertTrue(byDefault.contains("no such file, nor is conf/nothing.json on the class path"), byDefault);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
    "`` | is empty; the least is {\"strategy\": {\"type\": \"local_epmd\"}}",
    "`{\n  \"name\": oops\n}` | is not JSON, line 2, column 11: a word without quotes, which is none of true, false and null",
    "[] | is not a JSON object, which begins with {",
  })
  void whatIsNotAnObjectOfJsonIsToldWithItsPlace(String text, String what) throws Exception {
    Path file = file("wrong.json", text);
    String message = failure(file.toString(), NOTHING);
    assertTrue(message.contains("  " + file + ": " + what), message);
  }

  @Test
  void aDirectoryAndAHugeFileAreRefused() throws Exception {
    String isDirectory = failure(directory.toString(), NOTHING);
    assertTrue(isDirectory.contains(directory + ": is a directory; name the file in it"), isDirectory);
    String huge = failure(file("huge.json", " ".repeat(1 << 21)).toString(), NOTHING);
    assertTrue(huge.contains("has 2097152 bytes, no configuration has more than 1048576"), huge);
  }

  /** Made by hand, as root may read everything and no disk hangs when asked to. */
  @Test
  void whatTheSystemRefusesIsToldWithWhatToDo() {
    ConfigLoader loader = new ConfigLoader(vertx, "/etc/barnacle.json", NOTHING, "");
    String denied = loader.unreadable(new FileSystemException("read", new AccessDeniedException("x"))).getMessage();
    String user = System.getProperty("user.name");
    assertTrue(denied.contains("/etc/barnacle.json: user " + user + " may not read it"), denied);
    String late = loader.unreadable(new TimeoutException()).getMessage();
    assertTrue(late.contains("/etc/barnacle.json: was not read within 10 s"), late);
    String other = loader.unreadable(new FileSystemException("read", new IOException("I/O error"))).getMessage();
    assertTrue(other.contains("cannot be read: java.io.IOException: I/O error"), other);
  }

  @Test
  void aPathThatIsNoPathIsAFault() {
    String message = failure("a\0b", NOTHING);
    assertTrue(message.contains("cannot be read"), message);
  }

  @Test
  void faultsOfFileAndEnvironmentComeTogetherWithWhereTheyAreFrom() throws Exception {
    Path file = file("faults.json", "{\"pollInterval\": 5, \"node\": {\"port\": 1}}");
    String message = failure(file.toString(),
        Map.of("BARNACLE_NODE_PORT", "70000", "BARNACLE_NAMES", "x", "BARNACLE_REFRESH_TIMEOUT_MS", "soon"));
    assertEquals("the configuration in " + file + " (named by system property barnacle.config) cannot be used:\n"
        + "  BARNACLE_NAMES: is not a known environment variable, did you mean BARNACLE_NAME?\n"
        + "  refreshTimeoutMs: \"soon\" is not a whole number (from environment variable BARNACLE_REFRESH_TIMEOUT_MS)\n"
        + "  node.port: port 70000 is not in 0..65535 (from environment variable BARNACLE_NODE_PORT)\n"
        + "  strategy: is missing, give one such as {\"type\": \"local_epmd\"}\n"
        + "  pollInterval: is not known, did you mean \"pollIntervalMs\"?", message);
  }

  @Test
  void worksOnAnEventLoopAndAnswersThere() throws Exception {
    Context context = vertx.getOrCreateContext();
    Promise<Context> where = Promise.promise();
    String path = valid("loop").toString();
    context.runOnContext(v -> load(path, NOTHING)
        .map(options -> Vertx.currentContext())
        .onComplete(where));
    assertSame(context, await(where.future()));
  }
}
