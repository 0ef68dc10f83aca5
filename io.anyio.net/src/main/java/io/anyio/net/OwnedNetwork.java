package io.anyio.net;

import io.anyio.api.net.AddressInfo;
import io.anyio.api.net.AddressInfoOptions;
import io.anyio.api.net.ConnectOptions;
import io.anyio.api.net.ConnectedUdpSocket;
import io.anyio.api.net.NameInfo;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.UdpOptions;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.spi.Options;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.Body;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsOptions;
import io.anyio.net.name.AddressLookup;
import io.anyio.net.name.NameLookup;
import io.anyio.net.name.SystemResolver;
import io.anyio.net.socket.ForeignChannels;
import io.anyio.net.socket.Ports;
import io.anyio.net.tcp.TcpClient;
import io.anyio.net.tls.TlsClient;
import io.anyio.net.udp.UdpOpener;
import io.anyio.net.unix.UnixConnector;
import io.anyio.net.unix.UnixPaths;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** The service {@link Network} for one owner. */
public class OwnedNetwork implements Network {
    private static final String NO_HOST = "Network.getAddrInfo: the host is null, give an empty one for this machine";

    private final NameLookup names;
    private final AddressLookup addresses;
    private final TcpClient tcp;
    private final UdpOpener udp;
    private final UnixConnector unix;
    private final TlsClient tls;
    private final ForeignChannels channels;

    /**
     * Makes the service without TLS.
     *
     * @param owner whose connections it opens
     */
    public OwnedNetwork(Owner owner) {
        this(owner, () -> null);
    }

    /**
     * Makes the service.
     *
     * @param owner the owner of its connections
     * @param tls finds the service TLS
     */
    public OwnedNetwork(Owner owner, TlsClient.Finder tls) {
        this(owner, new NameLookup(new SystemResolver()), tls);
    }

    /**
     * Makes the service with a name lookup of its own, without TLS.
     *
     * @param owner the owner of its connections
     * @param names finds addresses
     */
    public OwnedNetwork(Owner owner, NameLookup names) {
        this(owner, names, () -> null);
    }

    private OwnedNetwork(Owner owner, NameLookup names, TlsClient.Finder tls) {
        this.names = names;
        this.addresses = new AddressLookup(names);
        this.tcp = new TcpClient(owner, names);
        this.udp = new UdpOpener(owner, names);
        this.unix = new UnixConnector(owner);
        this.tls = new TlsClient(tls);
        this.channels = new ForeignChannels(owner);
    }

    @Override
    public SocketStream connectTcp(String host, int port, UnaryOperator<ConnectOptions> options) throws IOException {
        Objects.requireNonNull(host, "Network.connectTcp: the host is null");
        return connectTcp(host, () -> names.addresses(host), port, options);
    }

    @Override
    public SocketStream connectTcp(InetAddress host, int port, UnaryOperator<ConnectOptions> options)
            throws IOException {
        Objects.requireNonNull(host, "Network.connectTcp: the host is null");
        return connectTcp(host.getHostAddress(), () -> List.of(host), port, options);
    }

    private SocketStream connectTcp(String host, Body<List<InetAddress>, IOException> hosts, int port,
            UnaryOperator<ConnectOptions> options) throws IOException {
        Ports.check(port);
        ConnectOptions chosen = Options.chosen("Network.connectTcp", ConnectOptions.DEFAULT, options);
        Ports.check(chosen.localPort());
        TaskContext task = TaskContext.current("Network.connectTcp");
        task.checkpoint();
        TlsOptions session = chosen.tls();
        if (session == null) {
            return tcp.connect(task, host, hosts.call(), port, chosen);
        }
        Tls service = tls.require();
        TlsOptions expecting = TlsClient.expecting(host, session);
        return TlsClient.encrypt(service, tcp.connect(task, host, hosts.call(), port, chosen), expecting);
    }

    @Override
    public SocketStream connectUnix(String path) throws IOException {
        return connectUnix(UnixPaths.of(path));
    }

    @Override
    public SocketStream connectUnix(Path path) throws IOException {
        Objects.requireNonNull(path, "Network.connectUnix: the path is null");
        TaskContext task = TaskContext.current("Network.connectUnix");
        task.checkpoint();
        return unix.connect(task, path);
    }

    @Override
    public UdpSocket createUdpSocket(UnaryOperator<UdpOptions> options) throws IOException {
        UdpOptions chosen = Options.chosen("Network.createUdpSocket", UdpOptions.DEFAULT, options);
        Ports.check(chosen.localPort());
        TaskContext.current("Network.createUdpSocket").checkpoint();
        return udp.open(chosen);
    }

    @Override
    public ConnectedUdpSocket createConnectedUdpSocket(String host, int port, UnaryOperator<UdpOptions> options)
            throws IOException {
        Objects.requireNonNull(host, "Network.createConnectedUdpSocket: the host is null");
        Ports.checkRemote(port);
        UdpOptions chosen = Options.chosen("Network.createConnectedUdpSocket", UdpOptions.DEFAULT, options);
        Ports.check(chosen.localPort());
        TaskContext.current("Network.createConnectedUdpSocket").checkpoint();
        return udp.connect(host, port, chosen);
    }

    @Override
    public List<AddressInfo> getAddrInfo(String host, int port, UnaryOperator<AddressInfoOptions> options)
            throws IOException {
        Objects.requireNonNull(host, NO_HOST);
        Ports.check(port);
        AddressInfoOptions chosen = Options.chosen("Network.getAddrInfo", AddressInfoOptions.DEFAULT, options);
        TaskContext.current("Network.getAddrInfo").checkpoint();
        return addresses.of(host, port, chosen);
    }

    @Override
    public List<AddressInfo> getAddrInfo(String host, String service, UnaryOperator<AddressInfoOptions> options)
            throws IOException {
        Objects.requireNonNull(host, NO_HOST);
        Objects.requireNonNull(service, "Network.getAddrInfo: the service is null, give a port if there is none");
        AddressInfoOptions chosen = Options.chosen("Network.getAddrInfo", AddressInfoOptions.DEFAULT, options);
        TaskContext.current("Network.getAddrInfo").checkpoint();
        return addresses.of(host, service, chosen);
    }

    @Override
    public NameInfo getNameInfo(InetSocketAddress address) throws IOException {
        Objects.requireNonNull(address, "Network.getNameInfo: the address is null");
        TaskContext.current("Network.getNameInfo").checkpoint();
        return addresses.nameOf(address);
    }

    @Override
    public void awaitReadable(SelectableChannel channel) throws IOException {
        channels.awaitReadable(channel);
    }

    @Override
    public void awaitWritable(SelectableChannel channel) throws IOException {
        channels.awaitWritable(channel);
    }

    @Override
    public void notifyClosing(SelectableChannel channel) {
        channels.notifyClosing(channel);
    }
}
