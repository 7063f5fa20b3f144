package io.barnacle.internal;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads an object strictly and collects every fault instead of stopping at the first: a wrong type, null, a value out
 * of range, a key that nobody read. Keys are known by being asked for; call {@link #rejectUnknownKeys} last.
 *
 * <p>Keys come from outside: in a path they are shown as they are if they are plain words, else quoted and cut, so that
 * none can forge a line of a log.
 */
public final class JsonReader {

  private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z0-9_$.\\-\\[\\]]{1,64}");
  private static final int SHOWN_KEY = 64;
  private static final BigDecimal MIN_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

  private final JsonObject json;
  private final String path;
  private final List<String> faults;
  private final TreeSet<String> known = new TreeSet<>();

  /**
   * @param path where the object stands in the whole, empty for the root
   * @param faults receives {@code path: what is wrong}
   */
  public JsonReader(JsonObject json, String path, List<String> faults) {
    this.json = json;
    this.path = path;
    this.faults = faults;
  }

  /** A text, as it is. */
  public Optional<String> string(String key) {
    return value(key, String.class, "a string");
  }

  /** A text that must be there. */
  public Optional<String> requiredString(String key) {
    return required(key, string(key));
  }

  /** True or false. */
  public Optional<Boolean> bool(String key) {
    return value(key, Boolean.class, "true or false");
  }

  /** A whole number; the range is checked by the setter that gets it, see {@link #accept}. */
  public Optional<Integer> integer(String key) {
    return wholeNumber(key).flatMap(n -> {
      if (n < Integer.MIN_VALUE || n > Integer.MAX_VALUE) {
        fault(key, n + " is out of range");
        return Optional.empty();
      }
      return Optional.of(n.intValue());
    });
  }

  /** A number with or without a fraction. */
  public Optional<Double> number(String key) {
    return value(key, Number.class, "a number").map(Number::doubleValue);
  }

  /** Milliseconds as a duration. */
  public Optional<Duration> durationMs(String key) {
    return wholeNumber(key).map(Duration::ofMillis);
  }

  /** An object within; its reader shares this one's faults. */
  public Optional<JsonReader> object(String key) {
    return value(key, Object.class, "an object").flatMap(v -> {
      JsonObject inner = v instanceof Map<?, ?> map ? toObject(map) : v instanceof JsonObject o ? o : null;
      if (inner == null) {
        fault(key, "is not an object");
        return Optional.empty();
      }
      return Optional.of(new JsonReader(inner, pathOf(key), faults));
    });
  }

  /** A list, each element read by a function that throws {@link IllegalArgumentException} for what it cannot read. */
  public <T> Optional<List<T>> list(String key, Function<Object, T> element) {
    return value(key, Object.class, "a list").flatMap(v -> {
      List<?> raw = v instanceof JsonArray a ? a.getList() : v instanceof List<?> l ? l : null;
      if (raw == null) {
        fault(key, "is not a list");
        return Optional.empty();
      }
      List<T> out = new ArrayList<>();
      for (int i = 0; i < raw.size(); i++) {
        Object each = raw.get(i);
        int at = i;
        accept(key + "[" + at + "]", () -> out.add(element.apply(each)));
      }
      return Optional.of(out);
    });
  }

  /** A list of texts, each turned into something; see {@link #list}. */
  public <T> Optional<List<T>> strings(String key, Function<String, T> element) {
    return list(key, each -> {
      if (!(each instanceof String)) {
        throw new IllegalArgumentException("is not a string");
      }
      return element.apply((String) each);
    });
  }

  /** One of a few words. */
  public <E extends Enum<E>> Optional<E> word(String key, Class<E> type) {
    return string(key).flatMap(text -> {
      for (E each : type.getEnumConstants()) {
        if (wordOf(each).equals(text)) {
          return Optional.of(each);
        }
      }
      List<String> words = new ArrayList<>();
      for (E each : type.getEnumConstants()) {
        words.add(wordOf(each));
      }
      fault(key, "\"" + text + "\" is not one of " + String.join(", ", words));
      return Optional.empty();
    });
  }

  /** How an enum constant is spelt in JSON: lower case. */
  public static String wordOf(Enum<?> constant) {
    return constant.name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Hands a value to a setter that checks it; what the setter refuses becomes a fault of the key. */
  public <T> void set(String key, Optional<T> value, Consumer<T> setter) {
    value.ifPresent(v -> accept(key, () -> setter.accept(v)));
  }

  /** Runs a check; an {@link IllegalArgumentException} becomes a fault of the key. */
  public void accept(String key, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      fault(key, e.getMessage());
    }
  }

  /** Adds a fault of a key. */
  public void fault(String key, String what) {
    faults.add(pathOf(key) + ": " + what);
  }

  /** Passes on the fault of another reader of this object, whose paths begin at this object. */
  public void relay(String fault) {
    faults.add(path.isEmpty() ? fault : path + "." + fault);
  }

  /** Adds a fault of this object as a whole. */
  public void fault(String what) {
    faults.add(path.isEmpty() ? what : path + ": " + what);
  }

  /** Says that a key is known although nothing reads it here. */
  public JsonReader know(String key) {
    known.add(key);
    return this;
  }

  /** The object that is read. */
  public JsonObject json() {
    return json;
  }

  /** The path of this object, empty for the root. */
  public String path() {
    return path;
  }

  /** Every key that nobody asked for becomes a fault, with a suggestion if one is near. Call it last. */
  public void rejectUnknownKeys() {
    for (String key : json.fieldNames()) {
      if (!known.contains(key)) {
        fault(key, "is not known" + Suggestion.among(known, key).map(s -> ", did you mean \"" + s + "\"?").orElse(""));
      }
    }
  }

  private <T> Optional<T> required(String key, Optional<T> value) {
    if (!json.containsKey(key)) {
      fault(key, "is missing");
    }
    return value;
  }

  private Optional<Long> wholeNumber(String key) {
    return value(key, Number.class, "a whole number").flatMap(n -> {
      if (!isWhole(n)) {
        fault(key, n + " is not a whole number");
        return Optional.empty();
      }
      BigDecimal exact = n instanceof Double || n instanceof Float
          ? BigDecimal.valueOf(n.doubleValue()) : new BigDecimal(n.toString());
      if (exact.compareTo(MIN_LONG) < 0 || exact.compareTo(MAX_LONG) > 0) {
        fault(key, "is out of range");
        return Optional.empty();
      }
      return Optional.of(exact.longValue());
    });
  }

  private static boolean isWhole(Number n) {
    double d = n.doubleValue();
    return n instanceof BigInteger || d == Math.rint(d) && !Double.isInfinite(d);
  }

  private <T> Optional<T> value(String key, Class<T> type, String what) {
    known.add(key);
    if (!json.containsKey(key)) {
      return Optional.empty();
    }
    Object value = json.getValue(key);
    if (value == null) {
      fault(key, "is null; give it a value or leave it out");
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      fault(key, "is not " + what);
      return Optional.empty();
    }
    return Optional.of(type.cast(value));
  }

  private String pathOf(String key) {
    return path.isEmpty() ? shown(key) : path + "." + shown(key);
  }

  private static String shown(String key) {
    if (PLAIN_KEY.matcher(key).matches()) {
      return key;
    }
    return Json.encode(key.length() <= SHOWN_KEY ? key : key.substring(0, SHOWN_KEY) + "…");
  }

  private static JsonObject toObject(Map<?, ?> map) {
    JsonObject object = new JsonObject();
    map.forEach((k, v) -> object.put(String.valueOf(k), v));
    return object;
  }
}
