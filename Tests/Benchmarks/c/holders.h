// A thousand holders by address in a hash table, and what they have. An address is a hash already, so
// its first word is hash enough.
#pragma once
#include <string.h>

#include "rows.h"

enum { HOLDERS = 1000, SLOTS = 4096 };

typedef struct {
  uint64_t words[4];
} Address;

typedef struct {
  Address address;
  int used;
  u128 balance;
} Holder;

extern Address addresses[HOLDERS + 1];
extern Holder holders[SLOTS];
extern const u128 WEI;  // 10^15

static inline Holder *holder(const Address *address) {
  for (size_t at = address->words[0] % SLOTS;; at = (at + 1) % SLOTS) {
    Holder *found = &holders[at];
    if (!found->used) {
      found->used = 1;
      found->address = *address;
      return found;
    }
    if (memcmp(&found->address, address, sizeof *address) == 0) return found;
  }
}

// A balance for each holder, and none for others.
void give_holders(void);
// The sum of (k + 1) * balance.
u128 weigh_holders(void);

// The log that events are written to, which begins anew when it is full.
void *event(size_t size);

// What ends a transaction that may not go on.
void refuse(const char *why);
