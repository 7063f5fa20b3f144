/**
 * The event-bus registry: who consumes which address. {@link io.barnacle.cluster.registry.CardRegistry} is its entry type; it is
 * pure but for the {@link io.barnacle.cluster.registry.PeerLink} through which it talks to the other members, the timers and the
 * listener that it is given.
 *
 * <p>Decision: each node is the only writer of its own <em>card</em> (its node info and registrations), and every node has a
 * copy of every card. So reads never leave the process; the loss of any number of nodes loses nobody else's registrations;
 * two sides of a split have nothing to merge but disjoint cards; and the card of a node that has left is dropped without a
 * scan and without a message. The price is memory on every node for every registration of the cluster: a deployment with
 * millions of addresses uses {@code registry: "partitioned"} instead.
 *
 * <p>Decision: a card is identified by the node id alone. Vert.x's node id is a fresh random UUID for every stay in a cluster,
 * so a process that is restarted under the same name has another one, and needs no incarnation number. Versions are counted by
 * the writer in its own memory; no clock takes part.
 *
 * <p>Decision: one message is under way to each peer at a time, and the next has all that was changed meanwhile. Ten thousand
 * changes so need a handful of messages, a single one needs one round trip, and a slow peer is never flooded. A message says
 * from which version to which it leads; what was applied already is skipped, what does not fit is answered with the version that is
 * held, and the writer sends the difference, or the whole card. Lost, repeated and reordered messages do no harm.
 *
 * <p>Decision: to withdraw all registrations is a mark on the card rather than their removal: one change however many they are,
 * and nodes that are stopped at the same time can go on reaching each other, as they can with Vert.x alone.
 */
package io.barnacle.cluster.registry;
