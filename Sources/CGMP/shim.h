// Imports GMP for Swift.
//
// The `mpn_` and `mpz_` names are macros, which Swift does not import; the callers use the symbols
// behind them, such as `__gmpn_add` and `__gmpz_powm`.
#include <gmp.h>
