package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.hazelcast.Handshake.Refusal;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Counts those that were refused, and tells of them at most once a minute for each address, however many there are. For any
 * thread.
 */
final class Refusals {

  private static final System.Logger LOG = System.getLogger(Refusals.class.getName());

  private static final long QUIET_MS = 60_000;
  /** Addresses told apart within a minute; more are told of together. */
  private static final int ADDRESSES = 256;
  private static final String OTHERS = "others";

  private static final class Silence {
    private final long sinceMs;
    private long swallowed;

    private Silence(long sinceMs) {
      this.sinceMs = sinceMs;
    }
  }

  private final LongSupplier clockMs;
  private final BiConsumer<String, String> listener;
  private final AtomicLong count = new AtomicLong();
  private final Map<String, Silence> silences = new HashMap<>();

  /**
   * @param clockMs milliseconds that only go up
   * @param listener is told the address and the reason, as often as the log
   */
  Refusals(LongSupplier clockMs, BiConsumer<String, String> listener) {
    this.clockMs = clockMs;
    this.listener = listener;
  }

  /** How many there were. */
  long count() {
    return count.get();
  }

  /** One more. */
  void add(String address, Refusal reason) {
    count.incrementAndGet();
    String peer;
    long swallowed;
    synchronized (silences) {
      long now = clockMs.getAsLong();
      Silence silence = silences.get(address);
      if (silence == null && silences.size() >= ADDRESSES) {
        silences.values().removeIf(each -> now - each.sinceMs >= QUIET_MS);
      }
      peer = silence != null || silences.size() < ADDRESSES ? address : OTHERS;
      silence = silences.get(peer);
      if (silence != null && now - silence.sinceMs < QUIET_MS) {
        silence.swallowed++;
        return;
      }
      swallowed = silence == null ? 0 : silence.swallowed;
      silences.put(peer, new Silence(now));
    }
    LOG.log(System.Logger.Level.WARNING, "Refused a connection of " + peer + " to the member port: " + reason.text()
        + (swallowed == 0 ? "" : "; " + swallowed + " more were refused since the last such line"));
    listener.accept(peer, reason.text());
  }
}
