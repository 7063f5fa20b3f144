package io.barnacle.netns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at a process ten times a second, and knows the most that was seen. */
final class ProcessWatch implements AutoCloseable {

  private final long pid;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
    Thread thread = new Thread(task, "process watch");
    thread.setDaemon(true);
    return thread;
  });
  private volatile ProcessLook most;
  private volatile long looks;

  ProcessWatch(long pid) throws IOException {
    this.pid = pid;
    this.most = ProcessLook.at(pid);
    timer.scheduleAtFixedRate(this::look, 100, 100, TimeUnit.MILLISECONDS);
  }

  /** The most of each since the watch began. */
  ProcessLook most() {
    if (timer.isShutdown() || looks == 0) {
      throw new IllegalStateException("nobody looked");
    }
    return most;
  }

  /** A look that fails is the last one: then the process is gone. */
  private void look() {
    try {
      most = most.most(ProcessLook.at(pid));
      looks++;
    } catch (IOException e) {
      timer.shutdown();
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
