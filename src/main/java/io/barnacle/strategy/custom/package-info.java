/**
 * The strategy type {@code custom}: a class of the user's own, named in the configuration. Entry:
 * {@link io.barnacle.strategy.custom.CustomStrategyProvider}.
 *
 * <p>Decision: what is named is the options class, not the strategy: options are values, which the cluster manager and
 * the verticle compare to share one strategy, and a strategy needs a Vert.x to be made.
 */
package io.barnacle.strategy.custom;
