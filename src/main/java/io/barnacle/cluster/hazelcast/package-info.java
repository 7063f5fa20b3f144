/**
 * The cluster on Hazelcast: {@link io.barnacle.cluster.hazelcast.BarnacleClusterManager} turns a Vert.x into a member, owns
 * the Hazelcast instance below it and is the real {@link io.barnacle.cluster.Connector}. The only package that imports
 * {@code com.hazelcast}. What Hazelcast does not promise to keep is used in seven classes of it: {@code HazelcastInternals}
 * and {@code MergeInternals} (what is asked of a running instance), {@code Engine} (starts one with a transport of our own),
 * {@code Preload} (the names of classes that a node will need), {@code RegistryOperation} (a message between registries),
 * {@code CookieChannels} (the handshake before Hazelcast's own protocol, and no engine for Hazelcast's clients behind it)
 * and {@code ClassGuard} (which knows by their names the methods that read what others send); where a later version differs,
 * these are to change. Of Vert.x these use what is not public: {@code InFlight} (whether a message came from another node),
 * {@code SentRequests} and with it {@code BarnacleClusterManager} (the selector of nodes, which {@code
 * io.barnacle.BarnacleServiceProvider} hands over), {@code EventBusReach} and {@code MemberProbe} (clients that Vert.x does
 * not close before all else).
 *
 * <p>Decision: discovery happens before Hazelcast starts, because Hazelcast forms a cluster of one as soon as its own
 * first discovery is empty. Found peers that answer are fed to Hazelcast's Discovery SPI as IP literals, so the resolver
 * cache of the JVM has no say, and Hazelcast never waits for a peer that is not there.
 *
 * <p>Decision: a merge is started at once, by the same search that Hazelcast runs by itself from time to time. Only the
 * oldest member of a cluster can search, and it only ever moves its own side. So who is not the oldest tells the oldest,
 * and who sees a connection from a Hazelcast process that is no member, or had one when it joined, offers that process as a
 * peer: with that, it is enough that one side knows one member of the other.
 */
package io.barnacle.cluster.hazelcast;
