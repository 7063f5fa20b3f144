package io.barnacle.testkit;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A JVM of its own with the class path of the tests, running a main class; see {@link ChildProcess}. It ends when the
 * JVM that started it ends, however that happens, so a killed test run leaves none behind. Standard input belongs to
 * that watch: a main class cannot read it.
 */
public final class JvmProcess extends ChildProcess {

  private JvmProcess(String what, Process process) {
    super(what, process);
  }

  /** Starts a main class. */
  public static JvmProcess start(Class<?> main, String... args) throws IOException {
    return start(List.of(), Map.of(), main, args);
  }

  /**
   * Starts a main class.
   *
   * @param jvmArgs such as {@code -Xmx64m}, {@code -Dkey=value}
   * @param environment variables added to this process's environment
   */
  public static JvmProcess start(
      List<String> jvmArgs, Map<String, String> environment, Class<?> main, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(classPath());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(jvmArgs);
    command.add(Guard.class.getName());
    command.add(main.getName());
    command.addAll(Arrays.asList(args));
    return new JvmProcess(main.getSimpleName(), launch(environment, command));
  }

  /** The class path of the tests; {@code -cp} among the arguments of a JVM replaces it. */
  public static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** The main class of the child: runs the given one, and ends when the parent, the other end of stdin, does. */
  static final class Guard {

    private Guard() {
    }

    /** Runs {@code args[0]} with the rest. */
    public static void main(String[] args) throws Throwable {
      Thread watch = new Thread(Guard::endWithParent, "end with parent");
      watch.setDaemon(true);
      watch.start();
      String[] rest = Arrays.copyOfRange(args, 1, args.length);
      var main = Class.forName(args[0]).getDeclaredMethod("main", String[].class);
      main.setAccessible(true);
      try {
        main.invoke(null, (Object) rest);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }

    private static void endWithParent() {
      try {
        while (System.in.read() >= 0) {
          Thread.onSpinWait();
        }
      } catch (IOException e) {
        System.err.println("standard input: " + e.getMessage());
      }
      Runtime.getRuntime().halt(130);
    }
  }
}
