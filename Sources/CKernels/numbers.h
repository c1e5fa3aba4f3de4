/* What several kernels need of numbers: exponentials, logarithms, random bits. All in + - * / and the bits of a double,
 * so that the bits are the same on every machine. */
#ifndef TRAINFARE_NUMBERS_H
#define TRAINFARE_NUMBERS_H

#include "dispatch.h"

#include <float.h>
#include <stdint.h>
#include <string.h>

/* Added to a double of moderate size it leaves the nearest integer in the low bits. */
static const double rounding = 0x1.8p52;

/* 2^k for an integer k in [−1022, 1023]. */
TF_INLINE double power_of_two(double k) {
  double shifted = k + (0x1p52 + 1023);
  uint64_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits <<= 52;
  double power;
  memcpy(&power, &bits, sizeof power);
  return power;
}

/* exp(r) − 1 for |r| ≤ ½·ln 2 by its series: what is left out is below 5e-18. */
TF_INLINE double growth(double r) {
  double sum = 1.0 / 6227020800;
  sum = sum * r + 1.0 / 479001600;
  sum = sum * r + 1.0 / 39916800;
  sum = sum * r + 1.0 / 3628800;
  sum = sum * r + 1.0 / 362880;
  sum = sum * r + 1.0 / 40320;
  sum = sum * r + 1.0 / 5040;
  sum = sum * r + 1.0 / 720;
  sum = sum * r + 1.0 / 120;
  sum = sum * r + 1.0 / 24;
  sum = sum * r + 1.0 / 6;
  sum = sum * r + 0.5;
  return r + r * r * sum;
}

/* x = k·ln 2 + r, |r| ≤ ½·ln 2, with ln 2 in two parts of which k times the first is exact (Cody and Waite, "Software
 * manual for the elementary functions", 1980). */
TF_INLINE double whole_doublings(double x) { return (x * 1.4426950408889634074 + rounding) - rounding; }
TF_INLINE double left_over(double x, double k) {
  return (x - k * 6.93147180369123816490e-1) - k * 1.90821492927058770002e-10;
}

/* exp(x); 0 where it is too small for a double, DBL_MAX where too large, NaN for NaN. */
TF_INLINE double exponential(double x) {
  double bounded = x < -746 ? -746 : x > 710 ? 710 : x;
  double k = whole_doublings(bounded), sum = 1 + growth(left_over(bounded, k));
  /* In two halves, since 2^k itself may be outside the range that the product is in. */
  double half = (0.5 * k + rounding) - rounding;
  double y = (sum * power_of_two(half)) * power_of_two(k - half);
  return x > 0x1.62e42fefa39efp+9 ? DBL_MAX : y;
}

/* 1 − exp(−x) for x ≥ 0, to its last places also where x is small: nothing cancels, as k is 0 there. */
TF_INLINE double decay(double x) {
  double bounded = TF_MAX(-x, -700.0), k = whole_doublings(bounded), power = power_of_two(k);
  return (1 - power) - power * growth(left_over(bounded, k));
}

/* ln of a normal number: of m in [√½, √2) by the series of 2·artanh((m − 1) / (m + 1)), 1e-16 absolute below 1. */
TF_INLINE double logarithm(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int exponent = (int)(bits >> 52) - 1023;
  bits = (bits & 0x000fffffffffffffu) | 0x3ff0000000000000u;
  double m;
  memcpy(&m, &bits, sizeof m);
  if (m > 1.4142135623730951) m *= 0.5, exponent++;
  double f = (m - 1) / (m + 1), s = f * f, sum = 0;
  for (int odd = 21; odd >= 1; odd -= 2) sum = sum * s + 1.0 / odd;
  return exponent * 0.69314718055994530942 + 2 * f * sum;
}

/* SplitMix64, whose nth state is a product: element n costs the same wherever it stands.
 * Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. */
static const uint64_t golden = 0x9e3779b97f4a7c15u;

TF_INLINE uint64_t mixed(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* Streams of a seed are stretches of one cycle of 2⁶⁴, each from a place of its own. */
TF_INLINE uint64_t stream_key(uint64_t seed, uint64_t stream) { return mixed(mixed(seed + golden) ^ stream); }

/* Uniform in (−½, ½): an odd multiple of 2⁻⁵³, exact, so neither end nor 0 can come and both signs are alike. */
TF_INLINE double centred(uint64_t key, uint64_t i) {
  uint64_t bits = (mixed(key + (i + 1) * golden) >> 12) | 0x3ff0000000000000u;
  double x;
  memcpy(&x, &bits, sizeof x);
  return (x - 1.5) + 0x1p-53;
}

#endif
