package io.barnacle.strategy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyException;
import io.netty.util.ResourceLeakDetector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;

/** A server that answers with mutated messages, by UDP and TCP: no discovery hangs, and nothing stays behind. */
class DnsFuzzIT extends DnsFixture {

  private static final int DISCOVERIES = 300;
  private static final Duration TIMEOUT = Duration.ofMillis(60);

  private final long seed = Long.getLong("barnacle.seed", System.nanoTime());
  private final Random random = new Random(seed);

  private synchronized List<byte[]> replies(Message query) {
    List<byte[]> replies = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      Message answer = StubDnsServer.answerTo(query);
      String name = query.getQuestion().getName().toString();
      for (int j = random.nextInt(5); j > 0; j--) {
        answer.addRecord(switch (random.nextInt(4)) {
          case 0 -> StubDnsServer.record(name + " 60 A 10.0.0." + random.nextInt(256));
          case 1 -> StubDnsServer.record(name + " 60 AAAA fd00::" + random.nextInt(256));
          case 2 -> StubDnsServer.record(
              name + " 60 SRV 0 0 " + random.nextInt(65536) + " n" + random.nextInt(9) + ".test.");
          default -> StubDnsServer.record(name + " 60 CNAME n" + random.nextInt(9) + ".test.");
        }, Section.ANSWER);
      }
      if (random.nextInt(5) == 0) {
        answer.getHeader().setFlag(Flags.TC);
      }
      byte[] bytes = answer.toWire();
      for (int j = random.nextInt(3); j > 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      replies.add(random.nextInt(5) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 20)) : bytes);
    }
    return replies;
  }

  @Test
  @Timeout(120)
  void noDiscoveryHangsAndNothingStaysBehind() throws Exception {
    StubDnsServer server = use(StubDnsServer.start((query, tcp) -> replies(query)));
    Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
    vertx.exceptionHandler(uncaught::add);
    List<Strategy> strategies = new ArrayList<>();
    for (DnsRecords records : DnsRecords.values()) {
      strategies.add(strategy(options(server.address()).setTimeout(TIMEOUT).setRecords(records).setUnion(2)));
    }
    long socketsBefore = sockets();
    int found = 0;
    for (int i = 0; i < DISCOVERIES; i++) {
      long start = System.nanoTime();
      try {
        discover(strategies.get(i % 2));
        found++;
      } catch (StrategyException e) {
        // As good an outcome as any.
      }
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      assertTrue(millis < 5000, () -> millis + " ms, barnacle.seed " + seed);
    }
    assertTrue(found > 0 && found < DISCOVERIES, found + " of " + DISCOVERIES + " found, barnacle.seed " + seed);
    assertEquals(List.of(), List.copyOf(uncaught), () -> "barnacle.seed " + seed);
    Awaitility.await("sockets are closed, barnacle.seed " + seed).atMost(Duration.ofSeconds(10))
        .until(() -> sockets() <= socketsBefore);
  }

  /** Netty tells of a buffer that nobody released once it was collected and another one is made. */
  @Test
  @Timeout(120)
  void noBufferStaysBehind() throws Exception {
    ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    Logger logger = Logger.getLogger(ResourceLeakDetector.class.getName());
    Queue<String> leaks = new ConcurrentLinkedQueue<>();
    Handler listening = new Handler() {
      @Override
      public void publish(LogRecord record) {
        leaks.add(record.getMessage());
      }

      @Override
      public void flush() {
      }

      @Override
      public void close() {
      }
    };
    logger.addHandler(listening);
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    try {
      StubDnsServer server = use(StubDnsServer.start((query, tcp) -> replies(query)));
      Strategy strategy = strategy(options(server.address()).setTimeout(TIMEOUT).setRecords(DnsRecords.SRV));
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 20; i++) {
          try {
            discover(strategy);
          } catch (StrategyException e) {
            // As good an outcome as any.
          }
        }
        System.gc();
      }
      assertEquals(List.of(), List.copyOf(leaks), () -> "barnacle.seed " + seed);
    } finally {
      ResourceLeakDetector.setLevel(before);
      logger.removeHandler(listening);
    }
  }

  /** How many sockets this process has open; 0 where that cannot be known. */
  static long sockets() throws Exception {
    Path descriptors = Path.of("/proc/self/fd");
    if (!Files.isDirectory(descriptors)) {
      return 0;
    }
    try (var list = Files.list(descriptors)) {
      return list.filter(DnsFuzzIT::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (java.io.IOException e) {
      return false;
    }
  }
}
