/** What two or more packages share and no user sees: timers that tests can drive, and a strict reader of JSON. */
package io.barnacle.internal;
