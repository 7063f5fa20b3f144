/**
 * How a node finds its peers. {@link io.barnacle.strategy.Strategy} has the four functions of the ancestor (discover,
 * connect, disconnect, list); {@link io.barnacle.strategy.StrategyOptions} makes one from configuration; a third party's
 * is found by {@link io.barnacle.strategy.StrategyProvider} under its own type name. Built-in ones live in a package each
 * below this one and know nothing of each other.
 *
 * <p>Decision: discovery has three outcomes, and a failed one is never an empty one: a strategy that could not ask fails
 * its future with a {@link io.barnacle.strategy.StrategyException}; an empty set means "asked, and nobody is there".
 */
package io.barnacle.strategy;
