/*
 * An echo server for datagrams on one socket: the least that user space can do, many datagrams for each system call.
 * Usage: udp_echo <buffer size> echo. Prints address=<port>, ends with its standard input.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 32 };

static void die(const char *what) {
    perror(what);
    exit(1);
}

static int open_free_port(void) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (fd < 0 || bind(fd, (struct sockaddr *) &address, length) < 0
            || getsockname(fd, (struct sockaddr *) &address, &length) < 0) {
        die("bind");
    }
    printf("address=%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

int main(int argc, char **argv) {
    size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 65536;
    char *buffer = malloc(BATCH * size);
    if (buffer == NULL) die("start");
    int fd = open_free_port();
    struct sockaddr_in peers[BATCH];
    struct iovec pieces[BATCH];
    struct mmsghdr messages[BATCH];
    struct pollfd polled[] = {{.fd = fd, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    for (;;) {
        if (poll(polled, 2, -1) < 0) die("poll");
        if (polled[1].revents != 0 && read(STDIN_FILENO, buffer, size) <= 0) return 0;
        for (int i = 0; i < BATCH; i++) {
            pieces[i] = (struct iovec){.iov_base = buffer + i * size, .iov_len = size};
            messages[i].msg_hdr = (struct msghdr){
                    .msg_name = &peers[i], .msg_namelen = sizeof peers[i], .msg_iov = &pieces[i], .msg_iovlen = 1};
        }
        int received = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < received; i++) pieces[i].iov_len = messages[i].msg_len;
        for (int sent = 0; sent < received;) {
            int n = sendmmsg(fd, messages + sent, received - sent, 0);
            sent += n < 0 ? 1 : n; /* a datagram that cannot be sent is lost */
        }
    }
}
