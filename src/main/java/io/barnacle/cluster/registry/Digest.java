package io.barnacle.cluster.registry;

import io.vertx.core.spi.cluster.NodeInfo;

/**
 * A 64-bit sum over what a card consists of. Adding and removing an element is one addition each, and the order plays no
 * part. It guards against mistakes and lost state, not against an attacker.
 */
final class Digest {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Digest() {
  }

  static long of(String address, long seq) {
    return mix(fnv(FNV_OFFSET, address) + mix(seq));
  }

  static long ofWithdrawn() {
    return mix(FNV_PRIME);
  }

  static long of(NodeInfo info) {
    if (info == null) {
      return 0;
    }
    long hash = fnv(FNV_OFFSET, info.host()) * FNV_PRIME + info.port();
    return mix(info.metadata() == null ? hash : fnv(hash, info.metadata().encode()));
  }

  /** FNV-1a, 64 bits, over UTF-16 units. */
  private static long fnv(long start, String text) {
    long hash = start;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return hash;
  }

  /** The finaliser of MurmurHash3, 64 bits. */
  private static long mix(long value) {
    long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ mixed >>> 33;
  }
}
