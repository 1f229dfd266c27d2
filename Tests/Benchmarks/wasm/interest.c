// Dividends and loans on integers of 256 bits.
#include "holders.h"
#include "limbs.h"

enum { WIDE = 8, HOURS = 8760 };
typedef struct {
  Limb limbs[WIDE];
} Integer;

typedef struct {
  Address address;
  int used;
  Integer shares, seen, owed;
} Account;

typedef struct {
  Address holder;
  Integer amount;
} Claimed;

typedef struct {
  Integer collateral, debt;
} Position;

typedef struct {
  long position;
  Integer part, debt;
} Repaid;

static Account accounts[SLOTS];
static Position positions[HOLDERS];
static Integer total, scale, step, ray, wad, rate, price;

static Integer small(uint64_t value) { return (Integer){{(Limb)value, (Limb)(value >> 32)}}; }

static Integer times(Integer a, Integer b) {
  Integer product;
  Limb whole[2 * WIDE];
  int n = length(a.limbs, WIDE), m = length(b.limbs, WIDE);
  memset(whole, 0, sizeof whole);
  if (n && m) multiply(whole, a.limbs, n, b.limbs, m);
  if (length(whole, 2 * WIDE) > WIDE) refuse("too large");
  memcpy(&product, whole, sizeof product);
  return product;
}

static Integer plus(Integer a, Integer b) {
  add(a.limbs, b.limbs, WIDE);
  return a;
}

static Integer minus(Integer a, Integer b) {
  if (compare(a.limbs, b.limbs, WIDE) < 0) refuse("negative");
  subtract(a.limbs, b.limbs, WIDE);
  return a;
}

static Integer quotient(Integer a, Integer b, Integer *rest) {
  Integer q = {{0}}, r = {{0}};
  int n = length(a.limbs, WIDE), m = length(b.limbs, WIDE);
  if (n < m) r = a;
  else divide(q.limbs, r.limbs, a.limbs, n, b.limbs, m);
  if (rest) *rest = r;
  return q;
}

static Integer power_of_ten(int n) {
  Integer r;
  power(r.limbs, WIDE, 10, n);
  return r;
}

static Account *account(const Address *address) {
  for (size_t at = address->words[0] % SLOTS;; at = (at + 1) % SLOTS) {
    Account *found = &accounts[at];
    if (!found->used) {
      found->used = 1;
      found->address = *address;
      return found;
    }
    if (memcmp(&found->address, address, sizeof *address) == 0) return found;
  }
}

static void prepare_dividend(long n) {
  (void)n;
  give_holders();
  memset(accounts, 0, sizeof accounts);
  total = small(0);
  scale = power_of_ten(24);
  // 12,345,678,901,234,567,890,123
  step = plus(times(small(12345678901234567u), small(1000000)), small(890123));
  for (int k = 0; k < HOLDERS; k++)
    account(&addresses[k])->shares = times(power_of_ten(18), small((uint64_t)k % 97 + 1));
}

static __attribute__((noinline)) void claim(const Address *address, long i) {
  Account *holder = account(address);
  Integer now = plus(scale, times(step, small((uint64_t)i)));
  Integer earned = plus(holder->owed, times(holder->shares, minus(now, holder->seen)));
  Integer amount = quotient(earned, scale, &holder->owed);
  if (!length(amount.limbs, WIDE)) refuse("nothing to claim");
  holder->seen = now;
  total = plus(total, amount);
  Claimed *made = event(sizeof *made);
  made->holder = *address;
  made->amount = amount;
}

static void run_dividend(long n) {
  for (long i = 0; i < n; i++) claim(&addresses[i % HOLDERS], i);
}

static void value_dividend(void) {
  Integer sum = total;
  for (int k = 0; k < HOLDERS; k++)
    sum = plus(sum, times(account(&addresses[k])->owed, small((uint64_t)k + 1)));
  result_limbs(sum.limbs, WIDE);
}

static void prepare_lending(long n) {
  (void)n;
  total = small(0);
  ray = power_of_ten(27);
  wad = power_of_ten(18);
  // 5,707,762,557,077,625,570,776
  rate = plus(times(small(5707762557077625u), small(1000000)), small(570776));
  price = times(wad, small(2345));
  for (int k = 0; k < HOLDERS; k++) {
    positions[k].collateral = power_of_ten(27);
    positions[k].debt = times(power_of_ten(20), small(1000000000u + (uint64_t)k));
  }
}

// ray * (a / ray)^n by squaring from the lowest bit, each product rounded down.
static Integer compound(Integer a, unsigned n) {
  Integer growth = ray;
  for (;;) {
    if (n & 1) growth = quotient(times(growth, a), ray, 0);
    n >>= 1;
    if (n == 0) return growth;
    a = quotient(times(a, a), ray, 0);
  }
}

static __attribute__((noinline)) void repay(long index, long i) {
  Position *position = &positions[index];
  Integer extra = small((uint64_t)(i % 1000) * 1000000000000000u);
  Integer growth = compound(plus(plus(ray, rate), extra), HOURS);
  Integer debt = quotient(times(position->debt, growth), ray, 0);
  Integer worth = quotient(times(position->collateral, price), wad, 0);
  Integer limit = quotient(times(worth, small(8000)), small(10000), 0);
  if (compare(debt.limbs, limit.limbs, WIDE) > 0) refuse("unhealthy");
  Integer part = quotient(debt, small(10), 0);
  position->debt = minus(debt, part);
  total = plus(total, part);
  Repaid *made = event(sizeof *made);
  made->position = index;
  made->part = part;
  made->debt = position->debt;
}

static void run_lending(long n) {
  for (long i = 0; i < n; i++) repay(i % HOLDERS, i);
}

static void value_lending(void) {
  Integer sum = total;
  for (int k = 0; k < HOLDERS; k++) sum = plus(sum, times(positions[k].debt, small((uint64_t)k + 1)));
  result_limbs(sum.limbs, WIDE);
}

const Row dividend[] = {
  {"dividend", prepare_dividend, run_dividend, value_dividend},
  {0, 0, 0, 0},
};
const Row lending[] = {
  {"lending", prepare_lending, run_lending, value_lending},
  {0, 0, 0, 0},
};
