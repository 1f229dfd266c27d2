#include "rows.h"

extern const Row words[], wide[], token[], dividend[], lending[], escrow[], yuma[], passports[];

const Row *const tables[] = {words, wide, token, dividend, lending, escrow, yuma, passports, 0};
