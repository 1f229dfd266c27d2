// What every row gives: `prepare` makes the state, `run` does n operations, `value` tells the result.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef unsigned __int128 u128;

typedef struct {
  const char *name;
  void (*prepare)(long n);
  void (*run)(long n);
  void (*value)(void);
} Row;

// The value of the last row, big-endian.
extern unsigned char result[2048];
extern int result_length;
void result_wide(u128 value);
void nothing(long n);

extern const Row *const tables[];

// Numbers that look random and are the same everywhere: SplitMix64.
static inline uint64_t splitmix(uint64_t number) {
  number = (number + 1) * 0x9E3779B97F4A7C15u;
  number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9u;
  number = (number ^ number >> 27) * 0x94D049BB133111EBu;
  return number ^ number >> 31;
}
