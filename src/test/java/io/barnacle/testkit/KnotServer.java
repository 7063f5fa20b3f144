package io.barnacle.testkit;

import java.io.IOException;
import java.util.List;

/** Knot DNS: the zone {@code test}; {@code broken} of which it has no file (SERVFAIL); refuses all others. */
public final class KnotServer extends DnsServerProcess {

  /** Not started. */
  public KnotServer() throws IOException {
  }

  @Override
  protected String program() {
    return "knotd";
  }

  @Override
  protected List<String> configure() throws IOException {
    write("knot.conf", """
        server:
            rundir: "%1$s"
            listen: 127.0.0.1@%2$d
            udp-workers: 1
            tcp-workers: 1
            background-workers: 1
        database:
            storage: "%1$s/db"
        log:
          - target: stderr
            any: warning
        template:
          - id: default
            storage: "%1$s"
            zonefile-sync: -1
            journal-content: none
        zone:
          - domain: test
            file: zone
          - domain: broken
            file: no-such-file
        """.formatted(directory, port));
    return List.of("-c", directory.resolve("knot.conf").toString());
  }

  @Override
  protected void writeZone(int serial, List<String> records) throws IOException {
    write("zone", zoneFile(serial, records));
  }
}
