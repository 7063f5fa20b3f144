package io.barnacle.cluster.hazelcast;

import com.hazelcast.client.impl.ClientEngine;
import com.hazelcast.client.impl.NoOpClientEngine;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.DefaultNodeExtension;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeExtension;
import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.networking.ChannelOption;
import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.InboundHandler;
import com.hazelcast.internal.networking.OutboundHandler;
import com.hazelcast.internal.nio.ConnectionType;
import com.hazelcast.internal.nio.IOUtil;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.ServerContext;
import com.hazelcast.internal.server.tcp.UnifiedProtocolDecoder;
import com.hazelcast.internal.server.tcp.UnifiedProtocolEncoder;
import com.hazelcast.spi.properties.ClusterProperty;
import com.hazelcast.spi.properties.HazelcastProperties;
import io.barnacle.cluster.hazelcast.Handshake.Refusal;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * Puts the handshake before everything that Hazelcast says or hears on a connection of the member port, be it of a member,
 * a client or an HTTP caller. It runs in Hazelcast's own pipelines, where no thread waits for anybody; once the handshake is
 * over, the handlers give way to Hazelcast's. Uses Hazelcast's inside, as {@link HazelcastInternals} does.
 */
final class CookieChannels extends DefaultNodeContext {

  /** Holds all that one side says in a handshake. */
  private static final int BUFFER = 128;
  private static final int KILO = 1024;

  private final Cookies cookies;
  private final Handshakes handshakes;

  CookieChannels(Cookies cookies, Handshakes handshakes) {
    this.cookies = cookies;
    this.handshakes = handshakes;
  }

  @Override
  public NodeExtension createNodeExtension(Node node) {
    return new DefaultNodeExtension(node) {
      @Override
      public Function<EndpointQualifier, ChannelInitializer> createChannelInitializerFn(ServerContext server) {
        return qualifier -> channel -> initialize(channel, server);
      }

      /** Hazelcast's clients do not know the handshake: what would serve them is some 600 classes that nobody reaches. */
      @Override
      public ClientEngine createClientEngine() {
        return new NoOpClientEngine();
      }
    };
  }

  /** On the thread that accepts or connects. */
  private void initialize(Channel channel, ServerContext server) {
    setOptions(channel, server.properties());
    UnifiedProtocolEncoder encoder = new UnifiedProtocolEncoder(server);
    // The other side's first bytes may be decoded before the encoder has its place, and the decoder wakes it up.
    encoder.setChannel(channel);
    Exchange exchange = new Exchange(channel, encoder, new UnifiedProtocolDecoder(server, encoder));
    channel.addCloseListener(closed -> exchange.end());
    channel.outboundPipeline().addLast(exchange.out);
    channel.inboundPipeline().addLast(exchange.in);
    handshakes.begin(exchange);
    if (channel.isClosed()) {
      exchange.end();
    }
  }

  /** As Hazelcast's own initializer does. */
  private static void setOptions(Channel channel, HazelcastProperties properties) {
    channel.options()
        .setOption(ChannelOption.DIRECT_BUF, properties.getBoolean(ClusterProperty.SOCKET_BUFFER_DIRECT))
        .setOption(ChannelOption.TCP_NODELAY, properties.getBoolean(ClusterProperty.SOCKET_NO_DELAY))
        .setOption(ChannelOption.SO_KEEPALIVE, properties.getBoolean(ClusterProperty.SOCKET_KEEP_ALIVE))
        .setOption(ChannelOption.SO_SNDBUF, properties.getInteger(ClusterProperty.SOCKET_SEND_BUFFER_SIZE) * KILO)
        .setOption(ChannelOption.SO_RCVBUF, properties.getInteger(ClusterProperty.SOCKET_RECEIVE_BUFFER_SIZE) * KILO)
        .setOption(ChannelOption.SO_LINGER, properties.getSeconds(ClusterProperty.SOCKET_LINGER_SECONDS))
        .setOption(ChannelOption.TCP_KEEPIDLE, properties.getInteger(ClusterProperty.SOCKET_KEEP_IDLE))
        .setOption(ChannelOption.TCP_KEEPCOUNT, properties.getInteger(ClusterProperty.SOCKET_KEEP_COUNT))
        .setOption(ChannelOption.TCP_KEEPINTERVAL, properties.getInteger(ClusterProperty.SOCKET_KEEP_INTERVAL));
  }

  /** The handshake of one connection. */
  private final class Exchange implements Handshakes.Pending {
    private final Channel channel;
    private final Handshake handshake;
    private final Out out;
    private final In in;
    private final String address;

    private Exchange(Channel channel, UnifiedProtocolEncoder encoder, UnifiedProtocolDecoder decoder) {
      this.channel = channel;
      this.handshake = channel.isClientMode() ? Handshake.connecting(cookies) : Handshake.accepting(cookies);
      this.out = new Out(this, encoder);
      this.in = new In(this, decoder);
      this.address = channel.remoteSocketAddress() instanceof InetSocketAddress remote
          ? remote.getAddress().getHostAddress() : "an unknown address";
    }

    @Override
    public String address() {
      return address;
    }

    @Override
    public boolean isIncoming() {
      return !channel.isClientMode();
    }

    @Override
    public void close(Refusal reason) {
      hush();
      connection().close(reason.text(), null);
    }

    /** Hazelcast would log each such connection; a type that comes and goes is what it does not tell of. */
    private void hush() {
      connection().setConnectionType(ConnectionType.REST_CLIENT);
    }

    private void end() {
      handshakes.end(this);
      handshake.close();
    }

    private ServerConnection connection() {
      return (ServerConnection) channel.attributeMap().get(ServerConnection.class);
    }
  }

  /** What is heard until the handshake is over; on the channel's input thread. */
  private final class In extends InboundHandler<ByteBuffer, Void> {
    private final Exchange exchange;
    private final UnifiedProtocolDecoder next;

    private In(Exchange exchange, UnifiedProtocolDecoder next) {
      this.exchange = exchange;
      this.next = next;
    }

    @Override
    public void handlerAdded() {
      initSrcBuffer(BUFFER);
    }

    @Override
    public HandlerStatus onRead() {
      src.flip();
      Handshake handshake = exchange.handshake;
      boolean waited = handshake.state() == Handshake.State.WAITING;
      byte[] answer = handshake.receive(src);
      IOUtil.compactOrClear(src);
      boolean isOver = waited && handshake.state() != Handshake.State.WAITING;
      boolean accepted = handshake.state() == Handshake.State.ACCEPTED;
      if (isOver) {
        handshakes.end(exchange);
        if (!accepted) {
          handshakes.refused(exchange, handshake.refusal()); // before the other side hears of it
        }
      }
      exchange.out.say(answer);
      if (!isOver) {
        return HandlerStatus.CLEAN;
      }
      if (accepted) {
        channel.inboundPipeline().replace(this, next);
      }
      exchange.out.finish(accepted);
      return accepted ? HandlerStatus.CLEAN : HandlerStatus.BLOCKED;
    }

    @Override
    public void interceptError(Throwable error) {
      exchange.hush();
    }
  }

  /** What is said until the handshake is over; on the channel's output thread, except where noted. */
  private static final class Out extends OutboundHandler<Object, ByteBuffer> {
    private final Exchange exchange;
    private final UnifiedProtocolEncoder next;
    private final Queue<byte[]> sayings = new ConcurrentLinkedQueue<>();
    private volatile boolean finished;
    private volatile boolean accepted;

    private Out(Exchange exchange, UnifiedProtocolEncoder next) {
      this.exchange = exchange;
      this.next = next;
      sayings.add(exchange.handshake.begin());
    }

    /** On any thread. */
    private void say(byte[] bytes) {
      if (bytes.length > 0) {
        sayings.add(bytes);
        channel.outboundPipeline().wakeup();
      }
    }

    /** On any thread: after what was said, goes on with Hazelcast's protocol, or hangs up. */
    private void finish(boolean success) {
      accepted = success;
      finished = true;
      channel.outboundPipeline().wakeup();
    }

    @Override
    public void handlerAdded() {
      initDstBuffer(BUFFER);
    }

    @Override
    public HandlerStatus onWrite() {
      boolean last = finished;
      IOUtil.compactOrClear(dst);
      for (byte[] each = sayings.poll(); each != null; each = sayings.poll()) {
        dst.put(each);
      }
      boolean drained = dst.position() == 0;
      dst.flip();
      if (!last) {
        return HandlerStatus.BLOCKED; // not CLEAN: frames of Hazelcast's may be queued behind, and would be tried again and again
      }
      if (!drained) {
        return HandlerStatus.DIRTY;
      }
      if (accepted) {
        channel.outboundPipeline().replace(this, next);
        return HandlerStatus.CLEAN;
      }
      exchange.close(exchange.handshake.refusal());
      return HandlerStatus.BLOCKED;
    }

    @Override
    public void interceptError(Throwable error) {
      exchange.hush();
    }
  }
}
