// What the host asks for, and what a compiler expects of a library. Copies and fills are instructions of
// WebAssembly (bulk memory), which is what the builtins become.
#include <stddef.h>

#include "rows.h"

#define EXPORT __attribute__((visibility("default")))

void *memcpy(void *to, const void *from, size_t count) {
  __asm__("local.get %0\nlocal.get %1\nlocal.get %2\nmemory.copy 0, 0" : : "r"(to), "r"(from), "r"(count) : "memory");
  return to;
}

void *memset(void *to, int byte, size_t count) {
  __asm__("local.get %0\nlocal.get %1\nlocal.get %2\nmemory.fill 0" : : "r"(to), "r"(byte), "r"(count) : "memory");
  return to;
}

int memcmp(const void *a, const void *b, size_t count) {
  const unsigned char *x = a, *y = b;
  for (size_t i = 0; i < count; i++)
    if (x[i] != y[i]) return x[i] - y[i];
  return 0;
}

u128 __multi3(u128 a, u128 b) {
  uint64_t a0 = (uint64_t)a, b0 = (uint64_t)b;
  uint64_t low = (a0 & 0xFFFFFFFF) * (b0 & 0xFFFFFFFF);
  uint64_t middle = (a0 >> 32) * (b0 & 0xFFFFFFFF) + (low >> 32);
  uint64_t other = (a0 & 0xFFFFFFFF) * (b0 >> 32) + (middle & 0xFFFFFFFF);
  uint64_t high = (a0 >> 32) * (b0 >> 32) + (middle >> 32) + (other >> 32);
  high += (uint64_t)(a >> 64) * b0 + a0 * (uint64_t)(b >> 64);
  return (u128)high << 64 | (other << 32 | (low & 0xFFFFFFFF));
}

u128 __ashlti3(u128 a, int distance) {
  uint64_t low = (uint64_t)a, high = (uint64_t)(a >> 64);
  if (distance == 0) return a;
  if (distance >= 64) return (u128)(low << (distance - 64)) << 64;
  return (u128)(high << distance | low >> (64 - distance)) << 64 | low << distance;
}

// Quotient and remainder bit by bit, from the highest that can be set.
static u128 divide128(u128 a, u128 b, u128 *rest) {
  if (!(a >> 64) && !(b >> 64)) {
    *rest = (uint64_t)a % (uint64_t)b;
    return (uint64_t)a / (uint64_t)b;
  }
  if (!(b >> 32)) {
    // Digits of 32 bits.
    uint64_t digits[4], r = 0, divisor = (uint64_t)b;
    for (int i = 3; i >= 0; i--) {
      r = r << 32 | (uint32_t)(a >> (32 * i));
      digits[i] = r / divisor;
      r %= divisor;
    }
    *rest = r;
    return (u128)(digits[3] << 32 | digits[2]) << 64 | (digits[1] << 32 | digits[0]);
  }
  int zeros_a = a >> 64 ? __builtin_clzll((uint64_t)(a >> 64)) : 64 + __builtin_clzll((uint64_t)a);
  int zeros_b = b >> 64 ? __builtin_clzll((uint64_t)(b >> 64)) : 64 + __builtin_clzll((uint64_t)b);
  u128 quotient = 0;
  for (int bit = zeros_b - zeros_a; bit >= 0; bit--) {
    if (a >= b << bit) {
      a -= b << bit;
      quotient |= (u128)1 << bit;
    }
  }
  *rest = a;
  return quotient;
}

u128 __udivti3(u128 a, u128 b) {
  u128 rest;
  return divide128(a, b, &rest);
}

u128 __umodti3(u128 a, u128 b) {
  u128 rest;
  divide128(a, b, &rest);
  return rest;
}

void refuse(const char *why) {
  (void)why;
  __builtin_trap();
}

static const Row *row(int index) {
  for (int table = 0; tables[table]; table++)
    for (const Row *row = tables[table]; row->name; row++)
      if (index-- == 0) return row;
  return NULL;
}

EXPORT const char *row_name(int index) {
  const Row *found = row(index);
  return found ? found->name : NULL;
}

EXPORT void row_prepare(int index, long n) { row(index)->prepare(n); }
EXPORT void row_run(int index, long n) { row(index)->run(n); }

EXPORT const unsigned char *row_value(int index) {
  row(index)->value();
  return result;
}

EXPORT int row_value_length(void) { return result_length; }
