// An escrow: open, fund, release, with checks, a fee and three events.
#include "holders.h"

enum { CAPACITY = 1 << 18 };
enum Status { NONE, OPENED, FUNDED, RELEASED };

typedef struct {
  Address payer, payee;
  Amount amount;
  int status;
} Job;

typedef struct {
  long job;
  Address payer, payee;
  uint64_t amount[4];
} Opened;

typedef struct {
  long job;
  uint64_t amount[4], fee[4];
} Moved;

static Job jobs[CAPACITY];
static Amount amount, fee, held, fees;

static void open_job(long id, const Address *payer, const Address *payee, const Amount *amount) {
  Job *job = &jobs[id];
  if (amount_is_zero(amount)) refuse("no amount");
  if (job->status != NONE) refuse("taken");
  job->payer = *payer;
  job->payee = *payee;
  amount_init(&job->amount);
  amount_copy(&job->amount, amount);
  job->status = OPENED;
  Opened *made = event(sizeof *made);
  made->job = id;
  made->payer = *payer;
  made->payee = *payee;
  amount_write(made->amount, amount);
}

static void fund(long id) {
  Job *job = &jobs[id];
  if (job->status != OPENED) refuse("wrong status");
  Holder *payer = holder(&job->payer);
  if (amount_is_less(&payer->balance, &job->amount)) refuse("insufficient");
  amount_subtract(&payer->balance, &job->amount);
  amount_add(&held, &job->amount);
  job->status = FUNDED;
  Moved *made = event(sizeof *made);
  made->job = id;
  amount_write(made->amount, &job->amount);
}

static void release(long id) {
  Job *job = &jobs[id];
  if (job->status != FUNDED) refuse("wrong status");
  amount_fee(&fee, &job->amount);
  amount_subtract(&held, &job->amount);
  amount_add(&fees, &fee);
  amount_copy(&amount, &job->amount);
  amount_subtract(&amount, &fee);
  amount_add(&holder(&job->payee)->balance, &amount);
  job->status = RELEASED;
  Moved *made = event(sizeof *made);
  made->job = id;
  amount_write(made->amount, &amount);
  amount_write(made->fee, &fee);
}

static void prepare(long n) {
  if (n > CAPACITY) refuse("too many jobs");
  give_holders();
  memset(jobs, 0, sizeof jobs);
  amount_init(&amount);
  amount_init(&fee);
  amount_init(&held);
  amount_init(&fees);
}

static void run(long n) {
  static Amount paid;
  amount_init(&paid);
  for (long i = 0, payer = 0, payee = 500; i < n; i++) {
    amount_word(&paid, payment(i));
    open_job(i, &addresses[payer], &addresses[payee], &paid);
    fund(i);
    release(i);
    payer = (payer + 7) % HOLDERS;
    payee = (payee + 13) % HOLDERS;
  }
}

static void value(void) { weigh_holders(&fees); }

const Row escrow[] = {
  {"escrow", prepare, run, value},
  {"top-escrow", prepare, run, value},
  {0, 0, 0, 0},
};
