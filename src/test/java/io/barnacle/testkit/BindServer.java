package io.barnacle.testkit;

import java.io.IOException;
import java.util.List;

/** BIND: the zone {@code test}; {@code broken} of which it cannot read the file (SERVFAIL); refuses all others. */
public final class BindServer extends DnsServerProcess {

  /** Not started. */
  public BindServer() throws IOException {
  }

  @Override
  protected String program() {
    return "named";
  }

  @Override
  protected List<String> configure() throws IOException {
    write("named.conf", """
        options {
          directory "%1$s";
          pid-file none;
          session-keyfile "%1$s/session.key";
          managed-keys-directory "%1$s";
          listen-on port %2$d { 127.0.0.1; };
          listen-on-v6 { none; };
          recursion no;
          dnssec-validation no;
          minimal-responses no;
          max-records-per-type 0;
        };
        controls { };
        zone "test" { type primary; file "%1$s/zone"; };
        zone "broken" { type primary; file "%1$s/no-such-file"; };
        """.formatted(directory, port));
    return List.of("-g", "-n", "1", "-c", directory.resolve("named.conf").toString());
  }

  @Override
  protected void writeZone(int serial, List<String> records) throws IOException {
    write("zone", zoneFile(serial, records));
  }
}
