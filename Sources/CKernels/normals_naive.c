/* The definition: z with Φ(z) = ½ + q, solved with the C library's erf, so that no coefficient of normals.c is taken on
 * trust. The random bits come from the generator walked state by state. */
#include "dispatch.h"

#include <math.h>

#include "include/calibration.h"

static uint64_t next(uint64_t *state) {
  *state += 0x9e3779b97f4a7c15u;
  uint64_t z = *state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* Newton's iteration from 0: Φ bends down there, so each step falls short of the root and none passes it. */
static double deviate(double q) {
  double z = 0;
  for (int i = 0; i < 80; i++) {
    double missing = q < 0.25 ? q - erf(z * M_SQRT1_2) / 2 : erfc(z * M_SQRT1_2) / 2 - (0.5 - q);
    z += missing * sqrt(2 * M_PI) * exp(z * z / 2);
  }
  return z;
}

double tf_normal_quantile_naive(double probability) {
  return probability < 0.5 ? -deviate(0.5 - probability) : deviate(probability - 0.5);
}

void tf_standard_normals_naive(double *out, size_t count, uint64_t seed, uint64_t stream) {
  uint64_t first = seed, state = next(&first) ^ stream;
  state -= 0x9e3779b97f4a7c15u;
  state = next(&state);
  for (size_t i = 0; i < count; i++) {
    double q = ((double)(next(&state) >> 12) + 0.5) * 0x1p-52 - 0.5;
    out[i] = q < 0 ? -deviate(-q) : deviate(q);
  }
}
