// The digests of a message; the digest may be written over the message.
#pragma once
#include <stddef.h>

void sha256(unsigned char digest[32], const unsigned char *message, size_t length);
void keccak256(unsigned char digest[32], const unsigned char *message, size_t length);
