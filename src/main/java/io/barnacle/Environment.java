package io.barnacle;

import io.barnacle.internal.Suggestion;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Puts environment variables {@code BARNACLE_*} over a configuration.
 *
 * <p>The name of a variable is its key's path in upper case, with an underscore before every capital and for every dot:
 * {@code node.port} is {@code BARNACLE_NODE_PORT}, {@code pollIntervalMs} is {@code BARNACLE_POLL_INTERVAL_MS}. For
 * {@code strategy}, whose keys depend on its type, it works the other way: {@code BARNACLE_STRATEGY_TIMEOUT_MS} is
 * {@code strategy.timeoutMs}, and a value that is a JSON literal (true, false, a number, a quoted string, a list, an
 * object) is taken as such. Another {@code strategy.type} than the file's puts the file's strategy aside.
 *
 * <p>An empty value counts as unset. Variables that Kubernetes injects for services called {@code barnacle} or
 * {@code barnacle-…} ({@code BARNACLE_SERVICE_HOST}, {@code BARNACLE_NODE_PORT=tcp://…}) are left alone. Any other
 * {@code BARNACLE_*} is a fault, as a misspelt setting that is silently ignored is found in production.
 */
final class Environment {

  private static final String PREFIX = "BARNACLE_";
  private static final String STRATEGY = PREFIX + "STRATEGY_";
  private static final String STRATEGY_TYPE = STRATEGY + "TYPE";

  private static final Map<String, Function<String, Object>> KEYS = Map.ofEntries(
      Map.entry("name", Environment::text),
      Map.entry("pollIntervalMs", Environment::wholeNumber),
      Map.entry("refreshTimeoutMs", Environment::wholeNumber),
      Map.entry("node.name", Environment::text),
      Map.entry("node.host", Environment::text),
      Map.entry("node.port", Environment::wholeNumber),
      Map.entry("cluster.name", Environment::text),
      Map.entry("cluster.hazelcastConfig", Environment::text),
      Map.entry("cluster.registry", Environment::text),
      Map.entry("cluster.cookie", Environment::text),
      Map.entry("cluster.previousCookie", Environment::text),
      Map.entry("cluster.cookieFileMayBeShared", Environment::bool),
      Map.entry("cluster.insecure", Environment::bool),
      Map.entry("cluster.allowedClasses", Environment::list),
      Map.entry("bootstrap.minPeers", Environment::wholeNumber),
      Map.entry("bootstrap.stableMs", Environment::wholeNumber),
      Map.entry("bootstrap.deadlineMs", Environment::wholeNumber),
      Map.entry("bootstrap.onTimeout", Environment::text),
      Map.entry("healing", Environment::text),
      Map.entry("eventBus.tls.cert", Environment::text),
      Map.entry("eventBus.tls.key", Environment::text),
      Map.entry("eventBus.tls.ca", Environment::text),
      Map.entry("removal.policy", Environment::text),
      Map.entry("removal.graceMs", Environment::wholeNumber),
      Map.entry("removal.maxFraction", Environment::fraction),
      Map.entry("drain.timeoutMs", Environment::wholeNumber),
      Map.entry("drain.quietMs", Environment::wholeNumber),
      Map.entry("events.address", Environment::text),
      Map.entry("events.clusterWide", Environment::bool),
      Map.entry("control.address", Environment::text),
      Map.entry("control.clusterWide", Environment::bool));

  /** Read elsewhere: the path of the file, and a switch of Barnacle's own build. */
  private static final Set<String> NOT_KEYS = Set.of(ConfigLoader.VARIABLE, "BARNACLE_REQUIRE_SYSTEM_TESTS");

  /** Kubernetes' service variables, also in the form that Docker links had. */
  private static final Pattern INJECTED_NAME = Pattern.compile(
      ".*_SERVICE_HOST|.*_SERVICE_PORT(_[A-Z0-9_]+)?|.*_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");
  private static final Pattern INJECTED_VALUE = Pattern.compile("(tcp|udp|sctp)://.*");

  private static final Pattern JSON_LITERAL = Pattern.compile(
      "true|false|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?|\".*\"|\\[.*]|\\{.*}", Pattern.DOTALL);

  private static final Map<String, String> PATH_OF =
      KEYS.keySet().stream().collect(Collectors.toMap(Environment::variableOf, Function.identity()));

  private Environment() {
  }

  /**
   * A configuration with the environment in it.
   *
   * @param json what came out; the file's own object is left as it was
   * @param origins the variable that set each path
   * @param faults of the variables themselves
   */
  record Overlaid(JsonObject json, Map<String, String> origins, List<String> faults) {

    /** Adds to a fault of a value that came from the environment which variable that was. */
    String withOrigin(String fault) {
      for (Map.Entry<String, String> each : origins.entrySet()) {
        if (fault.startsWith(each.getKey() + ":") || fault.startsWith(each.getKey() + "[")
            || fault.startsWith(each.getKey() + ".")) {
          return fault + " (from environment variable " + each.getValue() + ")";
        }
      }
      return fault;
    }
  }

  /** The paths that have a variable, apart from those of the strategy. */
  static Set<String> paths() {
    return KEYS.keySet();
  }

  /** Whether the environment alone says how peers are found, so that there may be no file. */
  static boolean isEnough(Map<String, String> environment) {
    return !environment.getOrDefault(STRATEGY_TYPE, "").isEmpty();
  }

  /** The variable of a path. */
  static String variableOf(String path) {
    return PREFIX + path.replace('.', '_').replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
  }

  static Overlaid over(JsonObject file, Map<String, String> environment) {
    Overlaid out = new Overlaid(file.copy(), new TreeMap<>(), new ArrayList<>());
    String type = environment.getOrDefault(STRATEGY_TYPE, "");
    if (!type.isEmpty() && file.getValue("strategy") instanceof JsonObject strategy
        && !type.equals(strategy.getValue("type"))) {
      out.json().put("strategy", new JsonObject());
    }
    new TreeMap<>(environment).forEach((variable, value) -> {
      if (variable.startsWith(PREFIX) && !value.isEmpty() && !NOT_KEYS.contains(variable)
          && !isInjected(variable, value)) {
        put(variable, value, out);
      }
    });
    return out;
  }

  private static boolean isInjected(String variable, String value) {
    return INJECTED_NAME.matcher(variable).matches()
        || variable.endsWith("_PORT") && INJECTED_VALUE.matcher(value).matches();
  }

  private static void put(String variable, String value, Overlaid out) {
    if (variable.startsWith(STRATEGY) && variable.length() > STRATEGY.length()) {
      String key = camelCase(variable.substring(STRATEGY.length()));
      put("strategy." + key, variable, strategyValue(variable, value), out);
      return;
    }
    String path = PATH_OF.get(variable);
    if (path == null) {
      Set<String> known = new TreeSet<>(PATH_OF.keySet());
      known.addAll(List.of(STRATEGY_TYPE, ConfigLoader.VARIABLE));
      Optional<String> meant = Suggestion.among(known, variable);
      out.faults().add(variable + ": is not a known environment variable"
          + meant.map(s -> ", did you mean " + s + "?").orElse("; rename or unset it"));
      return;
    }
    try {
      put(path, variable, KEYS.get(path).apply(value), out);
    } catch (IllegalArgumentException e) {
      out.faults().add(path + ": " + e.getMessage() + " (from environment variable " + variable + ")");
    }
  }

  private static void put(String path, String variable, Object value, Overlaid out) {
    JsonObject parent = out.json();
    String key = path;
    for (int dot = key.indexOf('.'); dot >= 0 && parent != null; dot = key.indexOf('.')) {
      parent = section(key.substring(0, dot), parent);
      key = key.substring(dot + 1);
    }
    if (parent != null) {
      parent.put(key, value);
      out.origins().put(path, variable);
    }
  }

  /** The section, made if there is none; null if the file has something else there, which is a fault of the file's. */
  private static JsonObject section(String key, JsonObject json) {
    if (!json.containsKey(key)) {
      json.put(key, new JsonObject());
    }
    return json.getValue(key) instanceof JsonObject section ? section : null;
  }

  private static String camelCase(String snake) {
    StringBuilder camel = new StringBuilder();
    for (String part : snake.toLowerCase(Locale.ROOT).split("_")) {
      if (!part.isEmpty()) {
        camel.append(camel.isEmpty() ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1));
      }
    }
    return camel.toString();
  }

  private static Object strategyValue(String variable, String value) {
    if (variable.equals(STRATEGY_TYPE) || !JSON_LITERAL.matcher(value).matches()) {
      return value;
    }
    try {
      return Json.decodeValue(value);
    } catch (DecodeException e) {
      return value; // such as [fd00::1]:53
    }
  }

  private static Object text(String value) {
    return value;
  }

  /** Separated by commas, as no item has one in it. */
  private static Object list(String value) {
    JsonArray list = new JsonArray();
    for (String each : value.split(",")) {
      if (!each.isBlank()) {
        list.add(each.strip());
      }
    }
    return list;
  }

  private static Object wholeNumber(String value) {
    try {
      return Long.valueOf(value.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + value + "\" is not a whole number", e);
    }
  }

  private static Object fraction(String value) {
    try {
      return Double.valueOf(value.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + value + "\" is not a number", e);
    }
  }

  private static Object bool(String value) {
    return switch (value.trim().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("\"" + value + "\" is not true or false");
    };
  }
}
