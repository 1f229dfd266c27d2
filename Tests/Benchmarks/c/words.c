// Arithmetic that machine words are enough for, and hashes.
#include <string.h>

#include "hashes.h"
#include "rows.h"

static uint64_t sum;

static void fib(long n) {
  uint64_t a = 0, b = 1;
  for (long i = 0; i < n; i++) {
    uint64_t c = a + b;
    a = b;
    b = c;
  }
  sum = a;
}

static unsigned char marks[1 << 20];

static void clear(long n) { memset(marks, 0, (size_t)n); }

static void sieve(long n) {
  sum = 0;
  for (long i = 2; i < n; i++) {
    if (marks[i]) continue;
    sum += (uint64_t)i;
    for (uint64_t j = (uint64_t)i * (uint64_t)i; j < (uint64_t)n; j += (uint64_t)i) marks[j] = 1;
  }
}

static void value(void) { result_wide(sum); }

static unsigned char message[1024];

static void write_message(long n) {
  (void)n;
  memset(message, 0, 32);
  for (int i = 0; i < 992; i++) message[32 + i] = (unsigned char)(i % 251);
}

static void run_sha256(long n) {
  for (long i = 0; i < n; i++) sha256(message, message, 1024);
}

static void run_keccak(long n) {
  for (long i = 0; i < n; i++) keccak256(message, message, 1024);
}

static void digest_value(void) {
  memcpy(result, message, 32);
  result_length = 32;
}

const Row words[] = {
  {"fib", nothing, fib, value},
  {"sieve", clear, sieve, value},
  {"sha256", write_message, run_sha256, digest_value},
  {"keccak", write_message, run_keccak, digest_value},
  {0, 0, 0, 0},
};
