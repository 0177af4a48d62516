/* An HTTP/1.1 server that answers each request exactly DELAY microseconds after its last byte came.
 *
 *     delay_server DELAY_US
 *
 * One thread, epoll, and one timerfd armed at the earliest deadline: a timerfd has no slack, so an
 * answer is late only by what the kernel needs to wake the process. Prints its port; ends with its
 * standard input, so that it never outlives who started it. Loopback only. Requests without a body.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define MOST_FDS 65536
#define MOST_WAITING 65536 /* a power of two: the ring below */
#define EVENTS 256

struct waiting {
    int fd;
    uint32_t life;
    uint64_t due_ns;
};

static const char ANSWER[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, world\n";
static uint32_t life[MOST_FDS]; /* counts the connections that had this descriptor */
static uint8_t matched[MOST_FDS]; /* how much of the empty line at a request's end was seen */
static struct waiting ring[MOST_WAITING];
static uint32_t head, tail; /* the delay is the same for all, so deadlines come in order */
static uint64_t delay_ns;
static int timer;

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void arm(void) {
    struct itimerspec when = {0};
    if (head != tail) {
        uint64_t due = ring[head % MOST_WAITING].due_ns;
        when.it_value.tv_sec = (time_t)(due / 1000000000u);
        when.it_value.tv_nsec = (long)(due % 1000000000u);
    }
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static void answer(int fd) {
    /* 90 bytes into an empty send buffer: written whole, or the peer is gone. */
    (void)!send(fd, ANSWER, sizeof ANSWER - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void answer_due(void) {
    uint64_t now = now_ns();
    while (head != tail && ring[head % MOST_WAITING].due_ns <= now) {
        struct waiting one = ring[head++ % MOST_WAITING];
        if (life[one.fd] == one.life)
            answer(one.fd);
    }
    arm();
}

static void requested(int fd) {
    if (!delay_ns) {
        answer(fd);
        return;
    }
    if (tail - head == MOST_WAITING)
        return;
    struct waiting one = {fd, life[fd], now_ns() + delay_ns};
    ring[tail++ % MOST_WAITING] = one;
    if (tail - head == 1)
        arm();
}

static void read_requests(int fd) {
    static const char end[] = "\r\n\r\n";
    char data[16384];
    ssize_t size = read(fd, data, sizeof data);
    if (size <= 0) {
        if (size < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        life[fd]++;
        close(fd);
        return;
    }
    for (ssize_t i = 0; i < size; i++) {
        if (data[i] == end[matched[fd]])
            matched[fd]++;
        else
            matched[fd] = data[i] == '\r';
        if (matched[fd] == 4) {
            matched[fd] = 0;
            requested(fd);
        }
    }
}

static void watch(int epoll, int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        fail("epoll_ctl");
}

static void accept_all(int epoll, int listener) {
    int fd, one = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (fd >= MOST_FDS) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        life[fd]++;
        matched[fd] = 0;
        watch(epoll, fd);
    }
}

static int listen_on_loopback(void) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0 || listen(fd, 4096) < 0)
        fail("listen");
    if (getsockname(fd, (struct sockaddr *)&address, &size) < 0)
        fail("getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

int main(int count, char **words) {
    struct epoll_event events[EVENTS];
    uint64_t expirations;
    delay_ns = count > 1 ? strtoull(words[1], NULL, 10) * 1000u : 0;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (epoll < 0 || timer < 0)
        fail("epoll or timerfd");
    int listener = listen_on_loopback();
    watch(epoll, listener);
    watch(epoll, timer);
    watch(epoll, 0);
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == 0)
                return 0;
            if (fd == listener)
                accept_all(epoll, listener);
            else if (fd == timer) {
                if (read(timer, &expirations, sizeof expirations) > 0)
                    answer_due();
            } else
                read_requests(fd);
        }
    }
}
