// One epoch of Yuma consensus: see `yuma_work.py`, which says the same with fewer words.
#include <string.h>

#include "rows.h"

enum { VALIDATORS = 256, MINERS = 7000, PARTS = 65535, KAPPA = 32767 };
static const uint64_t SCALE = 1ull << 32, SHARES = 1ull << 30;

static int validators, miners;
static uint16_t weights[VALIDATORS][MINERS], bonds[VALIDATORS][MINERS];
static uint64_t stakes[VALIDATORS], sums[VALIDATORS];
static u128 earned[VALIDATORS];
static uint32_t incentives[MINERS], dividends[VALIDATORS];

typedef struct {
  u128 remainder;
  int index;
} Rest;

static void sink(Rest *heap, int count, int at) {
  for (int child; (child = 2 * at + 1) < count; at = child) {
    // The root is the part that comes last: least remainder, and of equal ones the highest index.
    #define LATER(a, b) (heap[a].remainder < heap[b].remainder || \
      (heap[a].remainder == heap[b].remainder && heap[a].index > heap[b].index))
    if (child + 1 < count && LATER(child + 1, child)) child++;
    if (!LATER(child, at)) return;
    Rest held = heap[at];
    heap[at] = heap[child];
    heap[child] = held;
  }
}

// Parts of PARTS in proportion: largest remainders first, ties to the lowest index.
static void split(uint32_t *parts, const u128 *shares, int count) {
  static Rest heap[MINERS];
  u128 whole = 0;
  uint32_t given = 0;
  for (int i = 0; i < count; i++) whole += shares[i];
  for (int i = 0; i < count; i++) {
    u128 product = shares[i] * PARTS;
    parts[i] = (uint32_t)(product / whole);
    given += parts[i];
    heap[i].remainder = product % whole;
    heap[i].index = i;
  }
  int left = (int)(PARTS - given);
  for (int at = count / 2; at >= 0; at--) sink(heap, count, at);
  for (int kept = count; kept > left; kept--) {
    heap[0] = heap[kept - 1];
    sink(heap, kept - 1, 0);
  }
  for (int i = 0; i < left; i++) parts[heap[i].index]++;
}

// The largest weight that validators with KAPPA of the stake give at least, by partition: each entry is
// a weight above 32 bits of stake.
static uint64_t consensus(uint64_t *entries, int count, uint64_t whole) {
  uint64_t above = 0;
  for (int low = 0, high = count; high > low;) {
    uint64_t pivot = entries[low + (high - low) / 2] >> 32, stake = 0;
    int larger = low, equal = low;
    for (int i = low; i < high; i++) {
      uint64_t entry = entries[i];
      if (entry >> 32 < pivot) continue;
      stake += entry & 0xFFFFFFFF;
      entries[i] = entries[equal];
      entries[equal] = entry;
      if (entry >> 32 > pivot) {
        entries[equal] = entries[larger];
        entries[larger++] = entry;
      }
      equal++;
    }
    if ((above + stake) * PARTS < whole * KAPPA) {
      above += stake;
      low = equal;
      continue;
    }
    uint64_t higher = 0;
    for (int i = low; i < larger; i++) higher += entries[i] & 0xFFFFFFFF;
    if (larger == low || (above + higher) * PARTS < whole * KAPPA) return pivot;
    high = larger;
  }
  return 0;
}

static void epoch(void) {
  uint64_t whole = 0;
  static u128 shares[MINERS];
  for (int v = 0; v < validators; v++) {
    whole += stakes[v];
    sums[v] = 0;
    earned[v] = 0;
    for (int m = 0; m < miners; m++) sums[v] += weights[v][m];
  }
  for (int m = 0; m < miners; m++) {
    uint64_t column[VALIDATORS], entries[VALIDATORS], rank = 0;
    for (int v = 0; v < validators; v++) {
      column[v] = weights[v][m] * SCALE / sums[v];
      entries[v] = column[v] << 32 | stakes[v];
    }
    uint64_t most = consensus(entries, validators, whole);
    for (int v = 0; v < validators; v++) {
      if (column[v] > most) column[v] = most;
      rank += stakes[v] * column[v];
    }
    shares[m] = rank;
    uint64_t divisor = rank ? rank : 1;
    for (int v = 0; v < validators; v++) {
      uint64_t part = (uint64_t)((u128)(stakes[v] * column[v]) * PARTS / divisor);
      uint64_t bond = (9 * (uint64_t)bonds[v][m] + part) / 10;
      bonds[v][m] = (uint16_t)bond;
      earned[v] += (u128)bond * rank;
    }
  }
  split(incentives, shares, miners);
  split(dividends, earned, validators);
}

static void prepare(int v_count, int m_count) {
  validators = v_count;
  miners = m_count;
  memset(bonds, 0, sizeof bonds);
  u128 whole = 0;
  for (int v = 0; v < validators; v++) whole += (u128)(1000 + v * 7919 % 5000) * 1000000000u;
  for (int v = 0; v < validators; v++) {
    stakes[v] = (uint64_t)((u128)(1000 + v * 7919 % 5000) * 1000000000u * SHARES / whole);
    for (int m = 0; m < miners; m++)
      weights[v][m] = (uint16_t)(((long)v * 7919 + (long)m * 10473 + (long)v * m * 31) % 65536);
  }
}

static void prepare_whole(long n) {
  (void)n;
  prepare(VALIDATORS, MINERS);
}

static void prepare_small(long n) {
  (void)n;
  prepare(16, 500);
}

static void run(long n) {
  for (long i = 0; i < n; i++) epoch();
}

static void value(void) {
  uint64_t low = 0, high = 0;
  for (int m = 0; m < miners; m++) low += (uint64_t)incentives[m] * (uint64_t)(m + 1);
  for (int v = 0; v < validators; v++) high += (uint64_t)dividends[v] * (uint64_t)(v + 1);
  result_wide((u128)high << 64 | low);
}

const Row yuma[] = {
  {"yuma", prepare_whole, run, value},
  {"yuma-small", prepare_small, run, value},
  {0, 0, 0, 0},
};
