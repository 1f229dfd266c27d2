// A token: two balances read, checked and written, and one event; by itself, from another contract, and
// with a transaction for each transfer.
#include "holders.h"

typedef struct {
  Address payer, payee;
  uint64_t amount[4];
} Transfer;

static Amount amount;

__attribute__((noinline)) void transfer(const Address *payer, const Address *payee, const Amount *amount) {
  if (amount_is_zero(amount)) refuse("no amount");
  Holder *from = holder(payer);
  if (amount_is_less(&from->balance, amount)) refuse("insufficient");
  amount_subtract(&from->balance, amount);
  amount_add(&holder(payee)->balance, amount);
  Transfer *made = event(sizeof *made);
  made->payer = *payer;
  made->payee = *payee;
  amount_write(made->amount, amount);
}

static void prepare(long n) {
  (void)n;
  amount_init(&amount);
  give_holders();
}

static void run(long n) {
  for (long i = 0, payer = 0, payee = 500; i < n; i++) {
    amount_word(&amount, payment(i));
    transfer(&addresses[payer], &addresses[payee], &amount);
    payer = (payer + 7) % HOLDERS;
    payee = (payee + 13) % HOLDERS;
  }
}

static void value(void) {
  amount_word(&amount, 0);
  weigh_holders(&amount);
}

static void prepare_caller(long n) {
  prepare(n);
  amount_power(&holder(&addresses[HOLDERS])->balance, 30);
}

static void run_caller(long n) {
  for (long i = 0, payee = 500; i < n; i++) {
    amount_word(&amount, payment(i));
    transfer(&addresses[HOLDERS], &addresses[payee], &amount);
    payee = (payee + 13) % HOLDERS;
  }
}

static void value_caller(void) { weigh_holders(&holder(&addresses[HOLDERS])->balance); }

__attribute__((noinline)) static void noop(void) { __asm__ volatile(""); }

static void run_noop(long n) {
  for (long i = 0; i < n; i++) noop();
}

static void value_noop(void) { result_wide(0); }

const Row token[] = {
  {"transfer", prepare, run, value},
  {"assets", prepare, run, value},
  {"cross-call", prepare_caller, run_caller, value_caller},
  {"top-noop", nothing, run_noop, value_noop},
  {"top-transfer", prepare, run, value},
  {"top-assets", prepare, run, value},
  {0, 0, 0, 0},
};
