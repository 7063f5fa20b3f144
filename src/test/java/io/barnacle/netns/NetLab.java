package io.barnacle.netns;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small network: {@code size} network namespaces, each with the address {@link #address} on {@code eth0}, joined by a
 * bridge that has a namespace of its own. Faults are dropped packets: silent for both ends, as a broken switch is. They are
 * made on the bridge, all pairs of a call in one transaction, so that a cut has one instant. ARP passes: what is lost is
 * lost as behind a router, and connecting hangs instead of failing after three seconds.
 *
 * <p>Nothing outside the namespaces is touched, so removing them removes everything. {@link #close} does, and so does the
 * end of this JVM; what a killed run has left is removed by the next one, once that run's process is gone. Nodes are
 * numbered from 1.
 */
final class NetLab implements AutoCloseable {

  private static final String PREFIX = "bcl-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+-\\d+)-\\d+-\\w+");
  private static final AtomicInteger LABS = new AtomicInteger();
  private static final String RULES = """
      table bridge lab {
        set cut { type ipv4_addr . ipv4_addr; }
        chain forward {
          type filter hook forward priority 0; policy accept;
          ip saddr . ip daddr @cut drop
        }
      }
      """;

  private final int size;
  private final String names;
  private final Thread atExit = new Thread(this::remove, "remove namespaces");
  private boolean closed;

  /**
   * Builds the network.
   *
   * @param size the number of nodes, 1 to 200
   */
  NetLab(int size) {
    if (size < 1 || size > 200) {
      throw new IllegalArgumentException("size must be 1 to 200, not " + size);
    }
    this.size = size;
    this.names = PREFIX + owner(ProcessHandle.current()) + "-" + LABS.incrementAndGet() + "-";
    removeOrphans();
    Runtime.getRuntime().addShutdownHook(atExit);
    try {
      build();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Why this machine cannot have such a network; empty if it can. */
  static Optional<String> missing() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.of("network namespaces need Linux");
    }
    if (!Shell.works("ip", "-V") || !Shell.works("nft", "-v")) {
      return Optional.of("the commands ip (package iproute2) and nft (package nftables) are needed");
    }
    String probe = PREFIX + owner(ProcessHandle.current()) + "-0-probe";
    if (!Shell.works("ip", "netns", "add", probe)) {
      return Optional.of("network namespaces need root");
    }
    try {
      Shell.run(List.of("ip", "netns", "exec", probe, "nft", "-f", "-"), RULES);
      return Optional.empty();
    } catch (IllegalStateException e) {
      return Optional.of("the kernel has no nftables for bridges: " + e.getMessage());
    } finally {
      Shell.run("ip", "netns", "del", probe);
    }
  }

  /** The number of nodes. */
  int size() {
    return size;
  }

  /** The address of a node, the same in every lab: the namespaces keep them apart. */
  String address(int node) {
    return "10.66.0." + check(node);
  }

  /** What to put before a command so that it runs on a node; its process id is that of the command. */
  List<String> on(int node) {
    return List.of("ip", "netns", "exec", names + check(node));
  }

  /** Drops everything between the nodes of one group and those of another, both ways, silently. */
  void cut(Collection<Integer> some, Collection<Integer> others) {
    List<String> pairs = pairs(some, others);
    pairs.addAll(pairs(others, some));
    add(pairs);
  }

  /** Drops everything from one node to the others; what they send still arrives. */
  void cutOneWay(int from, Collection<Integer> to) {
    add(pairs(List.of(from), to));
  }

  /** Lets everything pass again. */
  void heal() {
    nft("flush set bridge lab cut");
  }

  /** Sets a kernel parameter of one node's network, such as {@code net.ipv4.tcp_retries2}. */
  void sysctl(int node, String key, String value) {
    run(node, "sh", "-c", "echo " + value + " > /proc/sys/" + key.replace('.', '/'));
  }

  @Override
  public void close() {
    remove();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // The JVM ends: the hook finds nothing left to do.
    }
  }

  private void build() {
    String bridge = names + "sw";
    Shell.run("ip", "netns", "add", bridge);
    Shell.run("ip", "-n", bridge, "link", "add", "br0", "type", "bridge");
    Shell.run("ip", "-n", bridge, "link", "set", "br0", "up");
    for (int node = 1; node <= size; node++) {
      String name = names + node;
      Shell.run("ip", "netns", "add", name);
      sysctl(node, "net.ipv6.conf.all.disable_ipv6", "1");
      Shell.run("ip", "-n", bridge, "link", "add", "port" + node, "type", "veth", "peer", "name", "eth0", "netns", name);
      Shell.run("ip", "-n", bridge, "link", "set", "port" + node, "master", "br0", "up");
      Shell.run("ip", "-n", name, "address", "add", address(node) + "/24", "dev", "eth0");
      Shell.run("ip", "-n", name, "link", "set", "lo", "up");
      Shell.run("ip", "-n", name, "link", "set", "eth0", "up");
    }
    nft(RULES);
  }

  private List<String> pairs(Collection<Integer> from, Collection<Integer> to) {
    List<String> pairs = new ArrayList<>();
    for (int source : from) {
      for (int target : to) {
        pairs.add(address(source) + " . " + address(target));
      }
    }
    return pairs;
  }

  private void add(List<String> pairs) {
    nft("add element bridge lab cut { " + String.join(", ", pairs) + " }");
  }

  private void nft(String rules) {
    Shell.run(List.of("ip", "netns", "exec", names + "sw", "nft", "-f", "-"), rules);
  }

  private void run(int node, String... command) {
    List<String> whole = new ArrayList<>(on(node));
    whole.addAll(List.of(command));
    Shell.run(whole, "");
  }

  private int check(int node) {
    if (node < 1 || node > size) {
      throw new IllegalArgumentException("there are nodes 1 to " + size + ", not " + node);
    }
    return node;
  }

  private synchronized void remove() {
    if (!closed) {
      closed = true;
      namespaces().stream().filter(name -> name.startsWith(names)).forEach(NetLab::remove);
    }
  }

  /** Removes a namespace and ends what still runs in it. */
  private static void remove(String namespace) {
    for (String pid : Shell.run("ip", "netns", "pids", namespace).lines().toList()) {
      Shell.works("kill", "-KILL", pid.strip());
    }
    Shell.run("ip", "netns", "del", namespace);
  }

  /** Removes what runs left behind that are no more. */
  private static void removeOrphans() {
    for (String name : namespaces()) {
      Matcher matcher = NAME.matcher(name);
      if (matcher.matches() && !isAlive(matcher.group(1))) {
        remove(name);
      }
    }
  }

  private static List<String> namespaces() {
    return Shell.run("ip", "netns", "list").lines().map(line -> line.split(" ")[0]).toList();
  }

  /** Names a process for good: a process id alone is used again. */
  private static String owner(ProcessHandle process) {
    return process.pid() + "-" + process.info().startInstant().orElse(Instant.EPOCH).getEpochSecond();
  }

  private static boolean isAlive(String owner) {
    long pid = Long.parseLong(owner.substring(0, owner.indexOf('-')));
    return ProcessHandle.of(pid).map(NetLab::owner).filter(owner::equals).isPresent();
  }
}
