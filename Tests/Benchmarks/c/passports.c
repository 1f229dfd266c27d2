// A registry of GPU passports in a hash table: n of them registered, then read and updated at random.
#include "holders.h"

enum { CAPACITY = 1 << 20 };

typedef struct {
  uint64_t identifier;
  Address owner, operator;
  char model[16];
  int memory, used;
  uint64_t hours;
} Device;

static Device devices[CAPACITY];
static long count;
static uint64_t sum;

static Device *device(uint64_t identifier) {
  for (size_t at = identifier % CAPACITY;; at = (at + 1) % CAPACITY) {
    if (!devices[at].used || devices[at].identifier == identifier) return &devices[at];
  }
}

static void prepare(long n) {
  count = n * 3 / 10;
  if (count > CAPACITY / 2) refuse("too many passports");
  give_holders();
  memset(devices, 0, sizeof devices);
  for (long i = 0; i < count; i++) {
    uint64_t identifier = splitmix((uint64_t)i);
    Device *made = device(identifier);
    made->used = 1;
    made->identifier = identifier;
    made->owner = made->operator = addresses[i % HOLDERS];
    memcpy(made->model, "H100 SXM", 9);
    made->memory = 80000;
  }
}

static void run(long n) {
  uint64_t x = 1;
  sum = 0;
  for (long i = 0; i < n; i++) {
    x = (x * 1103515245u + 12345u) % (1u << 31);
    Device *found = device(splitmix(x % (uint64_t)count));
    found->hours += x % 100;
    sum += found->hours;
  }
}

static void value(void) { result_wide(sum); }

const Row passports[] = {
  {"scale", prepare, run, value},
  {0, 0, 0, 0},
};
