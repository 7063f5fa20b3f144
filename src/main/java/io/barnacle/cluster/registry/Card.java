package io.barnacle.cluster.registry;

import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A node's card, or a copy of it. Written by one thread at a time, read by any. */
final class Card {

  private final String nodeId;
  /** Sequence numbers by address, none empty. */
  private final Map<String, long[]> subscriptions = new ConcurrentHashMap<>();
  private volatile NodeInfo info;
  private volatile boolean withdrawn;
  private volatile long version;
  private volatile long digest;
  private volatile int size;

  Card(String nodeId) {
    this.nodeId = nodeId;
  }

  String nodeId() {
    return nodeId;
  }

  NodeInfo info() {
    return info;
  }

  /** Whether the node is about to leave: its registrations count only for others that are, too. */
  boolean isWithdrawn() {
    return withdrawn;
  }

  long version() {
    return version;
  }

  long digest() {
    return digest;
  }

  Set<String> addresses() {
    return subscriptions.keySet();
  }

  /** The number of registrations. */
  int size() {
    return size;
  }

  boolean has(String address, long seq) {
    return indexOf(subscriptions.get(address), seq) >= 0;
  }

  /** Appends the registrations of an address. */
  void collect(String address, List<RegistrationInfo> found) {
    long[] seqs = subscriptions.get(address);
    if (seqs != null) {
      for (long seq : seqs) {
        found.add(new RegistrationInfo(nodeId, seq, false));
      }
    }
  }

  /** Applies a change, which makes the next version. */
  void apply(Change change) {
    put(change);
    version++;
  }

  /** Becomes what a whole card consists of. */
  void replace(List<Change> content, long newVersion) {
    subscriptions.clear();
    info = null;
    withdrawn = false;
    digest = 0;
    size = 0;
    content.forEach(this::put);
    version = newVersion;
  }

  /** What the card consists of, as changes to an empty one. */
  List<Change> content() {
    List<Change> content = new ArrayList<>(subscriptions.size() + 1);
    if (info != null) {
      content.add(new Change.Listens(info));
    }
    if (withdrawn) {
      content.add(new Change.Withdrawn());
    }
    subscriptions.forEach((address, seqs) -> {
      for (long seq : seqs) {
        content.add(new Change.Added(address, seq));
      }
    });
    return content;
  }

  private void put(Change change) {
    if (change instanceof Change.Added added) {
      add(added.address(), added.seq());
    } else if (change instanceof Change.Removed removed) {
      remove(removed.address(), removed.seq());
    } else if (change instanceof Change.Listens listens) {
      digest += Digest.of(listens.info()) - Digest.of(info);
      info = listens.info();
    } else if (change instanceof Change.Withdrawn && !withdrawn) {
      digest += Digest.ofWithdrawn();
      withdrawn = true;
    }
  }

  private void add(String address, long seq) {
    long[] seqs = subscriptions.get(address);
    if (seqs == null) {
      subscriptions.put(address, new long[] {seq});
    } else if (indexOf(seqs, seq) >= 0) {
      return;
    } else {
      long[] more = Arrays.copyOf(seqs, seqs.length + 1);
      more[seqs.length] = seq;
      subscriptions.put(address, more);
    }
    digest += Digest.of(address, seq);
    size = size + 1;
  }

  private void remove(String address, long seq) {
    long[] seqs = subscriptions.get(address);
    int index = indexOf(seqs, seq);
    if (index < 0) {
      return;
    }
    if (seqs.length == 1) {
      subscriptions.remove(address);
    } else {
      long[] less = new long[seqs.length - 1];
      System.arraycopy(seqs, 0, less, 0, index);
      System.arraycopy(seqs, index + 1, less, index, less.length - index);
      subscriptions.put(address, less);
    }
    digest -= Digest.of(address, seq);
    size = size - 1;
  }

  private static int indexOf(long[] seqs, long seq) {
    if (seqs != null) {
      for (int i = 0; i < seqs.length; i++) {
        if (seqs[i] == seq) {
          return i;
        }
      }
    }
    return -1;
  }
}
