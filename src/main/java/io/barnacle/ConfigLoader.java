package io.barnacle;

import io.barnacle.strategy.InvalidOptionsException;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads the configuration of this process: the file {@value #DEFAULT_PATH} (a path that system property
 * {@value #PROPERTY}, else environment variable {@value #VARIABLE} overrides), with environment variables over it, see
 * {@link Environment}. A relative path is sought in the working directory and then on the class path. Where nothing
 * overrides the path, the file may be absent if the environment gives a strategy.
 *
 * <p>Never blocks: files are read and classes are loaded on worker threads. Every failure is an
 * {@link InvalidOptionsException} that names the file and why that file was read.
 */
final class ConfigLoader {

  static final String DEFAULT_PATH = "conf/barnacle.json";
  static final String PROPERTY = "barnacle.config";
  static final String VARIABLE = "BARNACLE_CONFIG";

  private static final long LARGEST = 1 << 20;
  private static final long TIMEOUT_SECONDS = 10;
  private static final String RAW = "text";

  private final Vertx vertx;
  private final String path;
  private final String chosenBy;
  private final boolean isDefault;
  private final Map<String, String> environment;

  ConfigLoader(Vertx vertx, String property, Map<String, String> environment, String defaultPath) {
    String variable = environment.get(VARIABLE);
    boolean byProperty = property != null && !property.isBlank();
    boolean byVariable = variable != null && !variable.isBlank();
    this.vertx = vertx;
    this.environment = environment;
    this.isDefault = !byProperty && !byVariable;
    this.path = byProperty ? property : byVariable ? variable : defaultPath;
    this.chosenBy = byProperty ? "named by system property " + PROPERTY
        : byVariable ? "named by environment variable " + VARIABLE : "the default path";
  }

  /** Reads this process's configuration. */
  static Future<BarnacleOptions> load(Vertx vertx) {
    return load(vertx, System.getProperty(PROPERTY), System.getenv(), DEFAULT_PATH);
  }

  /**
   * Reads the configuration in an environment.
   *
   * @param property the value of the system property, null if there is none
   * @param defaultPath the path where neither property nor environment has one
   */
  static Future<BarnacleOptions> load(
      Vertx vertx, String property, Map<String, String> environment, String defaultPath) {
    return new ConfigLoader(vertx, property, environment, defaultPath).load();
  }

  private Future<BarnacleOptions> load() {
    return read()
        .map(this::parse)
        .recover(e -> mayBeAbsent() && isMissing(e) ? Future.succeededFuture(new JsonObject()) : Future.failedFuture(e))
        .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .recover(e -> Future.failedFuture(e instanceof InvalidOptionsException ? e : unreadable(e)))
        .compose(json -> vertx.executeBlocking(() -> options(json), false));
  }

  private boolean mayBeAbsent() {
    return isDefault && Environment.isEnough(environment);
  }

  private Future<String> read() {
    return vertx.fileSystem().props(path).compose(props -> {
      if (props.isDirectory()) {
        return Future.failedFuture(fault("is a directory; name the file in it", null));
      }
      if (props.size() > LARGEST) {
        return Future.failedFuture(
            fault("has " + props.size() + " bytes, no configuration has more than " + LARGEST, null));
      }
      return retrieve();
    });
  }

  /** The file as text: parsed here rather than by vertx-config, whose errors name neither file nor line. */
  private Future<String> retrieve() {
    JsonObject config = new JsonObject().put("path", path).put("raw.key", RAW);
    ConfigRetriever retriever = ConfigRetriever.create(vertx, new ConfigRetrieverOptions()
        .setIncludeDefaultStores(false)
        .setScanPeriod(-1)
        .addStore(new ConfigStoreOptions().setType("file").setFormat("raw").setConfig(config)));
    return retriever.getConfig().map(json -> json.getString(RAW)).eventually(retriever::close);
  }

  private JsonObject parse(String text) {
    try {
      return StrictJson.object(text);
    } catch (IllegalArgumentException e) {
      throw fault(e.getMessage(), e);
    }
  }

  private BarnacleOptions options(JsonObject file) {
    Environment.Overlaid overlaid = Environment.over(file, environment);
    List<String> faults = new ArrayList<>(overlaid.faults());
    InvalidOptionsException cause = null;
    try {
      BarnacleOptions options = BarnacleOptions.fromJson(overlaid.json());
      if (faults.isEmpty()) {
        return options;
      }
    } catch (InvalidOptionsException e) {
      e.faults().forEach(fault -> faults.add(overlaid.withOrigin(fault)));
      cause = e;
    }
    throw new InvalidOptionsException(
        "the configuration in " + absolutePath() + " (" + chosenBy + ") cannot be used", faults, cause);
  }

  /** What a person can do about a file that could not be read. */
  InvalidOptionsException unreadable(Throwable e) {
    if (isMissing(e)) {
      String elsewhere = Path.of(path).isAbsolute() ? "" : ", nor is " + path + " on the class path";
      return fault("there is no such file" + elsewhere + "; create it, for example with {\"strategy\": {\"type\":"
          + " \"local_epmd\"}}, or name another with -D" + PROPERTY + "=… or " + VARIABLE + "=…", e);
    }
    if (causeOf(e, AccessDeniedException.class)) {
      return fault("user " + System.getProperty("user.name") + " may not read it; check its permissions", e);
    }
    if (causeOf(e, TimeoutException.class)) {
      return fault("was not read within " + TIMEOUT_SECONDS + " s; check the disk or mount", e);
    }
    return fault("cannot be read: " + (e.getCause() == null ? e : e.getCause()), e);
  }

  private InvalidOptionsException fault(String what, Throwable cause) {
    return new InvalidOptionsException("the configuration, " + chosenBy + ", cannot be read",
        List.of(absolutePath() + ": " + what), cause);
  }

  private String absolutePath() {
    try {
      return Path.of(path).toAbsolutePath().toString();
    } catch (InvalidPathException e) {
      return path;
    }
  }

  private static boolean isMissing(Throwable e) {
    return causeOf(e, NoSuchFileException.class);
  }

  private static boolean causeOf(Throwable e, Class<? extends Throwable> type) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return true;
      }
    }
    return false;
  }
}
