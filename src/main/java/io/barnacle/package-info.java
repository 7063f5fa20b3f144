/**
 * Barnacle: self-healing clusters for Vert.x. {@link io.barnacle.Barnacle} is the front door,
 * {@link io.barnacle.BarnacleVerticle} the verticle, {@link io.barnacle.BarnacleOptions} the configuration of both.
 */
package io.barnacle;
