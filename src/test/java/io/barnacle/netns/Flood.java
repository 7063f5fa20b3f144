package io.barnacle.netns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The attacker of {@link ConnectionFloodNetIT}: wants to have so many connections to a port on which it says nothing, so
 * many on which it says a byte each second, and so many on which it says noise at once; whichever is closed it opens again. Prints "begun" once it has opened as many
 * as it wants, whatever has become of them, and a line each second.
 */
public final class Flood {

  /** How many connections it opens a second, at most: it shares the machine with those that it attacks. */
  private static final int RATE = 1_000;
  private static final long TICK_MS = 20;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static final int NOISE = 200;

  private enum Kind { SILENT, SLOW, NOISY }

  private final InetSocketAddress target;
  /** What is said byte by byte on a slow connection; the last byte again and again. */
  private final byte[] words;
  private final List<InetAddress> sources;
  private final Selector selector = Selector.open();
  private final ByteBuffer heard = ByteBuffer.allocate(1_024);
  private final Random random = new Random(NOISE);
  /** Those that are to be opened. */
  private final Deque<Kind> wanted = new ArrayDeque<>();
  /** How much was said. */
  private final Map<SocketChannel, Integer> speaking = new HashMap<>();
  private final int all;
  private int opened;
  private int accepted;
  private int closed;

  private Flood(InetSocketAddress target, List<Integer> counts, byte[] words, List<InetAddress> sources) throws IOException {
    this.target = target;
    this.words = words;
    this.sources = sources;
    for (Kind each : Kind.values()) {
      wanted.addAll(Collections.nCopies(counts.get(each.ordinal()), each));
    }
    this.all = wanted.size();
  }

  /**
   * Address, port, how many say nothing, how many speak slowly, what these say in hexadecimal, how many say noise, and the
   * addresses to come from, one at least.
   */
  public static void main(String[] args) throws IOException {
    List<InetAddress> sources = new ArrayList<>();
    for (String each : Arrays.asList(args).subList(6, args.length)) {
      sources.add(InetAddress.getByName(each));
    }
    new Flood(new InetSocketAddress(args[0], Integer.parseInt(args[1])),
        List.of(Integer.parseInt(args[2]), Integer.parseInt(args[3]), Integer.parseInt(args[5])),
        HexFormat.of().parseHex(args[4]), sources).run();
  }

  /** The words for the port of a member: the beginning of a handshake. */
  static String toMember() {
    return HexFormat.of().formatHex("BNC\u0001n".getBytes(StandardCharsets.US_ASCII));
  }

  /** The words for a port mapper: the beginning of a request of 200 bytes. */
  static String toMapper() {
    return HexFormat.of().formatHex(new byte[] {0, (byte) 200, 'x'});
  }

  private void run() throws IOException {
    long began = System.nanoTime();
    for (int second = 1; ; second++) {
      while (System.nanoTime() - began < second * SECOND) {
        boolean beginning = opened < all;
        for (long due = (System.nanoTime() - began) * RATE / SECOND; opened < due && !wanted.isEmpty();) {
          open(wanted.remove());
        }
        if (beginning && opened >= all) {
          System.out.println("begun");
        }
        selector.select(this::handle, TICK_MS);
      }
      speak();
      System.out.println("opened " + opened + ", accepted " + accepted + ", closed again " + closed);
    }
  }

  private void open(Kind kind) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.bind(new InetSocketAddress(sources.get(opened % sources.size()), 0));
    channel.register(selector, SelectionKey.OP_CONNECT, kind);
    opened++;
    channel.connect(target);
  }

  private void handle(SelectionKey key) {
    SocketChannel channel = (SocketChannel) key.channel();
    try {
      if (key.isConnectable()) {
        channel.finishConnect();
        accepted++;
        key.interestOps(SelectionKey.OP_READ);
        if (key.attachment() == Kind.SLOW) {
          speaking.put(channel, 0);
        } else if (key.attachment() == Kind.NOISY) {
          byte[] noise = new byte[1 + random.nextInt(NOISE)];
          random.nextBytes(noise);
          channel.write(ByteBuffer.wrap(noise));
        }
      } else if (channel.read(heard.clear()) < 0) {
        again(channel);
      }
    } catch (IOException e) {
      again(channel); // refused, or reset: the other side does not want it, too
    }
  }

  private void again(SocketChannel channel) {
    closed++;
    wanted.add((Kind) channel.keyFor(selector).attachment());
    speaking.remove(channel);
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void speak() {
    for (SocketChannel each : List.copyOf(speaking.keySet())) {
      int said = speaking.merge(each, 1, Integer::sum);
      try {
        each.write(ByteBuffer.wrap(words, Math.min(said, words.length) - 1, 1));
      } catch (IOException e) {
        again(each);
      }
    }
  }
}
