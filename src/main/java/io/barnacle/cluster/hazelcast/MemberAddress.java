package io.barnacle.cluster.hazelcast;

import io.barnacle.node.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where this node listens for members and what it tells others.
 *
 * @param host the IP literal that it advertises first
 * @param bindAny whether it listens on every address of the machine, or on {@code host} only
 * @param hosts the IP literals under which others reach it, {@code host} first: all addresses of this machine's interfaces
 *     if it listens on every one; loopback and link-local ones (which mean something else elsewhere) only if there is no
 *     other
 */
record MemberAddress(String host, boolean bindAny, Set<String> hosts) {

  /** Listening on one address only. */
  static MemberAddress only(InetAddress address) {
    String host = literal(address);
    return new MemberAddress(host, false, Set.of(host));
  }

  /** Listening on every address, advertising the best one (a global IPv4, else a global IPv6, else loopback). */
  static MemberAddress any() {
    return any(localAddresses());
  }

  static MemberAddress any(List<InetAddress> local) {
    List<InetAddress> ranked = new ArrayList<>(local);
    ranked.sort(Comparator.comparingInt(MemberAddress::rank));
    Set<String> hosts = new LinkedHashSet<>();
    for (InetAddress address : ranked) {
      if (hosts.isEmpty() || rank(address) < LOCAL_ONLY) {
        hosts.add(literal(address));
      }
    }
    if (hosts.isEmpty()) {
      hosts.add("127.0.0.1");
    }
    return new MemberAddress(hosts.iterator().next(), true, hosts);
  }

  /** Whether an address is one of this machine's. */
  static boolean isLocal(InetAddress address) {
    // Linux answers for all of 127.0.0.0/8 although only one address of it is listed.
    return address.isLoopbackAddress() || localAddresses().stream().anyMatch(each ->
        java.util.Arrays.equals(each.getAddress(), address.getAddress()));
  }

  /** The advertised endpoints at a port, that of {@link #host} first. */
  Set<Endpoint> endpoints(int port) {
    Set<Endpoint> endpoints = new LinkedHashSet<>();
    endpoints.add(new Endpoint(host, port));
    hosts.forEach(each -> endpoints.add(new Endpoint(each, port)));
    return endpoints;
  }

  /** Every endpoint that leads from this machine to this node: the advertised ones and, listening on all, the rest too. */
  Set<Endpoint> ownEndpoints(int port) {
    Set<Endpoint> endpoints = endpoints(port);
    if (bindAny) {
      localAddresses().forEach(each -> endpoints.add(new Endpoint(literal(each), port)));
    }
    return endpoints;
  }

  /**
   * Where discovery may list this node although it does not listen there: bound to one address, those of the other family
   * of this machine (a loopback address only beside a loopback address, as it means something else elsewhere).
   */
  Set<Endpoint> spareEndpoints(int port) {
    return spareEndpoints(port, localAddresses());
  }

  Set<Endpoint> spareEndpoints(int port, List<InetAddress> local) {
    Set<Endpoint> spare = new LinkedHashSet<>();
    if (!bindAny) {
      InetAddress bound = new InetSocketAddress(host, port).getAddress();
      for (InetAddress each : local) {
        boolean otherFamily = each instanceof Inet4Address != bound instanceof Inet4Address;
        if (otherFamily && each.isLoopbackAddress() == bound.isLoopbackAddress() && !each.isLinkLocalAddress()) {
          spare.add(new Endpoint(literal(each), port));
        }
      }
    }
    return spare;
  }

  /**
   * Finds out whether a port is free, by listening on it for a moment.
   *
   * @param port 0 to choose a free one
   * @return the port
   * @throws java.net.BindException if it is taken
   */
  int tryPort(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(bindAny ? new InetSocketAddress(port) : new InetSocketAddress(InetAddress.getByName(host), port));
      return socket.getLocalPort();
    }
  }

  private static final int LOCAL_ONLY = 10;

  private static int rank(InetAddress address) {
    int local = address.isLoopbackAddress() ? 20 : address.isLinkLocalAddress() ? LOCAL_ONLY : 0;
    return local + (address instanceof Inet4Address ? 0 : 1);
  }

  private static List<InetAddress> localAddresses() {
    List<InetAddress> addresses = new ArrayList<>();
    try {
      for (NetworkInterface each : java.util.Collections.list(NetworkInterface.getNetworkInterfaces())) {
        if (each.isUp()) {
          addresses.addAll(java.util.Collections.list(each.getInetAddresses()));
        }
      }
    } catch (SocketException e) {
      throw new UncheckedIOException("the network interfaces of this machine cannot be listed", e);
    }
    return addresses;
  }

  private static String literal(InetAddress address) {
    if (address instanceof Inet6Address && !address.isLinkLocalAddress()) {
      try {
        // A scope says nothing for a global address, and two spellings of one address would be two endpoints.
        return Endpoint.of(InetAddress.getByAddress(address.getAddress()), Endpoint.NO_PORT).host();
      } catch (java.net.UnknownHostException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Endpoint.of(address, Endpoint.NO_PORT).host();
  }
}
