package io.barnacle.netns;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What tcpdump saw at a node: all its packets, and the bytes of each direction of each TCP connection. */
final class Capture implements AutoCloseable {

  private static final int FILE_HEADER = 24;
  private static final int PACKET_HEADER = 16;
  private static final int ETHERNET = 14;
  private static final int TCP = 6;

  /**
   * One direction of a connection.
   *
   * @param from address and port
   * @param to address and port
   */
  record Stream(String from, String to) {
  }

  private final Process tcpdump;
  private final Path file;

  private Capture(Process tcpdump, Path file) {
    this.tcpdump = tcpdump;
    this.file = file;
  }

  /** Why this machine cannot capture; null if it can. */
  static String missing() {
    return Shell.works("tcpdump", "--version") ? null : "the command tcpdump (package tcpdump) is needed";
  }

  /** Begins; returns once packets are caught. */
  static Capture begin(NetLab lab, int node, Path file) throws IOException {
    List<String> command = new ArrayList<>(lab.on(node));
    // -Z root: it would otherwise give up the right to write where it is told to
    command.addAll(List.of("tcpdump", "-Z", "root", "-i", "eth0", "-s", "0", "-U", "-B", "16384", "-w", file.toString()));
    Process tcpdump = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(tcpdump.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder all = new StringBuilder();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      all.append(line).append('\n');
      if (line.contains("listening on")) {
        return new Capture(tcpdump, file);
      }
    }
    throw new IOException("tcpdump did not begin: " + all);
  }

  /** Ends; the file is whole. */
  @Override
  public void close() throws IOException {
    try {
      tcpdump.destroy();
      if (!tcpdump.waitFor(10, TimeUnit.SECONDS)) {
        tcpdump.destroyForcibly();
        throw new IOException("tcpdump did not end");
      }
    } catch (InterruptedException e) {
      tcpdump.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Every byte. */
  byte[] bytes() throws IOException {
    return Files.readAllBytes(file);
  }

  /** What was said, in the order of the connections. */
  Map<Stream, byte[]> streams() throws IOException {
    ByteBuffer all = ByteBuffer.wrap(bytes()).order(ByteOrder.LITTLE_ENDIAN);
    Map<Stream, ByteArrayOutputStream> streams = new LinkedHashMap<>();
    Map<Stream, Integer> next = new LinkedHashMap<>();
    for (int at = FILE_HEADER; at + PACKET_HEADER <= all.limit(); ) {
      int length = all.getInt(at + 8);
      add(all.slice(at + PACKET_HEADER, length).order(ByteOrder.BIG_ENDIAN), streams, next);
      at += PACKET_HEADER + length;
    }
    Map<Stream, byte[]> said = new LinkedHashMap<>();
    streams.forEach((stream, bytes) -> said.put(stream, bytes.toByteArray()));
    return said;
  }

  private static void add(
      ByteBuffer packet, Map<Stream, ByteArrayOutputStream> streams, Map<Stream, Integer> next) {
    if (packet.limit() < ETHERNET + 40 || packet.getShort(12) != 0x0800 || packet.get(ETHERNET + 9) != TCP) {
      return;
    }
    int tcp = ETHERNET + (packet.get(ETHERNET) & 0xf) * 4;
    int payload = tcp + (packet.get(tcp + 12) >> 4 & 0xf) * 4;
    int end = ETHERNET + Short.toUnsignedInt(packet.getShort(ETHERNET + 2));
    Stream stream = new Stream(endpoint(packet, ETHERNET + 12, tcp), endpoint(packet, ETHERNET + 16, tcp + 2));
    int sequence = packet.getInt(tcp + 4);
    boolean repeated = next.containsKey(stream) && sequence - next.get(stream) < 0;
    if (end > payload && !repeated) {
      byte[] bytes = new byte[end - payload];
      packet.get(payload, bytes);
      streams.computeIfAbsent(stream, each -> new ByteArrayOutputStream()).writeBytes(bytes);
      next.put(stream, sequence + bytes.length);
    }
  }

  private static String endpoint(ByteBuffer packet, int address, int port) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      text.append(i == 0 ? "" : ".").append(packet.get(address + i) & 0xff);
    }
    return text.append(':').append(Short.toUnsignedInt(packet.getShort(port))).toString();
  }
}
