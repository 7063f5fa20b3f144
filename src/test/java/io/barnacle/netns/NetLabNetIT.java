package io.barnacle.netns;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.testkit.SystemRequirement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The faults of the harness are what they say. */
@Tag("netns")
class NetLabNetIT {

  private NetLab lab;

  @BeforeEach
  void build() {
    SystemRequirement.require(NetLab.missing().isEmpty(), NetLab.missing().orElse(""));
    lab = new NetLab(3);
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void everyNodeReachesEveryOther() {
    for (int from = 1; from <= 3; from++) {
      for (int to = 1; to <= 3; to++) {
        assertTrue(from == to || reaches(from, to), from + " to " + to);
      }
    }
  }

  @Test
  void cutDropsBothWaysBetweenTheGroupsOnlyUntilHealed() {
    lab.cut(List.of(1, 2), List.of(3));
    assertFalse(reaches(1, 3));
    assertFalse(reaches(3, 1));
    assertFalse(reaches(2, 3));
    assertTrue(reaches(1, 2));
    lab.heal();
    assertTrue(reaches(1, 3));
    assertTrue(reaches(3, 1));
  }

  @Test
  void oneWayCutLetsTheOtherWayPass() {
    lab.cutOneWay(1, List.of(2, 3));
    assertFalse(reaches(1, 2));
    assertTrue(reaches(2, 1));
    assertTrue(reaches(2, 3));
  }

  @Test
  void cutIsSilentForTheSender() {
    assertTrue(connect(1, 2).contains("refused"));
    lab.cut(List.of(1), List.of(2));
    assertFalse(connect(1, 2).contains("refused"));
  }

  @Test
  void kernelParameterIsThatOfOneNode() {
    lab.sysctl(1, "net.ipv4.tcp_retries2", "5");
    assertTrue(on(1, "cat", "/proc/sys/net/ipv4/tcp_retries2").strip().equals("5"));
    assertFalse(on(2, "cat", "/proc/sys/net/ipv4/tcp_retries2").strip().equals("5"));
  }

  @Test
  void closeRemovesTheNamespacesAndWhatRunsInThem() throws Exception {
    List<String> command = new ArrayList<>(lab.on(1));
    command.addAll(List.of("sleep", "60"));
    Process process = new ProcessBuilder(command).start();
    String name = lab.on(1).get(3);
    assertTrue(Shell.run("ip", "netns", "list").contains(name));
    lab.close();
    assertFalse(Shell.run("ip", "netns", "list").contains(name));
    assertTrue(process.waitFor(5, TimeUnit.SECONDS));
  }

  @Test
  void namespacesOfARunThatIsNoMoreAreRemovedAndThoseOfALivingOneStay() {
    long dead = 1L << 22; // The kernel gives out process ids below this only.
    String orphan = "bcl-" + dead + "-1-1-1";
    Shell.run("ip", "netns", "add", orphan);
    String mine = lab.on(1).get(3);
    new NetLab(1).close();
    String left = Shell.run("ip", "netns", "list");
    assertFalse(left.contains(orphan));
    assertTrue(left.contains(mine));
  }

  /** Whether a datagram arrives: the receiver's kernel counts those for ports that nobody listens on. */
  private boolean reaches(int from, int to) {
    long before = noPorts(to);
    on(from, "bash", "-c", "echo > /dev/udp/" + lab.address(to) + "/9; sleep 0.05");
    return noPorts(to) > before;
  }

  private long noPorts(int node) {
    List<String> udp = on(node, "cat", "/proc/net/snmp").lines().filter(line -> line.startsWith("Udp:")).toList();
    int column = List.of(udp.get(0).split(" ")).indexOf("NoPorts");
    return Long.parseLong(udp.get(1).split(" ")[column]);
  }

  private String connect(int from, int to) {
    return on(from, "bash", "-c", "timeout 0.5 bash -c 'exec 3<>/dev/tcp/" + lab.address(to) + "/9' 2>&1; true");
  }

  private String on(int node, String... command) {
    List<String> whole = new ArrayList<>(lab.on(node));
    whole.addAll(List.of(command));
    return Shell.run(whole, "");
  }
}
