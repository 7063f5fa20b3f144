package io.barnacle.cluster.hazelcast;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.nio.serialization.DataSerializable;
import io.barnacle.cluster.ClusterException;
import io.vertx.spi.cluster.hazelcast.impl.DataSerializableHolder;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The class loader of an engine, which has no object made of what other nodes send but of a class that is allowed:
 * Hazelcast's and Vert.x's own, the plain values of {@code java.lang} and {@code java.util}, and those that
 * {@code cluster.allowedClasses} names.
 *
 * <p>Hazelcast's own filter ({@link JavaSerializationFilterConfig}, which it also sets) only looks at Java serialization.
 * A {@link DataSerializable} goes by a class name too, whose constructor runs before anybody looks at what it made; and so do
 * values of Vert.x's async maps, see {@link GuardedHolder}. Hazelcast asks this loader for all of them. Who asks for another
 * reason (the class of a serializer or a map store in the configuration) gets every class. Knows names of methods of
 * Hazelcast's inside; its test is {@code ClassGuardIT}.
 */
final class ClassGuard extends ClassLoader {

  /** Stands for every class. */
  static final String ANY = "*";

  private static final String[] PACKAGES = {
    "java.lang", "java.math", "java.time", "java.time.chrono", "java.time.zone", "java.util", "java.util.concurrent",
    "java.util.concurrent.atomic", "io.barnacle.cluster"
  };
  private static final String[] PREFIXES = {"[", "com.hazelcast.", "io.vertx."};
  /**
   * Besides those packages, what travels as the cause of a failed operation; and the form of a lambda, as vertx-hazelcast's
   * counters send them. That names the class in which the lambda stands, which has to be allowed as well.
   */
  private static final String[] CLASSES = {
    "java.io.EOFException", "java.io.FileNotFoundException", "java.io.IOException", "java.io.InvalidClassException",
    "java.io.InvalidObjectException", "java.io.NotSerializableException", "java.io.ObjectStreamException",
    "java.io.StreamCorruptedException", "java.io.UncheckedIOException", "java.io.UTFDataFormatException",
    "java.net.BindException", "java.net.ConnectException", "java.net.NoRouteToHostException", "java.net.SocketException",
    "java.net.SocketTimeoutException", "java.net.UnknownHostException", "java.nio.channels.ClosedChannelException",
    "java.lang.invoke.SerializedLambda"
  };
  /** Libraries inside Hazelcast's jar, a template compiler among them. */
  private static final String SHADED = "com.hazelcast.shaded.";

  private static final Pattern REFUSED = Pattern.compile("Resolving class (\\S{1,200}) is not allowed");
  private static final int DEEPEST_CAUSE = 20;
  private static final int NEAR = 12;
  private static final String READERS = "com.hazelcast.internal.serialization.impl.";
  /** There are two, for bytes with and without a version. */
  private static final String DATA_READER = "DataSerializableSerializer";
  private static final String STREAM = "com.hazelcast.internal.nio.IOUtil$ClassLoaderAwareObjectInputStream";
  private static final StackWalker WALKER = StackWalker.getInstance();

  private final JavaSerializationFilterConfig filter;

  private ClassGuard(ClassLoader parent, JavaSerializationFilterConfig filter) {
    super(parent);
    this.filter = filter;
  }

  /**
   * Puts the guard into a configuration. A filter that stands in it already decides instead.
   *
   * @param allowed packages ({@code com.example.}, all that begins so) and classes, or {@link #ANY}
   * @throws ClusterException.EngineFailed if both say something
   */
  static void install(Config config, List<String> allowed) {
    JavaSerializationFilterConfig own = config.getSerializationConfig().getJavaSerializationFilterConfig();
    if (own != null && !allowed.isEmpty()) {
      throw new ClusterException.EngineFailed("cluster.allowedClasses: the Hazelcast configuration has a"
          + " java-serialization-filter of its own; leave one of the two out", null);
    }
    if (allowed.contains(ANY)) {
      return;
    }
    JavaSerializationFilterConfig filter = own != null ? own : filter(allowed);
    config.getSerializationConfig().setJavaSerializationFilterConfig(filter);
    ClassLoader parent = config.getClassLoader() != null ? config.getClassLoader()
        : Thread.currentThread().getContextClassLoader() != null ? Thread.currentThread().getContextClassLoader()
        : ClassGuard.class.getClassLoader();
    config.setClassLoader(new ClassGuard(parent, filter));
  }

  private static JavaSerializationFilterConfig filter(List<String> allowed) {
    ClassFilter whitelist = new ClassFilter().addPackages(PACKAGES).addPrefixes(PREFIXES).addClasses(CLASSES);
    for (String each : allowed) {
      if (each.endsWith(".")) {
        whitelist.addPrefixes(each);
      } else {
        whitelist.addClasses(each);
      }
    }
    return new JavaSerializationFilterConfig().setDefaultsDisabled(true)
        .setWhitelist(whitelist).setBlacklist(new ClassFilter().addPrefixes(SHADED));
  }

  /** Tells in its own words of a class that was refused here or on another node; other failures stay as they are. */
  static Throwable explain(Throwable failure) {
    Throwable each = failure;
    for (int depth = 0; each != null && depth < DEEPEST_CAUSE; depth++) {
      Matcher refused = REFUSED.matcher(String.valueOf(each.getMessage()));
      if (refused.find()) {
        return new ClusterException.ClassRefused(refused.group(1), failure);
      }
      each = each.getCause();
    }
    return failure;
  }

  /**
   * A class that another node has named.
   *
   * @throws SecurityException if it is not allowed
   */
  Class<?> loadSent(String name) throws ClassNotFoundException {
    requireAllowed(name);
    try {
      return super.loadClass(name, false);
    } catch (ClassNotFoundException e) {
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      return context == null || context == this
          ? ClassGuard.class.getClassLoader().loadClass(name) : context.loadClass(name);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    Optional<String> reader = WALKER.walk(frames -> frames.limit(NEAR)
        .filter(ClassGuard::isReader).map(StackWalker.StackFrame::getClassName).findFirst());
    if (reader.isEmpty()) {
      return super.loadClass(name, resolve);
    }
    requireAllowed(name);
    boolean isData = reader.get().endsWith(DATA_READER);
    if (isData && name.equals(DataSerializableHolder.class.getName())) {
      return GuardedHolder.class;
    }
    Class<?> found = super.loadClass(name, resolve);
    if (isData && !DataSerializable.class.isAssignableFrom(found)) {
      throw refusal(name);
    }
    return found;
  }

  private static boolean isReader(StackWalker.StackFrame frame) {
    return frame.getClassName().equals(STREAM)
        || frame.getClassName().startsWith(READERS) && frame.getMethodName().startsWith("read");
  }

  /** As Hazelcast's filter decides. */
  private void requireAllowed(String name) {
    boolean listed = filter.getWhitelist().isListed(name)
        || !filter.isDefaultsDisabled() && (name.startsWith("com.hazelcast.") || name.startsWith("java"));
    boolean anyListed = !filter.isDefaultsDisabled() || !filter.getWhitelist().isEmpty();
    if (filter.getBlacklist().isListed(name) || anyListed && !listed) {
      throw refusal(name);
    }
  }

  /** In the words of Hazelcast's filter, which {@link #explain} knows. */
  private static SecurityException refusal(String name) {
    return new SecurityException("Resolving class " + name + " is not allowed.");
  }
}
