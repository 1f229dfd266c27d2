// Natural numbers of a fixed number of limbs of 32 bits, lowest first: what a contract in WebAssembly
// brings along, since there are no wide integers.
#pragma once
#include <stdint.h>

typedef uint32_t Limb;

// r[0..<n + m] = a * b, where r is neither a nor b.
void multiply(Limb *r, const Limb *a, int n, const Limb *b, int m);
// q[0..<n - m + 1] = a / b and r[0..<m] what remains; b has a limb on top that is not zero, n >= m, and
// a is at most 400 limbs long. Either result may be nil.
void divide(Limb *q, Limb *r, const Limb *a, int n, const Limb *b, int m);
// a[0..<n] += x.
void add_small(Limb *a, int n, uint64_t x);
// a[0..<n] += b[0..<n].
void add(Limb *a, const Limb *b, int n);
// a[0..<n] -= b[0..<n].
void subtract(Limb *a, const Limb *b, int n);
// The limbs without zeros on top.
int length(const Limb *a, int n);
int compare(const Limb *a, const Limb *b, int n);
// a[0..<n] = base^exponent.
void power(Limb *a, int n, Limb base, int exponent);
// The value of the last row.
void result_limbs(const Limb *a, int n);
