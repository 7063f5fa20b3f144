package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.cluster.TlsOptions;
import io.barnacle.strategy.InvalidOptionsException;
import io.barnacle.testkit.Await;
import io.barnacle.testkit.TestCa;
import io.barnacle.testkit.TestCa.Issued;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsFilesTest {

  @TempDir
  private static Path directory;

  private static Vertx vertx;
  private static TestCa ca;
  private static Issued good;

  @BeforeAll
  static void makeCertificates() {
    vertx = Vertx.vertx();
    ca = new TestCa(directory, "ca");
    good = ca.issue("good");
  }

  @AfterAll
  static void close() throws Exception {
    Await.await(vertx.close());
  }

  private static void check(TlsOptions tls) {
    TlsFiles.check(vertx, tls, tls.applyTo(new EventBusOptions()));
  }

  /** The faults, each of which must name its option and its path. */
  private static List<String> faults(String cert, String key, String caPath) {
    return assertThrows(InvalidOptionsException.class, () -> check(new TlsOptions(cert, key, caPath))).faults();
  }

  private static void assertFault(String option, String path, String what, List<String> faults) {
    assertEquals(1, faults.size(), faults::toString);
    assertTrue(faults.get(0).startsWith("eventBus.tls." + option + ": \"" + path + "\": "), faults::toString);
    assertTrue(faults.get(0).contains(what), faults::toString);
  }

  private static String file(String name, String content) throws Exception {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  @Test
  void takesWhatIsRight() {
    check(new TlsOptions(good.cert(), good.key(), ca.ca()));
  }

  @Test
  void allFilesThatAreMissingAreToldAtOnce() {
    List<String> faults = faults("no-cert.pem", "no-key.pem", directory.toString());
    assertEquals(List.of(
        "eventBus.tls.cert: \"no-cert.pem\": there is no such file",
        "eventBus.tls.key: \"no-key.pem\": there is no such file",
        "eventBus.tls.ca: \"" + directory + "\": is a directory; name the file in it"), faults);
  }

  @Test
  void whatIsNoPemFileIsTold() throws Exception {
    String text = file("text", "hello");
    assertFault("cert", text, "no certificate", faults(text, good.key(), ca.ca()));
    assertFault("key", text, "no private key", faults(good.cert(), text, ca.ca()));
    assertFault("ca", text, "no certificate", faults(good.cert(), good.key(), text));
    String broken = file("broken", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assertFault("ca", broken, "cannot be read", faults(good.cert(), good.key(), broken));
    String huge = file("huge", "x".repeat((1 << 20) + 1));
    assertFault("ca", huge, "bytes", faults(good.cert(), good.key(), huge));
    String locked = file("locked", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
    assertFault("key", locked, "is encrypted", faults(good.cert(), locked, ca.ca()));
  }

  @Test
  void aCertificateThatHasExpiredOrIsNotValidYetIsTold() {
    Issued old = ca.issue("old", Duration.ofDays(-2), Duration.ofDays(-1));
    assertFault("cert", old.cert(), "\"CN=old\" has expired at ", faults(old.cert(), old.key(), ca.ca()));
    Issued early = ca.issue("early", Duration.ofDays(1), Duration.ofDays(2));
    assertFault("cert", early.cert(), "is not valid before ", faults(early.cert(), early.key(), ca.ca()));
    TestCa oldCa = new TestCa(directory, "old-ca", Duration.ofDays(-2), Duration.ofDays(-1));
    Issued late = oldCa.issue("late");
    assertFault("ca", oldCa.ca(), "has expired at ", faults(late.cert(), late.key(), oldCa.ca()));
  }

  @Test
  void whatDoesNotBelongTogetherIsTold() {
    Issued other = ca.issue("other");
    assertFault("key", other.key(), "is not the key of the certificate in eventBus.tls.cert, \"" + good.cert(),
        faults(good.cert(), other.key(), ca.ca()));
    TestCa stranger = new TestCa(directory, "stranger");
    assertFault("cert", good.cert(), "would not be accepted by nodes with the same eventBus.tls.ca",
        faults(good.cert(), good.key(), stranger.ca()));
  }

  @Test
  void anEventBusThatDoesNotHaveItIsTold() {
    TlsOptions tls = new TlsOptions(good.cert(), good.key(), ca.ca());
    for (EventBusOptions none : new EventBusOptions[] {null, new EventBusOptions()}) {
      String fault = assertThrows(InvalidOptionsException.class, () -> TlsFiles.check(vertx, tls, none)).faults().get(0);
      assertTrue(fault.startsWith("eventBus.tls: is not in effect"), fault);
    }
    EventBusOptions own = new EventBusOptions().setSsl(true).setKeyCertOptions(new PemKeyCertOptions());
    for (EventBusOptions other : new EventBusOptions[] {own, tls.applyTo(new EventBusOptions(own)),
        tls.applyTo(new EventBusOptions()).setTrustAll(true),
        tls.applyTo(new EventBusOptions()).setClientAuth(ClientAuth.REQUEST)}) {
      String fault = assertThrows(InvalidOptionsException.class, () -> TlsFiles.check(vertx, tls, other)).faults().get(0);
      assertTrue(fault.startsWith("eventBus.tls: the EventBusOptions of this Vert.x have TLS of their own"), fault);
    }
  }
}
