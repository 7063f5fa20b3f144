/**
 * Asks members over the event bus whether they are reachable there: {@link io.barnacle.canary.EventBusCanary}. The event
 * bus has sockets, a host and a port of its own, which each node advertises
 * ({@code EventBusOptions.setClusterPublicHost}); where those are wrong, as they easily are in containers, a node is a
 * member of the cluster to which no message gets.
 *
 * <p>Decision: a canary is an ordinary consumer, one address for each node. It costs the cluster one registration for each
 * node, works with both kinds of registry, and tells by itself who has a canary: nodes of older versions, of plain
 * vertx-hazelcast, without the verticle or about to leave have no registration, and are not asked. That matters, as Vert.x
 * drops a message to a node that has no consumer without a word, which looks like a node that cannot be reached.
 */
package io.barnacle.canary;
