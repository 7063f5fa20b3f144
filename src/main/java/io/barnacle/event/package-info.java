/**
 * What happened: the sealed family {@link io.barnacle.event.BarnacleEvent}, and the JSON in which it is published on the
 * event bus, by default on {@code barnacle.events}, one object per happening.
 */
package io.barnacle.event;
