#include "holders.h"

Address addresses[HOLDERS + 1];
Holder holders[SLOTS];
const u128 WEI = 1000000000000000u;

void give_holders(void) {
  memset(holders, 0, sizeof holders);
  for (int k = 0; k <= HOLDERS; k++) {
    for (int part = 0; part < 4; part++) addresses[k].words[part] = splitmix((uint64_t)(4 * k + part));
    if (k < HOLDERS) holder(&addresses[k])->balance = WEI * 1000000000u;
  }
}

u128 weigh_holders(void) {
  u128 sum = 0;
  for (int k = 0; k < HOLDERS; k++) sum += holder(&addresses[k])->balance * (u128)(k + 1);
  return sum;
}

static unsigned char events[1 << 20];
static size_t end;

void *event(size_t size) {
  if (end + size > sizeof events) end = 0;
  void *place = events + end;
  end += size;
  return place;
}
