// Arithmetic on large integers, in limbs of its own.
#include <string.h>

#include "limbs.h"
#include "rows.h"

enum { MOST = 340 };
static Limb a[MOST], b[MOST], c[MOST], product[2 * MOST], sum[MOST];
static int width;

static void value(void) { result_limbs(a, width); }

static void prepare_muldiv(long n) {
  (void)n;
  width = 8;
  power(a, 8, 7, 91);
  power(c, 8, 3, 161);
  power(product, 8, 5, 80);
  memcpy(b, c, sizeof b);
  subtract(b, product, 8);
}

static void muldiv(long n) {
  for (long i = 0; i < n; i++) {
    Limb quotient[9];
    multiply(product, a, 8, b, 8);
    divide(quotient, 0, product, 16, c, 8);
    memcpy(a, quotient, 32);
    add_small(a, 8, (uint64_t)i);
  }
}

static void prepare_modexp(long n) {
  (void)n;
  width = 64;
  power(a, 64, 7, 729);
  power(b, 64, 5, 882);
  power(c, 64, 3, 1292);
}

// r = x * y / 2^2048 modulo c, where c is odd: Montgomery's multiplication.
static void reduce(Limb *r, const Limb *x, const Limb *y, Limb inverse) {
  Limb t[66] = {0};
  for (int i = 0; i < 64; i++) {
    uint64_t carry = 0, digit = x[i];
    for (int j = 0; j < 64; j++) {
      carry += t[j] + digit * y[j];
      t[j] = (Limb)carry;
      carry >>= 32;
    }
    carry += t[64];
    t[64] = (Limb)carry;
    t[65] = (Limb)(carry >> 32);
    uint64_t factor = (Limb)(t[0] * inverse);
    carry = (t[0] + factor * c[0]) >> 32;
    for (int j = 1; j < 64; j++) {
      carry += t[j] + factor * c[j];
      t[j - 1] = (Limb)carry;
      carry >>= 32;
    }
    carry += t[64];
    t[63] = (Limb)carry;
    t[64] = t[65] + (Limb)(carry >> 32);
  }
  memcpy(r, t, 256);
  if (t[64] || compare(t, c, 64) >= 0) subtract(r, c, 64);
}

static void modexp(long n) {
  Limb inverse = 1;
  for (int i = 0; i < 5; i++) inverse *= 2 - c[0] * inverse;
  inverse = 0 - inverse;
  // 2^4096 modulo c brings numbers into Montgomery's form.
  Limb whole[129] = {0}, square[64];
  whole[128] = 1;
  divide(0, square, whole, 129, c, 64);
  for (long i = 0; i < n; i++) {
    static Limb powers[16][64];
    Limb one[64] = {1}, r[64];
    reduce(powers[0], one, square, inverse);
    reduce(powers[1], a, square, inverse);
    for (int k = 2; k < 16; k++) reduce(powers[k], powers[k - 1], powers[1], inverse);
    memcpy(r, powers[0], sizeof r);
    for (int bit = 2044; bit >= 0; bit -= 4) {
      for (int k = 0; k < 4; k++) reduce(r, r, r, inverse);
      reduce(r, r, powers[b[bit / 32] >> bit % 32 & 15], inverse);
    }
    reduce(a, r, one, inverse);
  }
}

static void prepare_mul4096(long n) {
  (void)n;
  width = 128;
  power(a, 128, 7, 1459);
  power(b, 128, 5, 1764);
}

static void mul4096(long n) {
  for (long i = 0; i < n; i++) {
    multiply(product, a, 128, b, 128);
    add_small(product, 129, (uint64_t)i);
    memcpy(a, product, 512);
  }
}

static void prepare_fact(long n) {
  (void)n;
  width = MOST;
  memset(a, 0, sizeof a);
}

static void fact(long n) {
  for (long i = 0; i < n; i++) {
    memset(sum, 0, sizeof sum);
    sum[0] = (Limb)i + 1;
    int count = 1;
    for (Limb k = 2; k <= 1200; k++) {
      uint64_t carry = 0;
      for (int j = 0; j < count; j++) {
        carry += (uint64_t)sum[j] * k;
        sum[j] = (Limb)carry;
        carry >>= 32;
      }
      if (carry) sum[count++] = (Limb)carry;
    }
    add(a, sum, MOST);
  }
}

const Row wide[] = {
  {"muldiv", prepare_muldiv, muldiv, value},
  {"modexp", prepare_modexp, modexp, value},
  {"mul4096", prepare_mul4096, mul4096, value},
  {"fact", prepare_fact, fact, value},
  {0, 0, 0, 0},
};
