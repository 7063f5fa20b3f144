package io.barnacle.strategy.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.spi.transport.Transport;
import java.io.EOFException;
import java.net.InetSocketAddress;

/**
 * Sockets of the event loop. UDP sockets are connected, so the kernel drops what others send and tells when nothing
 * listens at the server's port; Vert.x's own datagram sockets cannot be.
 */
final class NettyTransport implements DnsTransport {

  /**
   * More than we allow a server to send, see {@link ServerQuery#EDNS_SIZE}; the rest of a longer datagram is cut off.
   */
  private static final int MAX_DATAGRAM = 4096;
  private static final int MAX_TCP_MESSAGE = 65535;

  private final ContextInternal context;

  NettyTransport(ContextInternal context) {
    this.context = context;
  }

  @Override
  public Exchange send(InetSocketAddress server, byte[] message, boolean tcp, Listener listener) {
    Transport transport = context.owner().transport();
    Socket socket = new Socket(listener, tcp);
    Bootstrap bootstrap = new Bootstrap().group(context.nettyEventLoop()).handler(socket);
    if (tcp) {
      bootstrap.channelFactory(transport.channelFactory(false)).option(ChannelOption.TCP_NODELAY, true);
    } else {
      bootstrap.channelFactory(transport.datagramChannelFactory())
          .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM));
    }
    socket.open(bootstrap.connect(server), message);
    return socket;
  }

  private final class Socket extends ChannelInitializer<Channel> implements Exchange {

    private final Listener listener;
    private final boolean tcp;
    private Channel channel;
    private boolean done;

    Socket(Listener listener, boolean tcp) {
      this.listener = listener;
      this.tcp = tcp;
    }

    @Override
    protected void initChannel(Channel ch) {
      if (tcp) {
        ch.pipeline().addLast(new LengthFieldBasedFrameDecoder(MAX_TCP_MESSAGE + 2, 0, 2, 0, 2));
      }
      ch.pipeline().addLast(new SimpleChannelInboundHandler<Object>() {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, Object msg) {
          byte[] bytes = ByteBufUtil.getBytes(msg instanceof DatagramPacket packet ? packet.content() : (ByteBuf) msg);
          context.emit(bytes, Socket.this::received);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
          context.emit(cause, Socket.this::failed);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
          context.emit(new EOFException("the connection was closed before the answer"), Socket.this::failed);
        }
      });
    }

    void open(ChannelFuture connecting, byte[] message) {
      channel = connecting.channel();
      connecting.addListener(connected -> {
        if (connected.isSuccess()) {
          ByteBuf buffer = tcp
              ? Unpooled.wrappedBuffer(new byte[] {(byte) (message.length >>> 8), (byte) message.length}, message)
              : Unpooled.wrappedBuffer(message);
          channel.writeAndFlush(buffer).addListener(written -> {
            if (!written.isSuccess()) {
              context.emit(written.cause(), this::failed);
            }
          });
        } else {
          context.emit(connected.cause(), this::failed);
        }
      });
    }

    private void received(byte[] bytes) {
      if (!done) {
        listener.received(bytes);
      }
    }

    private void failed(Throwable cause) {
      if (!done) {
        close();
        listener.failed(cause);
      }
    }

    @Override
    public void close() {
      done = true;
      if (channel.isOpen()) {
        channel.close();
      }
    }
  }
}
