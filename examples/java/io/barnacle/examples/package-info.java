/**
 * Programs to run by hand and to copy from; the build compiles and runs each of them. After {@code mvn package}:
 *
 * <pre>java -cp target/barnacle.jar:target/test-classes io.barnacle.examples.OneLiner</pre>
 */
package io.barnacle.examples;
