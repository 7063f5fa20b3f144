/**
 * Strategies that ask epmd, the port mapper of Erlang: {@link io.barnacle.strategy.epmd.LocalEpmdOptions} for the nodes
 * of one machine, {@link io.barnacle.strategy.epmd.EpmdOptions} for a known list. The wire format is in {@code
 * Requests} and {@code Replies} (pure), one question and its deadline in {@code EpmdClient}, a name that stays
 * registered in {@code Registration}, epmd's other half for machines that have none in {@code PortMapper}.
 *
 * <p>Decision: a node says what it is in epmd's Extra field ({@code Identity}) rather than in its name, so that Erlang
 * nodes, other clusters and Barnacle's nodes can share one epmd and {@code epmd -names} shows plain names. Erlang's
 * tools ignore the field.
 *
 * <p>Decision: a node that serves as the port mapper is a client of itself like the others, so there is one path for
 * registering and for noticing the loss of a mapper. The names are not handed over when the mapper's process ends: each
 * node owns its name and registers it at the next mapper, which is what a real epmd's restart asks of it too.
 */
package io.barnacle.strategy.epmd;
