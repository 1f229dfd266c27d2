#include <openssl/sha.h>
#include <string.h>

#include "hashes.h"

void sha256(unsigned char digest[32], const unsigned char *message, size_t length) {
  unsigned char made[32];
  SHA256(message, length, made);
  memcpy(digest, made, 32);
}
