// An escrow: open, fund, release, with checks, a fee and three events.
#include "holders.h"

enum { CAPACITY = 1 << 18 };
enum Status { NONE, OPENED, FUNDED, RELEASED };

typedef struct {
  Address payer, payee;
  u128 amount;
  int status;
} Job;

typedef struct {
  long job;
  Address payer, payee;
  u128 amount;
} Opened;

typedef struct {
  long job;
  u128 amount, fee;
} Moved;

static Job jobs[CAPACITY];
static u128 held, fees;

static void open_job(long id, const Address *payer, const Address *payee, u128 amount) {
  Job *job = &jobs[id];
  if (amount == 0 || amount >> 112) refuse("no such amount");
  if (job->status != NONE) refuse("taken");
  job->payer = *payer;
  job->payee = *payee;
  job->amount = amount;
  job->status = OPENED;
  Opened *made = event(sizeof *made);
  made->job = id;
  made->payer = *payer;
  made->payee = *payee;
  made->amount = amount;
}

static void fund(long id) {
  Job *job = &jobs[id];
  if (job->status != OPENED) refuse("wrong status");
  Holder *payer = holder(&job->payer);
  if (payer->balance < job->amount) refuse("insufficient");
  payer->balance -= job->amount;
  held += job->amount;
  job->status = FUNDED;
  Moved *made = event(sizeof *made);
  made->job = id;
  made->amount = job->amount;
}

static void release(long id) {
  Job *job = &jobs[id];
  if (job->status != FUNDED) refuse("wrong status");
  u128 fee = job->amount * 250 / 10000;
  held -= job->amount;
  fees += fee;
  holder(&job->payee)->balance += job->amount - fee;
  job->status = RELEASED;
  Moved *made = event(sizeof *made);
  made->job = id;
  made->amount = job->amount - fee;
  made->fee = fee;
}

static void prepare(long n) {
  if (n > CAPACITY) refuse("too many jobs");
  give_holders();
  memset(jobs, 0, sizeof jobs);
  held = fees = 0;
}

static void run(long n) {
  for (long i = 0, payer = 0, payee = 500; i < n; i++) {
    open_job(i, &addresses[payer], &addresses[payee], (u128)(i % 97 + 1) * WEI);
    fund(i);
    release(i);
    payer = (payer + 7) % HOLDERS;
    payee = (payee + 13) % HOLDERS;
  }
}

static void value(void) { result_wide(weigh_holders() + fees); }

const Row escrow[] = {
  {"escrow", prepare, run, value},
  {"top-escrow", prepare, run, value},
  {0, 0, 0, 0},
};
