// Arithmetic on large integers by GMP.
#include <gmp.h>

#include "rows.h"

static mpz_t a, b, c, product, sum;

static void power(mpz_t to, unsigned base, unsigned exponent) {
  mpz_init(to);
  mpz_ui_pow_ui(to, base, exponent);
}

static void release(void) {
  mpz_clears(a, b, c, product, sum, NULL);
}

static void value(void) {
  size_t count;
  mpz_export(result, &count, 1, 1, 1, 0, a);
  result_length = (int)count;
  release();
}

static void prepare_muldiv(long n) {
  (void)n;
  power(a, 7, 91);
  power(b, 5, 80);
  power(c, 3, 161);
  mpz_sub(b, c, b);
  mpz_inits(product, sum, NULL);
}

static void muldiv(long n) {
  for (long i = 0; i < n; i++) {
    mpz_mul(product, a, b);
    mpz_fdiv_q(a, product, c);
    mpz_add_ui(a, a, (unsigned long)i);
  }
}

static void prepare_modexp(long n) {
  (void)n;
  power(a, 7, 729);
  power(b, 5, 882);
  power(c, 3, 1292);
  mpz_inits(product, sum, NULL);
}

static void modexp(long n) {
  for (long i = 0; i < n; i++) mpz_powm(a, a, b, c);
}

static void prepare_mul4096(long n) {
  (void)n;
  power(a, 7, 1459);
  power(b, 5, 1764);
  mpz_inits(c, product, sum, NULL);
}

static void mul4096(long n) {
  for (long i = 0; i < n; i++) {
    mpz_mul(product, a, b);
    mpz_add_ui(product, product, (unsigned long)i);
    mpz_fdiv_r_2exp(a, product, 4096);
  }
}

static void prepare_fact(long n) {
  (void)n;
  mpz_inits(a, b, c, product, sum, NULL);
}

static void fact(long n) {
  for (long i = 0; i < n; i++) {
    mpz_set_ui(product, (unsigned long)i + 1);
    for (unsigned k = 2; k <= 1200; k++) mpz_mul_ui(product, product, k);
    mpz_add(a, a, product);
  }
}

const Row wide[] = {
  {"muldiv", prepare_muldiv, muldiv, value},
  {"modexp", prepare_modexp, modexp, value},
  {"mul4096", prepare_mul4096, mul4096, value},
  {"fact", prepare_fact, fact, value},
  {0, 0, 0, 0},
};
