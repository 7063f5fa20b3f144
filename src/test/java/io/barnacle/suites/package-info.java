/**
 * Vert.x's own cluster-manager suites, from the test jar of vertx-core, run against Barnacle's cluster manager. They are
 * JUnit 4 classes; each runs in a JVM of its own. {@code mvn verify} runs the short ones, {@code mvn verify -Pvertx-suites}
 * all of them.
 */
package io.barnacle.suites;
