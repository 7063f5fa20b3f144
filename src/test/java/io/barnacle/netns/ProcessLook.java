package io.barnacle.netns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What the kernel says that a process has now.
 *
 * @param threads of the process
 * @param files open file descriptors, sockets among them
 * @param memory resident, in KiB
 */
record ProcessLook(long threads, long files, long memory) {

  static ProcessLook at(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    String status = Files.readString(process.resolve("status"));
    try (Stream<Path> files = Files.list(process.resolve("fd"))) {
      return new ProcessLook(number(status, "Threads:"), files.count(), number(status, "VmRSS:"));
    }
  }

  /** The most of both in each. */
  ProcessLook most(ProcessLook other) {
    return new ProcessLook(
        Math.max(threads, other.threads), Math.max(files, other.files), Math.max(memory, other.memory));
  }

  private static long number(String status, String key) {
    return status.lines().filter(line -> line.startsWith(key))
        .map(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
  }
}
