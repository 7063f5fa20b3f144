/**
 * The command line, {@code java -jar barnacle.jar}; entry: {@link io.barnacle.cli.Main}. Nothing else needs picocli, which
 * is why it is an optional dependency.
 *
 * <p>Decision: what a node has to say of its cluster goes to standard output, one line for each change; what goes wrong is
 * logged to standard error. Hazelcast and Vert.x are heard from WARNING up, unless {@code -v} asks for more.
 */
package io.barnacle.cli;
