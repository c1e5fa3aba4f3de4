/* exp in fp32 for loops that vectorize. */
#ifndef TRAINFARE_EXPONENTIAL_H
#define TRAINFARE_EXPONENTIAL_H

#include "dispatch.h"

#include <stdint.h>
#include <string.h>

/* exp(x) within 3 units in the last place for x in [−87, 88], clamped outside. x = k·ln 2 + r, ln 2 in two parts (Cody
 * and Waite 1980); exp(r) by its series, whose remainder is below 1e-8 for |r| ≤ ½·ln 2. */
TF_INLINE float tw_exp(float x) {
  /* What is not a number goes the way of −87, since it has no integer, and comes back at the end. */
  float bounded = x > -87.0f ? x < 88.0f ? x : 88.0f : -87.0f;
  /* Added to a float of moderate size it leaves the nearest integer in the low bits. */
  float shifted = bounded * 1.44269504f + 0x1.8p23f;
  float k = shifted - 0x1.8p23f;
  float r = (bounded - k * 0.693145752f) - k * 1.42860677e-6f;
  float sum = 1.0f / 5040;
  sum = sum * r + 1.0f / 720;
  sum = sum * r + 1.0f / 120;
  sum = sum * r + 1.0f / 24;
  sum = sum * r + 1.0f / 6;
  sum = sum * r + 0.5f;
  sum = 1 + (r + r * r * sum);
  int32_t bits = ((int32_t)k + 127) << 23;
  float power;
  memcpy(&power, &bits, sizeof power);
  return x == x ? sum * power : x;
}

#endif
