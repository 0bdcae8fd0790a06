/* The smallest CGI program: what fork, exec and a pipe cost, and nothing else. */
#include <unistd.h>

static const char answer[] =
    "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 14\r\n\r\nHello, world!\n";

int main(void) {
  return write(STDOUT_FILENO, answer, sizeof answer - 1) == (ssize_t)(sizeof answer - 1) ? 0 : 1;
}
