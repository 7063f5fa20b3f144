/**
 * The port behind which a cluster is: {@link io.barnacle.cluster.Connector} lists the members, connects and disconnects
 * nodes, and tells of changes. {@code cluster.hazelcast} is its real implementation; tests have a recording one.
 */
package io.barnacle.cluster;
