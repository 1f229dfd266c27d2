#include "limbs.h"

#include <string.h>

#include "rows.h"

void multiply(Limb *r, const Limb *a, int n, const Limb *b, int m) {
  memset(r, 0, (size_t)(n + m) * sizeof(Limb));
  for (int i = 0; i < n; i++) {
    uint64_t carry = 0, x = a[i];
    for (int j = 0; j < m; j++) {
      carry += r[i + j] + x * b[j];
      r[i + j] = (Limb)carry;
      carry >>= 32;
    }
    r[i + m] = (Limb)carry;
  }
}

static void divide_small(Limb *q, Limb *r, const Limb *a, int n, Limb b) {
  uint64_t rest = 0;
  for (int i = n - 1; i >= 0; i--) {
    rest = rest << 32 | a[i];
    if (q) q[i] = (Limb)(rest / b);
    rest %= b;
  }
  if (r) r[0] = (Limb)rest;
}

// Knuth's algorithm D.
void divide(Limb *q, Limb *r, const Limb *a, int n, const Limb *b, int m) {
  if (m == 1) {
    divide_small(q, r, a, n, b[0]);
    return;
  }
  Limb u[401], v[400];
  int shift = __builtin_clz(b[m - 1]);
  for (int i = m - 1; i > 0; i--) v[i] = (Limb)(((uint64_t)b[i] << 32 | b[i - 1]) << shift >> 32);
  v[0] = b[0] << shift;
  u[n] = (Limb)((uint64_t)a[n - 1] << shift >> 32);
  for (int i = n - 1; i > 0; i--) u[i] = (Limb)(((uint64_t)a[i] << 32 | a[i - 1]) << shift >> 32);
  u[0] = a[0] << shift;
  for (int j = n - m; j >= 0; j--) {
    uint64_t high = (uint64_t)u[j + m] << 32 | u[j + m - 1];
    uint64_t digit = high / v[m - 1], rest = high % v[m - 1];
    while (digit >> 32 || digit * v[m - 2] > (rest << 32 | u[j + m - 2])) {
      digit--;
      rest += v[m - 1];
      if (rest >> 32) break;
    }
    uint64_t carry = 0;
    int64_t borrow = 0;
    for (int i = 0; i < m; i++) {
      carry += digit * v[i];
      borrow += (int64_t)u[i + j] - (int64_t)(Limb)carry;
      u[i + j] = (Limb)borrow;
      borrow >>= 32;
      carry >>= 32;
    }
    borrow += (int64_t)u[j + m] - (int64_t)carry;
    u[j + m] = (Limb)borrow;
    if (borrow < 0) {
      digit--;
      carry = 0;
      for (int i = 0; i < m; i++) {
        carry += (uint64_t)u[i + j] + v[i];
        u[i + j] = (Limb)carry;
        carry >>= 32;
      }
      u[j + m] += (Limb)carry;
    }
    if (q) q[j] = (Limb)digit;
  }
  if (!r) return;
  for (int i = 0; i < m; i++) r[i] = (Limb)(((uint64_t)u[i + 1] << 32 | u[i]) >> shift);
}

void add_small(Limb *a, int n, uint64_t x) {
  for (int i = 0; i < n && x; i++) {
    uint64_t sum = (uint64_t)a[i] + (Limb)x;
    a[i] = (Limb)sum;
    x = (x >> 32) + (sum >> 32);
  }
}

void add(Limb *a, const Limb *b, int n) {
  uint64_t carry = 0;
  for (int i = 0; i < n; i++) {
    carry += (uint64_t)a[i] + b[i];
    a[i] = (Limb)carry;
    carry >>= 32;
  }
}

void subtract(Limb *a, const Limb *b, int n) {
  int64_t borrow = 0;
  for (int i = 0; i < n; i++) {
    borrow += (int64_t)a[i] - b[i];
    a[i] = (Limb)borrow;
    borrow >>= 32;
  }
}

int length(const Limb *a, int n) {
  while (n > 0 && a[n - 1] == 0) n--;
  return n;
}

int compare(const Limb *a, const Limb *b, int n) {
  for (int i = n - 1; i >= 0; i--)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

void power(Limb *a, int n, Limb base, int exponent) {
  memset(a, 0, (size_t)n * sizeof(Limb));
  a[0] = 1;
  while (exponent-- > 0) {
    uint64_t carry = 0;
    for (int i = 0; i < n; i++) {
      carry += (uint64_t)a[i] * base;
      a[i] = (Limb)carry;
      carry >>= 32;
    }
  }
}

void result_limbs(const Limb *a, int n) {
  result_length = 4 * n;
  for (int i = 0; i < 4 * n; i++) result[4 * n - 1 - i] = (unsigned char)(a[i / 4] >> (8 * (i % 4)));
}
