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
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.Body;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsOptions;
import io.anyio.net.name.AddressLookup;
import io.anyio.net.name.NameLookup;
import io.anyio.net.name.SystemResolver;
import io.anyio.net.socket.Ports;
import io.anyio.net.tcp.TcpClient;
import io.anyio.net.tls.TlsClient;
import io.anyio.net.udp.UdpOpener;
import io.anyio.net.unix.UnixConnector;
import io.anyio.net.unix.UnixPaths;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** The service Network for one owner. */
public class OwnedNetwork implements Network {
    private final NameLookup names;
    private final AddressLookup addresses;
    private final TcpClient tcp;
    private final UdpOpener udp;
    private final UnixConnector unix;
    private final TlsClient tls;

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
     * @param owner whose connections it opens
     * @param tls looks for the service TLS
     */
    public OwnedNetwork(Owner owner, TlsClient.Finder tls) {
        this(owner, new NameLookup(new SystemResolver()), tls);
    }

    /**
     * Makes the service with a name lookup of its own, without TLS.
     *
     * @param owner whose connections it opens
     * @param names knows addresses
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
    }

    @Override
    public SocketStream connectTcp(String host, int port, UnaryOperator<ConnectOptions> options) throws IOException {
        Ports.check(port);
        TaskContext task = TaskContext.current("Network.connectTcp");
        task.checkpoint();
        return connectTcp(task, host, () -> names.addresses(host), port, options.apply(ConnectOptions.DEFAULT));
    }

    @Override
    public SocketStream connectTcp(InetAddress host, int port, UnaryOperator<ConnectOptions> options)
            throws IOException {
        Ports.check(port);
        TaskContext task = TaskContext.current("Network.connectTcp");
        task.checkpoint();
        return connectTcp(task, host.getHostAddress(), () -> List.of(host), port,
                options.apply(ConnectOptions.DEFAULT));
    }

    private SocketStream connectTcp(TaskContext task, String host, Body<List<InetAddress>, IOException> hosts, int port,
            ConnectOptions options) throws IOException {
        TlsOptions session = options.tls();
        if (session == null) {
            return tcp.connect(task, host, hosts.call(), port, options);
        }
        Tls service = tls.require();
        TlsOptions expecting = TlsClient.expecting(host, session);
        return TlsClient.encrypt(service, tcp.connect(task, host, hosts.call(), port, options), expecting);
    }

    @Override
    public SocketStream connectUnix(String path) throws IOException {
        return connectUnix(UnixPaths.of(path));
    }

    @Override
    public SocketStream connectUnix(Path path) throws IOException {
        TaskContext task = TaskContext.current("Network.connectUnix");
        task.checkpoint();
        return unix.connect(task, path);
    }

    @Override
    public UdpSocket createUdpSocket(UnaryOperator<UdpOptions> options) throws IOException {
        UdpOptions chosen = options.apply(UdpOptions.DEFAULT);
        Ports.check(chosen.localPort());
        TaskContext.current("Network.createUdpSocket").checkpoint();
        return udp.open(chosen);
    }

    @Override
    public ConnectedUdpSocket createConnectedUdpSocket(String host, int port, UnaryOperator<UdpOptions> options)
            throws IOException {
        Ports.checkRemote(port);
        UdpOptions chosen = options.apply(UdpOptions.DEFAULT);
        Ports.check(chosen.localPort());
        TaskContext.current("Network.createConnectedUdpSocket").checkpoint();
        return udp.connect(host, port, chosen);
    }

    @Override
    public List<AddressInfo> getAddrInfo(String host, int port, UnaryOperator<AddressInfoOptions> options)
            throws IOException {
        Ports.check(port);
        AddressInfoOptions chosen = options.apply(AddressInfoOptions.DEFAULT);
        TaskContext.current("Network.getAddrInfo").checkpoint();
        return addresses.of(host, port, chosen);
    }

    @Override
    public List<AddressInfo> getAddrInfo(String host, String service, UnaryOperator<AddressInfoOptions> options)
            throws IOException {
        AddressInfoOptions chosen = options.apply(AddressInfoOptions.DEFAULT);
        TaskContext.current("Network.getAddrInfo").checkpoint();
        return addresses.of(host, service, chosen);
    }

    @Override
    public NameInfo getNameInfo(InetSocketAddress address) throws IOException {
        TaskContext.current("Network.getNameInfo").checkpoint();
        return addresses.nameOf(address);
    }
}
