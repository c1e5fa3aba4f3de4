/* The definitions, one element at a time: what correlated.c is held to. */
#include "dispatch.h"

#include <math.h>

#include "include/calibration.h"

size_t tf_cholesky_naive(double *lower, const double *matrix, size_t parameters) {
  size_t P = parameters;
  for (size_t i = 0; i < P; i++)
    for (size_t j = 0; j < P; j++) {
      double left = j <= i ? matrix[i * P + j] : 0;
      for (size_t k = 0; k < j && j <= i; k++) left -= lower[i * P + k] * lower[j * P + k];
      if (j == i && !(left > 0 && isfinite(left))) return i;
      lower[i * P + j] = j < i ? left / lower[j * P + j] : sqrt(left);
    }
  return P;
}

void tf_correlated_naive(double *samples, const double *normals, const double *lower, size_t sample_count,
                         size_t parameters) {
  size_t P = parameters;
  for (size_t n = 0; n < sample_count; n++)
    /* From the last parameter to the first, so that no normal is overwritten before its last use. */
    for (size_t i = P; i-- > 0;) {
      double sum = 0;
      for (size_t j = 0; j <= i; j++) sum += normals[n * P + j] * lower[i * P + j];
      samples[n * P + i] = sum;
    }
}
