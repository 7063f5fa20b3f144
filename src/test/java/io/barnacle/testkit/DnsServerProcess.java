package io.barnacle.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * A real DNS server as a child process on a free port of 127.0.0.1, with the zone {@code test} of the records that a
 * test gives it, each {@code name. ttl type data}. Its files are in a temporary directory that goes with it.
 */
public abstract class DnsServerProcess implements AutoCloseable {

  /** The zone that the server has. */
  public static final String ZONE = "test";

  private static final long DEADLINE_SECONDS = 20;

  /** Where the server's files are. */
  protected final Path directory;

  /** Its port, UDP and TCP. */
  protected final int port;

  private final Thread atExit = new Thread(this::kill, "dns server at exit");
  private ChildProcess process;
  private int serial;

  /** Finds a port and a directory; {@link #start} does the rest. */
  protected DnsServerProcess() throws IOException {
    this.directory = Files.createTempDirectory("barnacle-dns");
    this.port = freePort();
  }

  /** The name of the program, and of the package where it comes from. */
  protected abstract String program();

  /** Writes the configuration and returns the command line, without the program. */
  protected abstract List<String> configure() throws IOException;

  /** Writes the records where the server reads them when it starts or gets a SIGHUP. */
  protected abstract void writeZone(int serial, List<String> records) throws IOException;

  /** Skips the test where the program is not installed, see {@link SystemRequirement}. */
  public DnsServerProcess start(String... records) throws Exception {
    Optional<Path> binary = find(program());
    SystemRequirement.require(binary.isPresent(), program() + " is not installed (.ci/run installs it)");
    write(records);
    List<String> command = new ArrayList<>(configure());
    command.add(0, binary.get().toString());
    process = ChildProcess.start(Map.of(), command);
    Runtime.getRuntime().addShutdownHook(atExit);
    awaitSerial();
    return this;
  }

  /** Replaces the records, and waits until the server serves them. */
  public void updateZone(String... records) throws Exception {
    write(records);
    process.signal("HUP");
    awaitSerial();
  }

  /** Stops the server from running until {@link #resume}; its socket stays, and nobody answers. */
  public void suspend() throws Exception {
    process.signal("STOP");
  }

  /** Lets the server run again. */
  public void resume() throws Exception {
    process.signal("CONT");
  }

  /** {@code 127.0.0.1:port}. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Kills the server and deletes its files. Idempotent. */
  @Override
  public void close() throws IOException {
    kill();
    if (process != null) {
      Runtime.getRuntime().removeShutdownHook(atExit);
      process = null;
    }
    if (Files.exists(directory)) {
      try (var files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
  }

  private void kill() {
    ChildProcess running = process;
    if (running != null) {
      running.close();
    }
  }

  /** The records of a zone file with the SOA and NS that it needs. */
  protected static String zoneFile(int serial, List<String> records) {
    return ZONE + ". 60 IN SOA ns." + ZONE + ". admin." + ZONE + ". " + serial + " 60 60 60 5\n"
        + ZONE + ". 60 IN NS ns." + ZONE + ".\nns." + ZONE + ". 60 IN A 127.0.0.1\n"
        + String.join("\n", records) + "\n";
  }

  /** Writes a file of the directory. */
  protected Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private void write(String... records) throws IOException {
    serial++;
    List<String> all = new ArrayList<>(Arrays.asList(records));
    all.add(marker() + " 60 A 127.0.0.1");
    writeZone(serial, all);
  }

  /** A name that only this version of the zone has. */
  private String marker() {
    return "serial-" + serial + "." + ZONE + ".";
  }

  private void awaitSerial() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        throw new IllegalStateException(program() + " ended: " + String.join("\n", process.lines()));
      }
      if (hasMarker()) {
        return;
      }
    }
    throw new IllegalStateException(program() + " does not serve its zone: " + String.join("\n", process.lines()));
  }

  private boolean hasMarker() throws IOException {
    Record question = Record.newRecord(Name.fromString(marker()), Type.A, DClass.IN);
    byte[] query = Message.newQuery(question).toWire();
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
      socket.setSoTimeout(100);
      socket.send(new DatagramPacket(query, query.length));
      DatagramPacket reply = new DatagramPacket(new byte[4096], 4096);
      socket.receive(reply);
      Message answer = new Message(Arrays.copyOf(reply.getData(), reply.getLength()));
      return !answer.getSection(Section.ANSWER).isEmpty() || pause();
    } catch (SocketTimeoutException e) {
      return false;
    } catch (PortUnreachableException e) {
      return pause();
    }
  }

  /** Between two looks at a server that is not ready. */
  private static boolean pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    return false;
  }

  private static Optional<Path> find(String program) {
    String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin" + File.pathSeparator + "/sbin";
    return Arrays.stream(path.split(File.pathSeparator)).map(each -> Path.of(each, program)).filter(Files::isExecutable)
        .findFirst();
  }

  private static int freePort() {
    for (int i = 0; i < 50; i++) {
      try (DatagramSocket udp = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
          ServerSocket tcp = new ServerSocket(udp.getLocalPort(), 1, InetAddress.getByName("127.0.0.1"))) {
        return tcp.getLocalPort();
      } catch (IOException e) {
        // Taken for TCP: another one.
      }
    }
    throw new UncheckedIOException(new IOException("no port is free for both UDP and TCP"));
  }
}
