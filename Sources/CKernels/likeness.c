#include "dispatch.h"
#include "include/likeness.h"
#include "numbers.h"

#include <string.h>

#include "../COpenBLAS/shim.h"

/* Row by row: one run against all others, a vector of them at a time. */
TF_INLINE void likeness_of(double *restrict out, const double *restrict a, size_t n, const double *restrict b, size_t m,
                           const double *restrict weight, size_t ordered, size_t features) {
  for (size_t i = 0; i < n; i++) {
    double *restrict row = out + i * m;
    for (size_t j = 0; j < m; j++) row[j] = 0;
    for (size_t f = 0; f < features; f++) {
      const double x = a[i * features + f], w = -0.5 * weight[f];
      const double *restrict column = b + f * m;
      if (f < ordered) {
#pragma clang loop vectorize(enable) interleave(disable)
        for (size_t j = 0; j < m; j++) row[j] += w * (column[j] - x) * (column[j] - x);
      } else {
#pragma clang loop vectorize(enable) interleave(disable)
        for (size_t j = 0; j < m; j++) row[j] += column[j] == x ? 0.0 : w;
      }
    }
#pragma clang loop vectorize(enable) interleave(disable)
    for (size_t j = 0; j < m; j++) row[j] = exponential(row[j]);
  }
}

#if TF_X86
TF_TARGET_V3 static void likeness_v3(double *out, const double *a, size_t n, const double *b, size_t m,
                                     const double *weight, size_t ordered, size_t features) {
  likeness_of(out, a, n, b, m, weight, ordered, features);
}
TF_TARGET_V4 static void likeness_v4(double *out, const double *a, size_t n, const double *b, size_t m,
                                     const double *weight, size_t ordered, size_t features) {
  likeness_of(out, a, n, b, m, weight, ordered, features);
}
#endif

void tf_likeness_at(tf_level level, double *likeness, const double *a, size_t n, const double *b, size_t m,
                    const double *weight, size_t ordered, size_t features) {
  tf_level best = tf_best_level();
  if (level > best) level = best;
#if TF_X86
  switch (level) {
  case TF_AVX512: likeness_v4(likeness, a, n, b, m, weight, ordered, features); return;
  case TF_AVX2: likeness_v3(likeness, a, n, b, m, weight, ordered, features); return;
  case TF_BASE: break;
  }
#endif
  likeness_of(likeness, a, n, b, m, weight, ordered, features);
}

void tf_likeness(double *likeness, const double *a, size_t n, const double *b, size_t m, const double *weight,
                 size_t ordered, size_t features) {
  tf_likeness_at(TF_AVX512, likeness, a, n, b, m, weight, ordered, features);
}

/* x = L⁻¹·x */
static void forwards(double *x, const double *lower, size_t n) {
  cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, (int)n, lower, (int)n, x, 1);
}

double tf_marginal(double *scratch, const double *lower, const double *values, size_t n) {
  if (n == 0) return 0;
  memcpy(scratch, values, n * sizeof(double));
  forwards(scratch, lower, n);
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += 0.5 * scratch[i] * scratch[i] + logarithm(lower[i * n + i]) + 0.91893853320467274178; /* ½ ln 2π */
  return sum;
}

void tf_conditional(double *mean, double *known, double *across, size_t q, double *scratch, const double *lower,
                    const double *values, size_t n) {
  for (size_t k = 0; k < q; k++) mean[k] = known[k] = 0;
  if (n == 0 || q == 0) return;
  memcpy(scratch, values, n * sizeof(double));
  forwards(scratch, lower, n);
  /* Rows of `across` become rows of across·L⁻ᵀ. */
  cblas_dtrsm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, (int)q, (int)n, 1.0, lower, (int)n, across,
              (int)n);
  for (size_t k = 0; k < q; k++) {
    const double *row = across + k * n;
    double sum = 0, square = 0;
    for (size_t i = 0; i < n; i++) {
      sum += row[i] * scratch[i];
      square += row[i] * row[i];
    }
    mean[k] = sum;
    known[k] = square;
  }
}
