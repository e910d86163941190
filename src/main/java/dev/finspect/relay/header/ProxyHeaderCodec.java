package dev.finspect.relay.header;

import dev.finspect.record.ProxyHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns bytes of PROXY headers into what they say, and back, by Netty's codec. Any bytes at all are answered. Any thread. */
public final class ProxyHeaderCodec {
    private static final byte UNIQUE_ID = 0x05;
    private static final int MOST_UNIQUE_ID_BYTES = 128;
    private static final int MOST_TEXT_BYTES = 255;

    private ProxyHeaderCodec() {}

    /** What a whole header says; null where it says nothing that can be understood. */
    public static @Nullable ProxyHeader decode(byte[] header) {
        EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder(ProxyHeaderIntake.MOST_BYTES));
        try {
            channel.writeInbound(Unpooled.wrappedBuffer(header));
            HAProxyMessage message = channel.readInbound();
            if (message == null) {
                return null;
            }
            try {
                return decode(message, header.length);
            } finally {
                message.release();
            }
        } catch (RuntimeException e) {
            return null; // Netty says by exceptions, of several kinds, that it does not understand.
        } finally {
            finish(channel);
        }
    }

    /** The bytes of a header of this version. */
    public static byte[] encode(int version, InetSocketAddress source, InetSocketAddress destination, String uniqueId) {
        boolean v6 = source.getAddress() instanceof Inet6Address || destination.getAddress() instanceof Inet6Address;
        List<HAProxyTLV> tlvs = version == 1
                ? List.of()
                : List.of(new HAProxyTLV(
                        UNIQUE_ID, Unpooled.wrappedBuffer(uniqueId.getBytes(StandardCharsets.US_ASCII))));
        HAProxyMessage message = new HAProxyMessage(
                version == 1 ? HAProxyProtocolVersion.V1 : HAProxyProtocolVersion.V2,
                HAProxyCommand.PROXY,
                v6 ? HAProxyProxiedProtocol.TCP6 : HAProxyProxiedProtocol.TCP4,
                text(source, v6),
                text(destination, v6),
                source.getPort(),
                destination.getPort(),
                tlvs);
        EmbeddedChannel channel = new EmbeddedChannel(HAProxyMessageEncoder.INSTANCE);
        try {
            channel.writeOutbound(message);
            ByteBuf bytes = channel.readOutbound();
            try {
                return ByteBufUtil.getBytes(bytes);
            } finally {
                bytes.release();
            }
        } finally {
            finish(channel);
        }
    }

    private static void finish(EmbeddedChannel channel) {
        try {
            channel.finishAndReleaseAll();
        } catch (RuntimeException e) {
            // What the codec could not take, it complains of once more.
            channel.releaseInbound();
        }
    }

    private static String text(InetSocketAddress address, boolean v6) {
        String text = NetUtil.toAddressString(address.getAddress());
        return v6 && !(address.getAddress() instanceof Inet6Address) ? "::ffff:" + text : text;
    }

    private static ProxyHeader decode(HAProxyMessage message, int bytes) {
        String authority = null;
        String uniqueId = null;
        String tlsVersion = null;
        for (HAProxyTLV tlv : message.tlvs()) {
            if (tlv.type() == HAProxyTLV.Type.PP2_TYPE_AUTHORITY) {
                authority = printable(tlv.content(), MOST_TEXT_BYTES);
            } else if (tlv.typeByteValue() == UNIQUE_ID) {
                uniqueId = printable(tlv.content(), MOST_UNIQUE_ID_BYTES);
            } else if (tlv instanceof HAProxySSLTLV tls) {
                for (HAProxyTLV inner : tls.encapsulatedTLVs()) {
                    if (inner.type() == HAProxyTLV.Type.PP2_TYPE_SSL_VERSION) {
                        tlsVersion = printable(inner.content(), MOST_TEXT_BYTES);
                    }
                }
            }
        }
        boolean named = message.command() == HAProxyCommand.PROXY
                && (message.proxiedProtocol() == HAProxyProxiedProtocol.TCP4
                        || message.proxiedProtocol() == HAProxyProxiedProtocol.TCP6);
        return new ProxyHeader(
                message.protocolVersion() == HAProxyProtocolVersion.V1 ? 1 : 2,
                bytes,
                named ? address(message.sourceAddress(), message.sourcePort()) : null,
                named ? address(message.destinationAddress(), message.destinationPort()) : null,
                authority,
                uniqueId,
                tlsVersion);
    }

    private static InetSocketAddress address(String text, int port) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes == null ? new byte[0] : bytes), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no address: " + text, e);
        }
    }

    /** As text where it is printable ASCII, else in hexadecimal; cut to a length. */
    private static String printable(ByteBuf content, int most) {
        int length = Math.min(most, content.readableBytes());
        for (int i = 0; i < length; i++) {
            int c = content.getByte(content.readerIndex() + i);
            if (c < ' ' || c > '~') {
                return ByteBufUtil.hexDump(content, content.readerIndex(), length);
            }
        }
        return content.toString(content.readerIndex(), length, StandardCharsets.US_ASCII);
    }
}
