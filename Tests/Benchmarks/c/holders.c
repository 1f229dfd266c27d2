#include "holders.h"

Address addresses[HOLDERS + 1];
Holder holders[SLOTS];

void give_holders(void) {
  for (int k = 0; k <= HOLDERS; k++) {
    for (int part = 0; part < 4; part++) addresses[k].words[part] = splitmix((uint64_t)(4 * k + part));
    Holder *made = holder(&addresses[k]);
    if (k < HOLDERS) amount_power(&made->balance, 24);
    else amount_word(&made->balance, 0);
  }
}

void weigh_holders(const Amount *more) {
  static Amount sum;
  amount_init(&sum);
  amount_copy(&sum, more);
  for (int k = 0; k < HOLDERS; k++) amount_weigh(&sum, &holder(&addresses[k])->balance, k + 1);
  amount_result(&sum);
}

static unsigned char events[1 << 20];
static size_t end;

void *event(size_t size) {
  if (end + size > sizeof events) end = 0;
  void *place = events + end;
  end += size;
  return place;
}
