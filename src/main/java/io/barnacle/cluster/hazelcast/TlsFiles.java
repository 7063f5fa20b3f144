package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.TlsOptions;
import io.barnacle.strategy.InvalidOptionsException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.file.FileProps;
import io.vertx.core.file.FileSystemException;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * Looks at the files of {@code eventBus.tls} before the node joins, and finds every fault: an event bus with a certificate
 * that the others do not accept would be a member that nobody can send to.
 */
final class TlsFiles {

  private static final System.Logger LOG = System.getLogger(TlsFiles.class.getName());

  private static final String PATH = "eventBus.tls";
  private static final long LARGEST = 1 << 20;
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----");

  private final Vertx vertx;
  private final TlsOptions tls;
  private final List<String> faults = new ArrayList<>();

  private TlsFiles(Vertx vertx, TlsOptions tls) {
    this.vertx = vertx;
    this.tls = tls;
  }

  /**
   * Checks the files, and that the event bus is set up with them. Blocks.
   *
   * @param eventBus how the event bus is set up, null if that is not known
   * @throws InvalidOptionsException with every fault
   */
  static void check(Vertx vertx, TlsOptions tls, EventBusOptions eventBus) {
    TlsFiles files = new TlsFiles(vertx, tls);
    files.checkUse(eventBus);
    files.checkFiles();
    if (!files.faults.isEmpty()) {
      throw new InvalidOptionsException("the event bus cannot have TLS", files.faults, null);
    }
  }

  private void checkUse(EventBusOptions eventBus) {
    if (eventBus == null || !eventBus.isSsl()) {
      faults.add(PATH + ": is not in effect, as this Vert.x was made without it: make it by Barnacle.clusteredVertx, or give"
          + " Barnacle.clusterManager(options) to Vertx.builder(), or set VertxOptions.setEventBusOptions and leave "
          + PATH + " out");
    } else if (!tls.isIn(eventBus)) {
      faults.add(PATH + ": the EventBusOptions of this Vert.x have TLS of their own; leave one of the two out");
    }
  }

  private void checkFiles() {
    Buffer certText = read("cert", tls.getCert());
    Buffer keyText = read("key", tls.getKey());
    Buffer caText = read("ca", tls.getCa());
    List<X509Certificate> chain = certificates("cert", tls.getCert(), certText);
    List<X509Certificate> trusted = certificates("ca", tls.getCa(), caText);
    if (keyText != null) {
      checkKey(certText, keyText, chain);
      warnOfOpenKey();
    }
    if (!chain.isEmpty() && !trusted.isEmpty() && isValid("cert", tls.getCert(), chain) & isValid("ca", tls.getCa(), trusted)) {
      checkTrust(chain, caText);
    }
  }

  private void fault(String key, String path, String what) {
    faults.add(PATH + "." + key + ": \"" + path + "\": " + what);
  }

  private Buffer read(String key, String path) {
    try {
      FileProps props = vertx.fileSystem().propsBlocking(path);
      if (props.isDirectory()) {
        fault(key, path, "is a directory; name the file in it");
      } else if (props.size() > LARGEST) {
        fault(key, path, "has " + props.size() + " bytes, no PEM file has more than " + LARGEST);
      } else {
        return vertx.fileSystem().readFileBlocking(path);
      }
    } catch (FileSystemException | IllegalArgumentException e) {
      fault(key, path, reason(e));
    }
    return null;
  }

  private static String reason(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof NoSuchFileException) {
        return "there is no such file";
      }
      if (cause instanceof AccessDeniedException) {
        return "user " + System.getProperty("user.name") + " may not read it; check its permissions";
      }
    }
    return "cannot be read: " + (e.getCause() == null ? e : e.getCause());
  }

  private List<X509Certificate> certificates(String key, String path, Buffer text) {
    List<X509Certificate> certificates = new ArrayList<>();
    if (text == null) {
      return certificates;
    }
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      Matcher block = CERTIFICATE.matcher(text.toString(StandardCharsets.ISO_8859_1));
      while (block.find()) {
        byte[] der = Base64.getDecoder().decode(block.group(1).replaceAll("\\s", ""));
        certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      }
    } catch (CertificateException | IllegalArgumentException e) {
      fault(key, path, "has a certificate that cannot be read: " + e.getMessage());
      return List.of();
    }
    if (certificates.isEmpty()) {
      fault(key, path, "has no certificate, that is, no \"-----BEGIN CERTIFICATE-----\"; is it a PEM file?");
    }
    return certificates;
  }

  private boolean isValid(String key, String path, List<X509Certificate> certificates) {
    Instant now = Instant.now();
    int before = faults.size();
    for (X509Certificate each : certificates) {
      String who = "the certificate of \"" + each.getSubjectX500Principal().getName() + "\" ";
      if (each.getNotAfter().toInstant().isBefore(now)) {
        fault(key, path, who + "has expired at " + each.getNotAfter().toInstant() + "; get a new one");
      } else if (each.getNotBefore().toInstant().isAfter(now)) {
        fault(key, path, who + "is not valid before " + each.getNotBefore().toInstant() + "; is the clock right?");
      }
    }
    return faults.size() == before;
  }

  private void checkKey(Buffer certText, Buffer keyText, List<X509Certificate> chain) {
    if (keyText.toString(StandardCharsets.ISO_8859_1).contains("ENCRYPTED")) {
      fault("key", tls.getKey(), "is encrypted; give it without a password, and protect the file by its permissions");
    } else if (!chain.isEmpty()) {
      try {
        X509KeyManager manager = (X509KeyManager) new PemKeyCertOptions().addCertValue(certText).addKeyValue(keyText)
            .getKeyManagerFactory(vertx).getKeyManagers()[0];
        String alias = aliasOf(manager, chain.get(0).getPublicKey());
        if (alias == null || !belongTogether(manager.getPrivateKey(alias), chain.get(0).getPublicKey())) {
          fault("key", tls.getKey(), "is not the key of the certificate in " + PATH + ".cert, \"" + tls.getCert() + "\"");
        }
      } catch (Exception e) { // Vert.x declares no less
        fault("key", tls.getKey(), "is no private key of that certificate, or of a kind that is not known (RSA, EC): "
            + (e instanceof VertxException && e.getCause() != null ? e.getCause() : e).getMessage());
      }
    }
  }

  private static String aliasOf(X509KeyManager manager, PublicKey key) {
    String[] aliases = manager.getServerAliases(key.getAlgorithm(), null);
    return aliases == null || aliases.length == 0 ? null : aliases[0];
  }

  private static boolean belongTogether(PrivateKey secret, PublicKey open) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256with" + (secret.getAlgorithm().equals("EC") ? "ECDSA" : "RSA"));
    byte[] text = PATH.getBytes(StandardCharsets.US_ASCII);
    signature.initSign(secret);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(open);
    signature.update(text);
    return signature.verify(signed);
  }

  /** As the others will, when this node connects to them, and when they connect to it. */
  private void checkTrust(List<X509Certificate> chain, Buffer caText) {
    X509Certificate[] presented = chain.toArray(X509Certificate[]::new);
    try {
      X509TrustManager manager = (X509TrustManager) new PemTrustOptions().addCertValue(caText)
          .getTrustManagerFactory(vertx).getTrustManagers()[0];
      manager.checkServerTrusted(presented, "UNKNOWN");
      manager.checkClientTrusted(presented, "UNKNOWN");
    } catch (Exception e) { // Vert.x declares no less
      fault("cert", tls.getCert(), "would not be accepted by nodes with the same " + PATH + ".ca, \"" + tls.getCa() + "\": "
          + e.getMessage());
    }
  }

  private void warnOfOpenKey() {
    Path file = Path.of(tls.getKey());
    try {
      if (Files.exists(file) && file.getFileSystem().supportedFileAttributeViews().contains("posix")
          && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        LOG.log(System.Logger.Level.WARNING, PATH + ".key: every user of this machine can read \"" + tls.getKey()
            + "\", and so pass for a node; \"chmod 600\" it");
      }
    } catch (java.io.IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "The permissions of " + file + " are not known", e);
    }
  }
}
