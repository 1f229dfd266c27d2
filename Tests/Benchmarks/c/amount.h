// Amounts of a token: natural numbers of any size, which natively are GMP's and in WebAssembly have 128
// bits, since nothing here passes that.
#pragma once
#include "rows.h"

#ifdef __wasm__

typedef u128 Amount;

#define amount_init(a) (*(a) = 0)
static inline void amount_word(Amount *a, uint64_t word) { *a = word; }
static inline void amount_power(Amount *a, int exponent) {
  for (*a = 1; exponent > 0; exponent--) *a *= 10;
}
static inline int amount_is_zero(const Amount *a) { return *a == 0; }
static inline int amount_is_less(const Amount *a, const Amount *b) { return *a < *b; }
static inline void amount_copy(Amount *a, const Amount *b) { *a = *b; }
static inline void amount_add(Amount *a, const Amount *b) { *a += *b; }
static inline void amount_subtract(Amount *a, const Amount *b) { *a -= *b; }
static inline void amount_fee(Amount *fee, const Amount *a) { *fee = *a * 250 / 10000; }
static inline void amount_weigh(Amount *sum, const Amount *a, int factor) { *sum += *a * (u128)factor; }
static inline void amount_write(uint64_t words[4], const Amount *a) {
  words[0] = (uint64_t)*a;
  words[1] = (uint64_t)(*a >> 64);
  words[2] = words[3] = 0;
}
static inline void amount_result(const Amount *a) { result_wide(*a); }

#else

#include <gmp.h>

typedef mpz_t Amount;

static inline void amount_init(Amount *a) { mpz_init(*a); }
static inline void amount_word(Amount *a, uint64_t word) { mpz_set_ui(*a, word); }
static inline void amount_power(Amount *a, int exponent) { mpz_ui_pow_ui(*a, 10, (unsigned long)exponent); }
static inline int amount_is_zero(const Amount *a) { return mpz_sgn(*a) == 0; }
static inline int amount_is_less(const Amount *a, const Amount *b) { return mpz_cmp(*a, *b) < 0; }
static inline void amount_copy(Amount *a, const Amount *b) { mpz_set(*a, *b); }
static inline void amount_add(Amount *a, const Amount *b) { mpz_add(*a, *a, *b); }
static inline void amount_subtract(Amount *a, const Amount *b) { mpz_sub(*a, *a, *b); }
static inline void amount_fee(Amount *fee, const Amount *a) {
  mpz_mul_ui(*fee, *a, 250);
  mpz_fdiv_q_ui(*fee, *fee, 10000);
}
static inline void amount_weigh(Amount *sum, const Amount *a, int factor) {
  mpz_addmul_ui(*sum, *a, (unsigned long)factor);
}
static inline void amount_write(uint64_t words[4], const Amount *a) {
  for (int i = 0; i < 4; i++) words[i] = mpz_getlimbn(*a, i);
}
static inline void amount_result(const Amount *a) {
  size_t count;
  mpz_export(result, &count, 1, 1, 1, 0, *a);
  result_length = (int)count;
}

#endif
