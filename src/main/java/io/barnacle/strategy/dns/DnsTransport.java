package io.barnacle.strategy.dns;

import java.net.InetSocketAddress;

/** Sends a message to a server and hands on what comes back; all on one event-loop context. */
interface DnsTransport {

  /** What comes back; called on the context, never from within {@link #send}. */
  interface Listener {

    /** A datagram from the server, or a message of the TCP stream; there may be several. */
    void received(byte[] bytes);

    /** Nothing more will come. */
    void failed(Throwable cause);
  }

  /** A socket that is open until it is closed here. */
  interface Exchange {

    /** Closes the socket; the listener is not called any more. Idempotent. */
    void close();
  }

  /** Sends a message, by UDP from a new port or by TCP on a new connection. */
  Exchange send(InetSocketAddress server, byte[] message, boolean tcp, Listener listener);
}
