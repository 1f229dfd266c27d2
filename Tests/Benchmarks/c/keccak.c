// Keccak-256 with the padding 0x01.
#include <stdint.h>
#include <string.h>

#include "hashes.h"

static const uint64_t constants[24] = {
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
  0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
  0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
  0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};
static const int turns[24] = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                              27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
static const int lanes[24] = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                              15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};

static inline uint64_t turn(uint64_t x, int n) { return x << n | x >> (64 - n); }

static void permute(uint64_t s[25]) {
  for (int round = 0; round < 24; round++) {
    uint64_t c[5], carried = s[1];
#pragma GCC unroll 5
    for (int x = 0; x < 5; x++) c[x] = s[x] ^ s[x + 5] ^ s[x + 10] ^ s[x + 15] ^ s[x + 20];
#pragma GCC unroll 5
    for (int x = 0; x < 5; x++) {
      uint64_t d = c[(x + 4) % 5] ^ turn(c[(x + 1) % 5], 1);
#pragma GCC unroll 5
      for (int y = 0; y < 25; y += 5) s[x + y] ^= d;
    }
    carried = s[1];
#pragma GCC unroll 24
    for (int i = 0; i < 24; i++) {
      uint64_t next = s[lanes[i]];
      s[lanes[i]] = turn(carried, turns[i]);
      carried = next;
    }
#pragma GCC unroll 5
    for (int y = 0; y < 25; y += 5) {
      uint64_t row[5];
#pragma GCC unroll 5
      for (int x = 0; x < 5; x++) row[x] = s[y + x];
#pragma GCC unroll 5
      for (int x = 0; x < 5; x++) s[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
    }
    s[0] ^= constants[round];
  }
}

static void absorb(uint64_t s[25], const unsigned char *bytes) {
  for (int i = 0; i < 17; i++) {
    uint64_t lane;
    memcpy(&lane, bytes + 8 * i, 8);
    s[i] ^= lane;
  }
  permute(s);
}

void keccak256(unsigned char digest[32], const unsigned char *message, size_t length) {
  uint64_t s[25] = {0};
  size_t at = 0;
  for (; at + 136 <= length; at += 136) absorb(s, message + at);
  unsigned char last[136] = {0};
  memcpy(last, message + at, length - at);
  last[length - at] = 0x01;
  last[135] |= 0x80;
  absorb(s, last);
  memcpy(digest, s, 32);
}
