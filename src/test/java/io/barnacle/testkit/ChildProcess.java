package io.barnacle.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process of a test: its output (both streams) is collected line by line, it is waited for with a deadline and killed
 * by {@link #close}. Safe for use by several threads.
 */
public class ChildProcess implements AutoCloseable {

  private static final Duration END = Duration.ofSeconds(5);

  private final String what;
  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private int awaited;
  private boolean ended;

  /** Takes over a process whose error stream goes where its output goes. */
  ChildProcess(String what, Process process) {
    this.what = what;
    this.process = process;
    Thread reader = new Thread(this::read, "output of " + what);
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts a command with variables added to this process's environment. */
  public static ChildProcess start(Map<String, String> environment, List<String> command) throws IOException {
    return new ChildProcess(command.get(0), launch(environment, command));
  }

  /** Starts a command, for subclasses. */
  static Process launch(Map<String, String> environment, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs, or is stopped by a signal. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** All lines so far. */
  public synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /**
   * Waits for a line that has a match of the pattern; looks only at lines after the one that the previous call
   * returned, so that two calls wait for two lines.
   *
   * @return the match; {@code group()} is the matched part
   * @throws AssertionError with the whole output, if there is none in time or the process ends without it
   */
  public synchronized Matcher awaitLine(String regex, Duration timeout) throws InterruptedException {
    Pattern pattern = Pattern.compile(regex);
    long deadline = System.nanoTime() + timeout.toNanos();
    for (int next = awaited; ; next++) {
      while (next == lines.size()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (ended || left <= 0) {
          throw new AssertionError(what + (ended ? " ended" : " ran " + timeout.toMillis() + " ms")
              + " without a line like \"" + regex + "\"; it said\n" + String.join("\n", lines));
        }
        wait(left);
      }
      Matcher matcher = pattern.matcher(lines.get(next));
      if (matcher.find()) {
        awaited = next + 1;
        return matcher;
      }
    }
  }

  /** Writes a line to the standard input of the process. */
  public void send(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /**
   * Sends a signal.
   *
   * @param name such as KILL, TERM, STOP, CONT
   */
  public void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start();
    if (!kill.waitFor(END.toMillis(), TimeUnit.MILLISECONDS) || kill.exitValue() != 0) {
      throw new IOException("kill -" + name + " " + pid() + " failed");
    }
  }

  /**
   * Waits for the end.
   *
   * @return the exit code
   * @throws AssertionError with the whole output, if it does not end in time
   */
  public int awaitExit(Duration timeout) throws InterruptedException {
    if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError(what + " did not end within " + timeout.toMillis() + " ms; it said\n"
          + String.join("\n", lines()));
    }
    awaitEndOfOutput();
    return process.exitValue();
  }

  /** Kills the process the hard way (SIGKILL) and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError(what + " (pid " + pid() + ") survives SIGKILL");
    }
  }

  /** Kills the process if it still runs. */
  @Override
  public void close() {
    try {
      kill();
      awaitEndOfOutput();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void awaitEndOfOutput() throws InterruptedException {
    long deadline = System.nanoTime() + END.toNanos();
    while (!ended && deadline - System.nanoTime() > 0) {
      wait(END.toMillis());
    }
  }

  private void read() {
    try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add("(output ended: " + e.getMessage() + ")");
    } finally {
      end();
    }
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }
}
