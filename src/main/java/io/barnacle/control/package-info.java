/**
 * The event-bus addresses on which a barnacle takes commands (refresh, pause, shutdown, drain, status, registry), their JSON, and
 * {@link io.barnacle.control.BarnacleClient}, the typed client of them.
 */
package io.barnacle.control;
