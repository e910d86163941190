package dev.finspect.relay.names;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A name server on loopback: answers what it was told, NXDOMAIN for the rest, nothing for the names it is deaf to. */
final class LoopbackNameServer implements AutoCloseable {
    private final Map<String, List<InetAddress>> zone = new ConcurrentHashMap<>();
    private final List<DatagramDnsResponse> held = new ArrayList<>();
    private final Channel channel;
    private volatile boolean holding;
    private volatile int ttlSeconds = 60;

    /** Questions for A records that came. */
    final AtomicInteger questions = new AtomicInteger();

    private final CountDownLatch asked = new CountDownLatch(1);

    LoopbackNameServer(EventLoop loop) throws InterruptedException {
        channel = new Bootstrap()
                .group(loop)
                .channel(NioDatagramChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel ch) {
                        ch.pipeline()
                                .addLast(
                                        new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(), new Answers());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    LoopbackNameServer knows(String name, int ttl, String... addresses) throws Exception {
        List<InetAddress> list = new ArrayList<>();
        for (String address : addresses) {
            list.add(InetAddress.getByName(address));
        }
        zone.put(name, list);
        ttlSeconds = ttl;
        return this;
    }

    /** From now on no question is answered before {@link #release}. */
    void hold() {
        holding = true;
    }

    void release() {
        channel.eventLoop().execute(() -> {
            holding = false;
            held.forEach(this::send);
            held.clear();
        });
    }

    /** Waits for the first question. */
    void awaitQuestion() throws InterruptedException {
        if (!asked.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("no question has come");
        }
    }

    private void send(DatagramDnsResponse response) {
        channel.writeAndFlush(response).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    @Override
    public void close() {
        channel.eventLoop()
                .submit(() -> held.forEach(DatagramDnsResponse::release))
                .syncUninterruptibly();
        channel.close().syncUninterruptibly();
    }

    private final class Answers extends SimpleChannelInboundHandler<DatagramDnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DatagramDnsQuery query) {
            DnsQuestion question = query.recordAt(DnsSection.QUESTION);
            if (question.type().equals(DnsRecordType.A)) {
                questions.incrementAndGet();
                asked.countDown();
            }
            DatagramDnsResponse response = response(query, question);
            if (holding) {
                held.add(response);
            } else {
                send(response);
            }
        }

        private DatagramDnsResponse response(DatagramDnsQuery query, DnsQuestion question) {
            DatagramDnsResponse response = new DatagramDnsResponse(
                    /* sender= */ query.recipient(), /* recipient= */ query.sender(), query.id());
            response.addRecord(DnsSection.QUESTION, question);
            String name = question.name();
            List<InetAddress> addresses = zone.get(name.substring(0, name.length() - 1));
            if (addresses == null) {
                response.setCode(DnsResponseCode.NXDOMAIN);
                return response;
            }
            boolean four = question.type().equals(DnsRecordType.A);
            for (InetAddress address : addresses) {
                if (address instanceof Inet4Address == four) {
                    response.addRecord(
                            DnsSection.ANSWER,
                            new DefaultDnsRawRecord(
                                    name, question.type(), ttlSeconds, Unpooled.wrappedBuffer(address.getAddress())));
                }
            }
            return response;
        }
    }
}
