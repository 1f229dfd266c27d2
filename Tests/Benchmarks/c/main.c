// The native side: main ROUNDS ROW:N ... prints for each row its name, n, the median nanoseconds of
// processor time for one operation, and the value in hexadecimal.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "holders.h"

void refuse(const char *why) {
  fprintf(stderr, "refused: %s\n", why);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static const Row *find(const char *name) {
  for (int table = 0; tables[table]; table++)
    for (const Row *row = tables[table]; row->name; row++)
      if (strcmp(row->name, name) == 0) return row;
  return NULL;
}

int main(int count, char **arguments) {
  int rounds = count > 1 ? atoi(arguments[1]) : 0;
  double times[100];
  if (rounds < 1 || rounds > 100) return 2;
  for (int i = 2; i < count; i++) {
    char *colon = strchr(arguments[i], ':');
    if (!colon) return 2;
    *colon = 0;
    const Row *row = find(arguments[i]);
    long n = atol(colon + 1);
    if (!row) continue;
    for (int round = 0; round < rounds; round++) {
      row->prepare(n);
      double start = now();
      row->run(n);
      times[round] = now() - start;
      row->value();
    }
    qsort(times, (size_t)rounds, sizeof *times, ascending);
    printf("%s %ld %.4f ", row->name, n, times[rounds / 2] / (double)n);
    int first = 0;
    while (first < result_length - 1 && result[first] == 0) first++;
    for (int at = first; at < result_length; at++) printf(at == first ? "%x" : "%02x", result[at]);
    if (first >= result_length) printf("0");
    printf("\n");
    fflush(stdout);
  }
}
