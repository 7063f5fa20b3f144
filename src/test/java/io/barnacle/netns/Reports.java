package io.barnacle.netns;

import io.vertx.core.json.JsonObject;
import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;

/** What a node has to say, written as JSON lines by a thread of its own: nobody who reports waits. */
final class Reports implements AutoCloseable {

  private final LinkedBlockingQueue<JsonObject> queue = new LinkedBlockingQueue<>();
  private final PrintStream out;
  private final Thread writer = new Thread(this::write, "reports");

  Reports(PrintStream out) {
    this.out = new PrintStream(new BufferedOutputStream(out, 1 << 16), false, StandardCharsets.UTF_8);
    writer.setDaemon(true);
    writer.start();
  }

  /** Says something, soon; from any thread. */
  void add(JsonObject report) {
    queue.add(report);
  }

  @Override
  public void close() {
    writer.interrupt();
  }

  private void write() {
    try {
      while (true) {
        JsonObject report = queue.take();
        for (; report != null; report = queue.poll()) {
          out.println(report.encode());
        }
        out.flush();
      }
    } catch (InterruptedException e) {
      out.flush();
    }
  }
}
