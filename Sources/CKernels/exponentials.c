#include "dispatch.h"
#include "include/calibration.h"

#include <float.h>
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

/* x = k·ln 2 + r, |r| ≤ ½·ln 2, with ln 2 in two parts of which k times the first is exact (Cody and Waite, "Software
 * manual for the elementary functions", 1980). exp(r) by its series: what is left out is below 5e-18. */
TF_INLINE double exponential(double x) {
  double bounded = x < -746 ? -746 : x > 710 ? 710 : x;
  double k = (bounded * 1.4426950408889634074 + rounding) - rounding;
  double r = (bounded - k * 6.93147180369123816490e-1) - k * 1.90821492927058770002e-10;
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
  sum = 1 + (r + r * r * sum);
  /* In two halves, since 2^k itself may be outside the range that the product is in. */
  double half = (0.5 * k + rounding) - rounding;
  double y = (sum * power_of_two(half)) * power_of_two(k - half);
  return x > 0x1.62e42fefa39efp+9 ? DBL_MAX : y;
}

TF_INLINE void exponentials(double *restrict out, const double *restrict in, size_t count) {
#pragma clang loop vectorize(enable) interleave(disable)
  for (size_t i = 0; i < count; i++) out[i] = exponential(in[i]);
}

#if TF_X86
TF_TARGET_V3 static void exponentials_v3(double *restrict out, const double *restrict in, size_t count) {
  exponentials(out, in, count);
}
TF_TARGET_V4 static void exponentials_v4(double *restrict out, const double *restrict in, size_t count) {
  exponentials(out, in, count);
}
#endif

void tf_exponentials_at(tf_level level, double *out, const double *in, size_t count) {
  tf_level best = tf_best_level();
  if (level > best) level = best;
#if TF_X86
  switch (level) {
  case TF_AVX512: exponentials_v4(out, in, count); return;
  case TF_AVX2: exponentials_v3(out, in, count); return;
  case TF_BASE: break;
  }
#endif
  exponentials(out, in, count);
}

void tf_exponentials(double *out, const double *in, size_t count) {
  tf_exponentials_at(TF_AVX512, out, in, count);
}
