package io.barnacle.reconcile;

/** What happens to a member that discovery no longer lists. */
public enum RemovalPolicy {
  /** It is removed if it does not answer three direct probes of 1 s in a row either; a live one that discovery forgot stays. */
  UNREACHABLE,
  /** It is removed, alive or not, once it was not listed for the grace period: the ancestor's rule. */
  ABSENT,
  /** It is never removed by Barnacle; the cluster's own failure detection alone decides. */
  NEVER
}
