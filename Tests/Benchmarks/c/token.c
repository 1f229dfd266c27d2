// A token: two balances read, checked and written, and one event; by itself, from another contract, and
// with a transaction for each transfer.
#include "holders.h"

typedef struct {
  Address payer, payee;
  u128 amount;
} Transfer;

__attribute__((noinline)) void transfer(const Address *payer, const Address *payee, u128 amount) {
  if (amount == 0) refuse("no amount");
  Holder *from = holder(payer);
  if (from->balance < amount) refuse("insufficient");
  from->balance -= amount;
  holder(payee)->balance += amount;
  Transfer *made = event(sizeof *made);
  made->payer = *payer;
  made->payee = *payee;
  made->amount = amount;
}

static void prepare(long n) {
  (void)n;
  give_holders();
}

static void run(long n) {
  for (long i = 0, payer = 0, payee = 500; i < n; i++) {
    transfer(&addresses[payer], &addresses[payee], (u128)(i % 97 + 1) * WEI);
    payer = (payer + 7) % HOLDERS;
    payee = (payee + 13) % HOLDERS;
  }
}

static void value(void) { result_wide(weigh_holders()); }

static void prepare_caller(long n) {
  (void)n;
  give_holders();
  holder(&addresses[HOLDERS])->balance = WEI * 1000000000000000u;
}

static void run_caller(long n) {
  for (long i = 0, payee = 500; i < n; i++) {
    transfer(&addresses[HOLDERS], &addresses[payee], (u128)(i % 97 + 1) * WEI);
    payee = (payee + 13) % HOLDERS;
  }
}

static void value_caller(void) { result_wide(weigh_holders() + holder(&addresses[HOLDERS])->balance); }

static unsigned char zero;
__attribute__((noinline)) static void noop(void) { __asm__ volatile(""); }

static void run_noop(long n) {
  for (long i = 0; i < n; i++) noop();
}

static void value_noop(void) {
  result[0] = zero;
  result_length = 1;
}

const Row token[] = {
  {"transfer", prepare, run, value},
  {"assets", prepare, run, value},
  {"cross-call", prepare_caller, run_caller, value_caller},
  {"top-noop", nothing, run_noop, value_noop},
  {"top-transfer", prepare, run, value},
  {"top-assets", prepare, run, value},
  {0, 0, 0, 0},
};
