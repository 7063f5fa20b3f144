package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.BootstrapOptions;
import io.barnacle.cluster.BootstrapOptions.OnTimeout;
import io.barnacle.node.Endpoint;
import java.util.Set;

/**
 * Decides, look after look, whether a node joins, forms a cluster, or waits; see {@link BootstrapOptions}. Knows since when
 * the picture is the same; asks nobody and waits for nothing.
 */
final class GateRules {

  /** At the deadline, how much longer each of those that wait leaves it to the ones before it to form the cluster. */
  static final long STEP_MS = 2_000;

  /** What is to be done. */
  enum Step { JOIN, FORM, WAIT, FAIL }

  /**
   * A decision.
   *
   * @param timedOut whether the deadline and not the picture decided
   * @param reason for people: what there was, or what is waited for
   */
  record Decision(Step step, boolean timedOut, String reason) {
  }

  /**
   * What was seen at one time.
   *
   * @param elapsedMs since the gate was reached
   * @param trouble why discovery is not believed, null once it has listed somebody
   * @param members where members of a cluster answer
   * @param waiting the node ids of those of this cluster that wait as this one does
   * @param coming how many do not answer yet but are about to: their port accepts connections, or they waited just now
   * @param absent how many listed nodes do not answer, those that are coming included
   */
  record Look(long elapsedMs, String trouble, Set<Endpoint> members, Set<String> waiting, int coming, int absent) {
  }

  private final BootstrapOptions options;
  private final String selfId;
  private Set<String> waitingBefore = Set.of();
  private long sameSinceMs;

  GateRules(BootstrapOptions options, String selfId) {
    this.options = options;
    this.selfId = selfId;
  }

  Decision decide(Look look) {
    if (!look.waiting().equals(waitingBefore)) {
      waitingBefore = look.waiting();
      sameSinceMs = look.elapsedMs();
    }
    if (!look.members().isEmpty()) {
      return new Decision(Step.JOIN, false, "members answer at " + look.members());
    }
    boolean ready = look.trouble() == null && look.waiting().size() >= options.getMinPeers();
    boolean settled = ready && (look.absent() == 0
        || look.coming() == 0 && look.elapsedMs() - sameSinceMs >= options.getStable().toMillis());
    long before = look.waiting().stream().filter(each -> each.compareTo(selfId) < 0).count();
    if (settled && before == 0) {
      return new Decision(Step.FORM, false, described(look));
    }
    String missing = missing(look, settled, before);
    long overMs = look.elapsedMs() - options.getDeadline().toMillis();
    if (overMs < 0) {
      return new Decision(Step.WAIT, false, missing);
    }
    if (ready || options.getOnTimeout() == OnTimeout.FORM) {
      // Those before this one in the order form it; if they do not, somebody has to.
      return new Decision(overMs >= before * STEP_MS ? Step.FORM : Step.WAIT, true, missing);
    }
    return new Decision(options.getOnTimeout() == OnTimeout.FAIL ? Step.FAIL : Step.WAIT, true, missing);
  }

  private String missing(Look look, boolean settled, long before) {
    if (look.trouble() != null) {
      return look.trouble();
    }
    if (look.waiting().size() < options.getMinPeers()) {
      return look.waiting().size() + " of at least " + options.getMinPeers() + " other nodes answer (bootstrap.minPeers)";
    }
    return settled && before > 0
        ? before + " of the " + look.waiting().size() + " other nodes that wait come first, and have not formed it yet"
        : look.absent() + " of the discovered nodes do not answer yet";
  }

  private static String described(Look look) {
    return look.waiting().isEmpty() && look.absent() == 0 ? "there is nobody else"
        : look.waiting().size() + " others wait for it" + (look.absent() == 0 ? "" : ", " + look.absent() + " do not answer");
  }
}
