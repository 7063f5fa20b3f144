/**
 * Desired against actual: {@link io.barnacle.reconcile.RefreshLoop} decides when to look, by the pure
 * {@link io.barnacle.reconcile.LoopMachine}; a refresh compares what the strategy discovered with who is connected
 * ({@link io.barnacle.reconcile.ReconcilePlan}), connects the missing and disconnects the gone, and tells all of it in a
 * {@link io.barnacle.reconcile.RefreshResult}.
 *
 * <p>Decisions. A failed or empty discovery removes no one: a name server that is down, or forgot its zone, must not
 * dissolve a cluster. One peer that fails is not a failed refresh: it is listed in the result, and hides neither the
 * successes nor the removals. The machine is a pure function, so that it can be simulated in virtual time.
 */
package io.barnacle.reconcile;
