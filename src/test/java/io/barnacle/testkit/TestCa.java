package io.barnacle.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;

/** A certificate authority for a test, and the PEM files that it makes: keys of EC, X.509 version 3, written by hand. */
public final class TestCa {

  private static final int SEQUENCE = 0x30;
  private static final byte[] ECDSA_WITH_SHA256 = HexFormat.of().parseHex("300a06082a8648ce3d040302");
  private static final byte[] COMMON_NAME = HexFormat.of().parseHex("0603550403");
  /** basicConstraints, critical, CA: true. */
  private static final byte[] IS_CA = HexFormat.of().parseHex("a3133011300f0603551d130101ff040530030101ff");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Path directory;
  private final String name;
  private final KeyPair keys;

  /** Writes {@code <name>.pem}, the certificate of the CA. */
  public TestCa(Path directory, String name) {
    this(directory, name, Duration.ofDays(-1), Duration.ofDays(1));
  }

  /** The same, valid from and to some time from now. */
  public TestCa(Path directory, String name, Duration from, Duration to) {
    this.directory = directory;
    this.name = name;
    this.keys = newKeys();
    write(name + ".pem", "CERTIFICATE", certificate(name, keys, IS_CA, from, to));
  }

  /** Path of the CA's certificate. */
  public String ca() {
    return directory.resolve(name + ".pem").toString();
  }

  /** Writes a node's certificate and key, valid for a day. */
  public Issued issue(String node) {
    return issue(node, Duration.ofDays(-1), Duration.ofDays(1));
  }

  /** Writes a node's certificate, {@code <node>-cert.pem}, and its key, {@code <node>-key.pem}. */
  public Issued issue(String node, Duration from, Duration to) {
    KeyPair pair = newKeys();
    write(node + "-cert.pem", "CERTIFICATE", certificate(node, pair, new byte[0], from, to));
    Path key = write(node + "-key.pem", "PRIVATE KEY", pair.getPrivate().getEncoded());
    try {
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return new Issued(directory.resolve(node + "-cert.pem").toString(), key.toString());
  }

  /** Paths of a certificate and its key. */
  public record Issued(String cert, String key) {
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] certificate(String subject, KeyPair pair, byte[] extensions, Duration from, Duration to) {
    Instant now = Instant.now();
    byte[] toBeSigned = der(SEQUENCE,
        der(0xa0, der(0x02, new byte[] {2})),
        der(0x02, new BigInteger(63, new SecureRandom()).add(BigInteger.ONE).toByteArray()),
        ECDSA_WITH_SHA256,
        nameOf(name),
        der(SEQUENCE, timeOf(now.plus(from)), timeOf(now.plus(to))),
        nameOf(subject),
        pair.getPublic().getEncoded(),
        extensions);
    return der(SEQUENCE, toBeSigned, ECDSA_WITH_SHA256, der(0x03, new byte[1], signature(toBeSigned)));
  }

  private byte[] signature(byte[] text) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(text);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] nameOf(String name) {
    byte[] text = der(0x0c, name.getBytes(StandardCharsets.UTF_8));
    return der(SEQUENCE, der(0x31, der(SEQUENCE, COMMON_NAME, text)));
  }

  private static byte[] timeOf(Instant time) {
    return der(0x18, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }

  private Path write(String file, String what, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    try {
      return Files.writeString(directory.resolve(file),
          "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
