package io.barnacle.strategy.custom;

import io.barnacle.internal.JsonReader;
import io.barnacle.strategy.InvalidOptionsException;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyOptions;
import io.barnacle.strategy.StrategyProvider;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads {@code {"type": "custom", "class": "com.example.MyStrategyOptions", …own keys…}}. The class is public,
 * implements {@link StrategyOptions} and has a public constructor that takes a {@link JsonObject}, or a public static
 * {@code fromJson(JsonObject)}; the constructor is preferred. It gets the whole object, {@code type} and {@code class}
 * among its keys, reports faults as {@link InvalidOptionsException} (or {@link IllegalArgumentException} for a single
 * one), and gives both keys back in {@link StrategyOptions#toJson()}.
 *
 * <p>The class is sought through the thread's context class loader, then through Barnacle's own. Naming a class runs
 * its code: a configuration is as trusted as the class path.
 */
public final class CustomStrategyProvider implements StrategyProvider {

  /** The value of {@code strategy.type}. */
  public static final String TYPE = "custom";

  private static final String CLASS = "class";

  /** For {@link java.util.ServiceLoader}. */
  public CustomStrategyProvider() {
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public StrategyOptions fromJson(JsonObject json) {
    List<String> faults = new ArrayList<>();
    String name = new JsonReader(json, "", faults).requiredString(CLASS).orElse("");
    if (!faults.isEmpty()) {
      throw new InvalidOptionsException(faults);
    }
    Class<?> type = requireUsable(load(name), name);
    return make(type, factoryOf(type), json);
  }

  private static Class<?> load(String name) {
    Class<?> type = find(name);
    if (type != null) {
      return type;
    }
    int dot = name.lastIndexOf('.');
    String nested = dot < 0 ? name : name.substring(0, dot) + "$" + name.substring(dot + 1);
    boolean isNested = dot >= 0 && find(nested) != null;
    throw fault(quoted(name) + " is not on the class path"
        + (isNested ? ", did you mean " + quoted(nested) + "?" : "; check the spelling, package included"));
  }

  private static Class<?> find(String name) {
    ClassLoader[] loaders = {
      Thread.currentThread().getContextClassLoader(), CustomStrategyProvider.class.getClassLoader()
    };
    for (ClassLoader loader : loaders) {
      try {
        return Class.forName(name, false, loader);
      } catch (ClassNotFoundException e) {
        // the next one may have it
      } catch (LinkageError e) {
        throw fault(quoted(name) + " cannot be loaded: " + e);
      }
    }
    return null;
  }

  private static Class<?> requireUsable(Class<?> type, String name) {
    if (!StrategyOptions.class.isAssignableFrom(type)) {
      String hint = Strategy.class.isAssignableFrom(type)
          ? "; it is a Strategy: name the options class whose create(Vertx) makes it" : "";
      throw fault(quoted(name) + " does not implement " + StrategyOptions.class.getName() + hint);
    }
    if (!Modifier.isPublic(type.getModifiers())) {
      throw fault(quoted(name) + " is not public");
    }
    return type;
  }

  /** The constructor or static method that takes the JSON. */
  private static Executable factoryOf(Class<?> type) {
    if (!Modifier.isAbstract(type.getModifiers())) {
      try {
        return type.getConstructor(JsonObject.class);
      } catch (NoSuchMethodException e) {
        // then a static method
      }
    }
    try {
      Method method = type.getMethod("fromJson", JsonObject.class);
      if (Modifier.isStatic(method.getModifiers()) && StrategyOptions.class.isAssignableFrom(method.getReturnType())) {
        return method;
      }
    } catch (NoSuchMethodException e) {
      // neither
    }
    throw fault(quoted(type.getName()) + " has neither a public constructor that takes a JsonObject (on a class that is"
        + " not abstract) nor a public static fromJson(JsonObject) that returns its options");
  }

  private static StrategyOptions make(Class<?> type, Executable factory, JsonObject json) {
    try {
      Object made = factory instanceof Method method
          ? method.invoke(null, json) : type.getConstructor(JsonObject.class).newInstance(json);
      if (made == null) {
        throw fault(quoted(type.getName()) + ": fromJson returned null");
      }
      return (StrategyOptions) made;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException known) {
        throw known;
      }
      throw fault(quoted(type.getName()) + " could not be made: " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException | LinkageError e) {
      throw fault(quoted(type.getName()) + " could not be made: " + e, e);
    }
  }

  private static String quoted(String name) {
    return "\"" + name + "\"";
  }

  private static InvalidOptionsException fault(String what) {
    return fault(what, null);
  }

  private static InvalidOptionsException fault(String what, Throwable cause) {
    InvalidOptionsException fault = new InvalidOptionsException(List.of(CLASS + ": " + what));
    if (cause != null) {
      fault.initCause(cause);
    }
    return fault;
  }
}
