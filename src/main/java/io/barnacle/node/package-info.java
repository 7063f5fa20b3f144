/**
 * The values that everything else speaks of: {@link io.barnacle.node.Node}, a {@code basename@host:port} that discovery
 * returned and nobody has proven yet; {@link io.barnacle.node.Endpoint}, the address that identifies it; and
 * {@link io.barnacle.node.Member}, a process that is in the cluster now. Start at {@code Node}.
 *
 * <p>Decision: nodes are compared by endpoint, never by spelling of the name, as the name is a label that an operator may
 * change while the process stays where it is. IPv6 addresses print in the form of RFC 5952.
 */
package io.barnacle.node;
