#include "rows.h"

unsigned char result[2048];
int result_length;

void result_wide(u128 value) {
  result_length = 16;
  for (int i = 15; i >= 0; i--, value >>= 8) result[i] = (unsigned char)value;
}

void nothing(long n) { (void)n; }
