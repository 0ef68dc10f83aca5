/*
 * A server on one level-triggered epoll loop: the least that user space can do, the yardstick for all others.
 * Usage: epoll_echo <buffer size> echo|up|down [<path of a UNIX socket>]: it sends back what it receives, discards it,
 * or sends without being asked. Prints address=<port or path>, ends with its standard input.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { EVENTS = 1024 };

/* What one connection still has to write; a buffer is only held while the socket takes no more. */
struct connection {
    int fd;
    char *unsent;
    size_t length;
};

static int poller;
static enum { ECHO, UP, DOWN } flow;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void watch(int operation, int fd, void *data, unsigned events) {
    struct epoll_event event = {.events = events, .data.ptr = data};
    if (epoll_ctl(poller, operation, fd, &event) < 0) die("epoll_ctl");
}

static void drop(struct connection *c) {
    close(c->fd);
    free(c->unsent);
    free(c);
}

static void welcome(int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) return;
            die("accept4");
        }
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *c = calloc(1, sizeof *c);
        if (c == NULL) die("calloc");
        c->fd = fd;
        watch(EPOLL_CTL_ADD, fd, c, flow == DOWN ? EPOLLOUT : EPOLLIN);
    }
}

/* Keeps the rest of a short write and reads no more until it is gone. */
static void keep(struct connection *c, const char *bytes, size_t length) {
    c->unsent = malloc(length);
    if (c->unsent == NULL) die("malloc");
    memcpy(c->unsent, bytes, length);
    c->length = length;
    watch(EPOLL_CTL_MOD, c->fd, c, EPOLLOUT);
}

static void echo(struct connection *c, char *buffer, size_t size) {
    ssize_t n = read(c->fd, buffer, size);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
        drop(c);
        return;
    }
    if (flow == UP) return;
    ssize_t written = write(c->fd, buffer, n);
    if (written < 0 && errno != EAGAIN) {
        drop(c);
        return;
    }
    if (written < n) keep(c, buffer + (written < 0 ? 0 : written), n - (written < 0 ? 0 : written));
}

static void flush(struct connection *c) {
    ssize_t written = write(c->fd, c->unsent, c->length);
    if (written < 0 && errno != EAGAIN) {
        drop(c);
        return;
    }
    if (written < 0) return;
    memmove(c->unsent, c->unsent + written, c->length - written);
    c->length -= written;
    if (c->length == 0) {
        free(c->unsent);
        c->unsent = NULL;
        watch(EPOLL_CTL_MOD, c->fd, c, EPOLLIN);
    }
}

static void flood(struct connection *c, const char *buffer, size_t size) {
    if (write(c->fd, buffer, size) < 0 && errno != EAGAIN) drop(c);
}

static int listen_on(const char *path) {
    int listener = socket(path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    if (path) strncpy(name.sun_path, path, sizeof name.sun_path - 1);
    socklen_t length = sizeof address;
    if (listener < 0
            || (path ? bind(listener, (struct sockaddr *) &name, sizeof name)
                    : bind(listener, (struct sockaddr *) &address, length)) < 0
            || listen(listener, 4096) < 0
            || (!path && getsockname(listener, (struct sockaddr *) &address, &length) < 0)) {
        die("listen");
    }
    if (path) printf("address=%s\n", path);
    else printf("address=%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "epoll_echo <buffer size> echo|up|down [<path>]\n");
        return 2;
    }
    size_t size = strtoul(argv[1], NULL, 10);
    char *buffer = calloc(1, size);
    flow = strcmp(argv[2], "up") == 0 ? UP : strcmp(argv[2], "down") == 0 ? DOWN : ECHO;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    static struct epoll_event events[EVENTS];
    signal(SIGPIPE, SIG_IGN);
    poller = epoll_create1(EPOLL_CLOEXEC);
    if (poller < 0 || buffer == NULL) die("start");
    int listener = listen_on(argc > 3 ? argv[3] : NULL);
    watch(EPOLL_CTL_ADD, listener, &listener, EPOLLIN);
    struct epoll_event input = {.events = EPOLLIN, .data.ptr = &poller};
    epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &input); /* fails for a file, which does not matter */
    for (;;) {
        int n = epoll_wait(poller, events, EVENTS, -1);
        if (n < 0 && errno != EINTR) die("epoll_wait");
        for (int i = 0; i < n; i++) {
            void *data = events[i].data.ptr;
            if (data == &listener) {
                welcome(listener);
            } else if (data == &poller) {
                if (read(STDIN_FILENO, buffer, size) <= 0) return 0;
            } else if (flow == DOWN) {
                flood(data, buffer, size);
            } else if (((struct connection *) data)->unsent != NULL) {
                flush(data);
            } else {
                echo(data, buffer, size);
            }
        }
    }
}
