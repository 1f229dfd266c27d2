// A thousand holders by address in a hash table, and what they have. An address is a hash already, so
// its first word is hash enough.
#pragma once
#include <string.h>

#include "amount.h"
#include "rows.h"

enum { HOLDERS = 1000, SLOTS = 4096 };

typedef struct {
  uint64_t words[4];
} Address;

typedef struct {
  Address address;
  int used;
  Amount balance;
} Holder;

extern Address addresses[HOLDERS + 1];
extern Holder holders[SLOTS];

static inline Holder *holder(const Address *address) {
  for (size_t at = address->words[0] % SLOTS;; at = (at + 1) % SLOTS) {
    Holder *found = &holders[at];
    if (!found->used) {
      found->used = 1;
      found->address = *address;
      amount_init(&found->balance);
      return found;
    }
    if (memcmp(&found->address, address, sizeof *address) == 0) return found;
  }
}

// A balance for each holder, and none for others.
void give_holders(void);
// Makes the sum of (k + 1) * balance and an amount the value of the row.
void weigh_holders(const Amount *more);
// The amount of a payment.
static inline uint64_t payment(long i) { return (uint64_t)(i % 97 + 1) * 1000000000000000u; }

// The log that events are written to, which begins anew when it is full.
void *event(size_t size);

// What ends a transaction that may not go on.
void refuse(const char *why);
