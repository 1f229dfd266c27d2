// A claim from a reward-per-share accumulator: three writes and an event, on integers of GMP.
#include <gmp.h>

#include "holders.h"

typedef struct {
  Address address;
  int used;
  mpz_t shares, seen, owed;
} Account;

typedef struct {
  Address holder;
  uint64_t amount[4];
} Claimed;

static Account accounts[SLOTS];
static mpz_t scale, step, base, claimed, now, gained, amount;

static Account *account(const Address *address) {
  for (size_t at = address->words[0] % SLOTS;; at = (at + 1) % SLOTS) {
    Account *found = &accounts[at];
    if (!found->used) {
      found->used = 1;
      found->address = *address;
      mpz_inits(found->shares, found->seen, found->owed, NULL);
      return found;
    }
    if (memcmp(&found->address, address, sizeof *address) == 0) return found;
  }
}

static void prepare(long n) {
  static int ready;
  (void)n;
  give_holders();
  if (!ready) {
    mpz_inits(claimed, now, gained, amount, base, NULL);
    mpz_init_set_str(scale, "1000000000000000000000000", 10);
    mpz_init_set_str(step, "12345678901234567890123", 10);
    mpz_set(base, scale);
    ready = 1;
  }
  mpz_set_ui(claimed, 0);
  for (int k = 0; k < HOLDERS; k++) {
    Account *made = account(&addresses[k]);
    mpz_ui_pow_ui(made->shares, 10, 18);
    mpz_mul_ui(made->shares, made->shares, (unsigned long)(k % 97 + 1));
    mpz_set_ui(made->seen, 0);
    mpz_set_ui(made->owed, 0);
  }
}

static __attribute__((noinline)) void claim(const Address *address, long i) {
  Account *holder = account(address);
  mpz_set(now, base);
  mpz_addmul_ui(now, step, (unsigned long)i);
  mpz_sub(gained, now, holder->seen);
  mpz_mul(gained, gained, holder->shares);
  mpz_add(gained, gained, holder->owed);
  mpz_fdiv_qr(amount, holder->owed, gained, scale);
  if (mpz_sgn(amount) <= 0) refuse("nothing to claim");
  mpz_set(holder->seen, now);
  mpz_add(claimed, claimed, amount);
  Claimed *made = event(sizeof *made);
  made->holder = *address;
  for (int part = 0; part < 4; part++) made->amount[part] = mpz_getlimbn(amount, part);
}

static void run(long n) {
  for (long i = 0; i < n; i++) claim(&addresses[i % HOLDERS], i);
}

static void value(void) {
  size_t count;
  mpz_t sum;
  mpz_init_set(sum, claimed);
  for (int k = 0; k < HOLDERS; k++)
    mpz_addmul_ui(sum, account(&addresses[k])->owed, (unsigned long)k + 1);
  mpz_export(result, &count, 1, 1, 1, 0, sum);
  result_length = (int)count;
  mpz_clear(sum);
}

const Row dividend[] = {
  {"dividend", prepare, run, value},
  {"top-claim", prepare, run, value},
  {0, 0, 0, 0},
};
