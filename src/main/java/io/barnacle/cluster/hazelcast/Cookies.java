package io.barnacle.cluster.hazelcast;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secrets of one node, and the proofs made with them. A proof is an HMAC-SHA-256 under the cookie over a label with the
 * protocol's version, the role of who proves, the cluster name with its length, and the nonces of both sides. For any
 * thread.
 */
final class Cookies {

  /** Bytes of a proof. */
  static final int PROOF = 32;
  /** Bytes of a nonce. */
  static final int NONCE = 32;
  /** How many cookies a node has at most: the present and the previous one. */
  static final int MOST = 2;

  private static final String ALGORITHM = "HmacSHA256";
  private static final byte[] LABEL = "barnacle member cookie".getBytes(StandardCharsets.US_ASCII);

  /** Who proves. */
  enum Role {
    CONNECTING('C'),
    ACCEPTING('A');

    private final byte code;

    Role(char code) {
      this.code = (byte) code;
    }
  }

  private final List<SecretKeySpec> keys = new ArrayList<>();
  private final byte[] clusterName;
  private final SecureRandom random = new SecureRandom();
  /** Nonces with which this node has begun a handshake that is not over. */
  private final Set<ByteBuffer> own = ConcurrentHashMap.newKeySet();

  /**
   * @param cookies one or two, the present one first
   */
  Cookies(String clusterName, List<byte[]> cookies) {
    if (cookies.isEmpty() || cookies.size() > MOST) {
      throw new IllegalArgumentException("one or two cookies, not " + cookies.size());
    }
    cookies.forEach(cookie -> keys.add(new SecretKeySpec(cookie, ALGORITHM)));
    this.clusterName = clusterName.getBytes(StandardCharsets.UTF_8);
  }

  byte[] nonce() {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    return nonce;
  }

  /** A nonce to begin a handshake with; {@link #forget} it afterwards. */
  byte[] ownNonce() {
    byte[] nonce = nonce();
    own.add(ByteBuffer.wrap(nonce));
    return nonce;
  }

  /** Whether this node itself has begun a handshake with that nonce: then it hears itself, or somebody who repeats it. */
  boolean isOwn(byte[] nonce) {
    return own.contains(ByteBuffer.wrap(nonce));
  }

  void forget(byte[] nonce) {
    own.remove(ByteBuffer.wrap(nonce));
  }

  /** One proof for each cookie, the present one first; random bytes where there is no second cookie. */
  byte[] proofs(Role role, byte[] connecting, byte[] accepting) {
    byte[] proofs = new byte[MOST * PROOF];
    random.nextBytes(proofs);
    for (int i = 0; i < keys.size(); i++) {
      System.arraycopy(proof(i, role, connecting, accepting), 0, proofs, i * PROOF, PROOF);
    }
    return proofs;
  }

  /** The proof under one of the cookies. */
  byte[] proof(int cookie, Role role, byte[] connecting, byte[] accepting) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(keys.get(cookie));
      mac.update(LABEL);
      mac.update(Handshake.VERSION);
      mac.update(role.code);
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(clusterName.length).array());
      mac.update(clusterName);
      mac.update(connecting);
      mac.update(accepting);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /**
   * Compares every proof given with every cookie's, in a time that tells nothing of how near they are.
   *
   * @param proofs any number of proofs, one after the other
   * @return which cookie one of them was made with, or -1
   */
  int matching(byte[] proofs, Role role, byte[] connecting, byte[] accepting) {
    int found = -1;
    for (int cookie = keys.size() - 1; cookie >= 0; cookie--) {
      byte[] expected = proof(cookie, role, connecting, accepting);
      for (int at = 0; at + PROOF <= proofs.length; at += PROOF) {
        byte[] given = java.util.Arrays.copyOfRange(proofs, at, at + PROOF);
        found = MessageDigest.isEqual(expected, given) ? cookie : found;
      }
    }
    return found;
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "Cookies[" + keys.size() + "]";
  }
}
