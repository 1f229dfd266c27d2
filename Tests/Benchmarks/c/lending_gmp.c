// A loan that is repaid by a tenth: interest compounded over 8,760 hours at 27 digits, collateral
// valued, health checked, one event; on integers of GMP.
#include <gmp.h>

#include "holders.h"

typedef struct {
  mpz_t collateral, debt;
} Position;

typedef struct {
  long position;
  uint64_t part[4], debt[4];
} Repaid;

enum { HOURS = 8760 };
static Position positions[HOLDERS];
static mpz_t ray, wad, rate, price, repaid, base, growth, worth, part;

static void prepare(long n) {
  static int ready;
  (void)n;
  if (!ready) {
    mpz_inits(repaid, base, growth, worth, part, NULL);
    mpz_init_set_str(ray, "1000000000000000000000000000", 10);
    mpz_init_set_str(wad, "1000000000000000000", 10);
    mpz_init_set_str(rate, "5707762557077625570776", 10);
    mpz_init_set_str(price, "2345000000000000000000", 10);
    for (int k = 0; k < HOLDERS; k++) mpz_inits(positions[k].collateral, positions[k].debt, NULL);
    ready = 1;
  }
  mpz_set_ui(repaid, 0);
  for (int k = 0; k < HOLDERS; k++) {
    mpz_ui_pow_ui(positions[k].collateral, 10, 27);
    mpz_ui_pow_ui(positions[k].debt, 10, 20);
    mpz_mul_ui(positions[k].debt, positions[k].debt, (unsigned long)(1000000000 + k));
  }
}

// ray * (base / ray)^n by squaring from the lowest bit, each product rounded down.
static void compound(unsigned n) {
  mpz_set(growth, ray);
  for (;;) {
    if (n & 1) {
      mpz_mul(growth, growth, base);
      mpz_fdiv_q(growth, growth, ray);
    }
    n >>= 1;
    if (n == 0) return;
    mpz_mul(base, base, base);
    mpz_fdiv_q(base, base, ray);
  }
}

static __attribute__((noinline)) void repay(long index, long i) {
  Position *position = &positions[index];
  mpz_add(base, ray, rate);
  mpz_set_ui(part, (unsigned long)(i % 1000) * 1000000000000000u);
  mpz_add(base, base, part);
  compound(HOURS);
  mpz_mul(position->debt, position->debt, growth);
  mpz_fdiv_q(position->debt, position->debt, ray);
  mpz_mul(worth, position->collateral, price);
  mpz_fdiv_q(worth, worth, wad);
  mpz_mul_ui(worth, worth, 8000);
  mpz_fdiv_q_ui(worth, worth, 10000);
  if (mpz_cmp(position->debt, worth) > 0) refuse("unhealthy");
  mpz_fdiv_q_ui(part, position->debt, 10);
  mpz_sub(position->debt, position->debt, part);
  mpz_add(repaid, repaid, part);
  Repaid *made = event(sizeof *made);
  made->position = index;
  for (int limb = 0; limb < 4; limb++) {
    made->part[limb] = mpz_getlimbn(part, limb);
    made->debt[limb] = mpz_getlimbn(position->debt, limb);
  }
}

static void run(long n) {
  for (long i = 0; i < n; i++) repay(i % HOLDERS, i);
}

static void value(void) {
  size_t count;
  mpz_t sum;
  mpz_init_set(sum, repaid);
  for (int k = 0; k < HOLDERS; k++) mpz_addmul_ui(sum, positions[k].debt, (unsigned long)k + 1);
  mpz_export(result, &count, 1, 1, 1, 0, sum);
  result_length = (int)count;
  mpz_clear(sum);
}

const Row lending[] = {
  {"lending", prepare, run, value},
  {"top-lending", prepare, run, value},
  {0, 0, 0, 0},
};
