package io.barnacle.strategy.dns;

/** Which records tell where the nodes are; in JSON in lower case. */
public enum DnsRecords {

  /** A and AAAA, asked in parallel; every node listens on the same port. */
  ADDRESS,

  /**
   * SRV (RFC 2782): each record has a node's host name and port. Priorities and weights mean nothing to membership: all
   * targets are nodes.
   */
  SRV
}
