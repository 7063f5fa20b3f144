/**
 * Proof of self-healing: nodes as processes of their own, each in a network namespace, cut, stopped and killed for real.
 *
 * <p>{@link io.barnacle.netns.NetLab} is the network, {@link io.barnacle.netns.NodeApp} the application on every node,
 * {@link io.barnacle.netns.NodeProcess} its handle, {@link io.barnacle.netns.Rightness} the judge,
 * {@link io.barnacle.netns.NodeCluster} all of it together. {@link io.barnacle.netns.Scenario} says what is done to it;
 * {@link io.barnacle.netns.ChaosTable} runs scenarios for Barnacle and its peers and prints the table.
 */
package io.barnacle.netns;
