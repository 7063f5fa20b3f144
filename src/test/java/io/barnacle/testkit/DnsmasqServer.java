package io.barnacle.testkit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** dnsmasq: the zone {@code test}, its SRV records as they were at the start; refuses all others. */
public final class DnsmasqServer extends DnsServerProcess {

  private final List<String> srvHosts = new ArrayList<>();

  /** Not started. */
  public DnsmasqServer() throws IOException {
  }

  @Override
  protected String program() {
    return "dnsmasq";
  }

  @Override
  protected List<String> configure() throws IOException {
    List<String> command = new ArrayList<>(List.of("--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv",
        "--no-hosts", "--addn-hosts=" + directory.resolve("hosts"), "--listen-address=127.0.0.1", "--bind-interfaces",
        "--port=" + port, "--local=/test/", "--pid-file=", "--user=root", "--log-facility=-"));
    command.addAll(srvHosts);
    return command;
  }

  @Override
  protected void writeZone(int serial, List<String> records) throws IOException {
    StringBuilder hosts = new StringBuilder();
    srvHosts.clear();
    for (String record : records) {
      String[] parts = record.split("\\s+");
      String name = parts[0].substring(0, parts[0].length() - 1);
      switch (parts[2]) {
        case "A", "AAAA" -> hosts.append(parts[3]).append(' ').append(name).append('\n');
        case "SRV" -> srvHosts.add("--srv-host=" + name + "," + parts[6].substring(0, parts[6].length() - 1) + ","
            + parts[5] + "," + parts[3] + "," + parts[4]);
        default -> throw new IllegalArgumentException(record);
      }
    }
    write("hosts", hosts.toString());
  }
}
