/**
 * Finds nodes in the DNS, by address records (A and AAAA) or by SRV records. Start at
 * {@link io.barnacle.strategy.dns.DnsOptions}; what can go wrong is
 * {@link io.barnacle.strategy.dns.DnsLookupException}.
 *
 * <p>From the outside in: {@code DnsStrategy} (one discovery) asks {@code HostnameLookup} (search list, A beside
 * AAAA, SRV and its targets), which asks {@code DnsResolver} (aliases, cache), which starts a {@code ServerQuery}
 * (one question, all servers, one deadline), which sends by {@code DnsTransport} and has {@code AnswerReader} judge
 * what comes back.
 *
 * <p>Decisions:
 * <ul>
 * <li>dnsjava reads and writes the messages; the sockets are Vert.x's event loop's, one connected UDP socket per
 *     attempt. dnsjava's own client was not taken: it fails a query on the first datagram that comes, of whatever id
 *     (RFC 5452 section 9.1 wants such datagrams ignored), looks for timeouts once a second and only while its
 *     selector is idle, and has a thread and a shutdown hook per JVM. Its {@code LookupSession} searches A and AAAA
 *     under different names of the search list, and its {@code ResolverConfig} is static. Undone by a dnsjava that
 *     ignores strangers.
 * <li>Three outcomes. Found: any of A and AAAA has addresses, whatever became of the other. Failed: a question has no
 *     answer, or the name does not exist, which is mostly a typing error. Empty: the name exists and has no addresses.
 *     Failed and empty remove no one.
 * <li>Where one lookup fails and another succeeds, the failed one is represented by what it found last: half an outage
 *     removes no one either.
 * <li>The search list is tried for A and AAAA together, and a server failure ends the search: an answer to a later name
 *     could be that of somebody else's nodes. A refusal does not end it: servers refuse what they do not serve.
 * <li>Everything runs on one event-loop context, so there is no lock here.
 * </ul>
 */
package io.barnacle.strategy.dns;
