#include "include/likeness.h"

#include <math.h>

void tf_likeness_naive(double *likeness, const double *a, size_t n, const double *b, size_t m, const double *weight,
                       size_t ordered, size_t features) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < m; j++) {
      double sum = 0;
      for (size_t f = 0; f < features; f++) {
        double d = a[i * features + f] - b[f * m + j];
        if (f >= ordered) d = d != 0 ? 1 : 0;
        sum += weight[f] * d * d;
      }
      likeness[i * m + j] = exp(-sum / 2);
    }
}

static void solve(double *x, const double *lower, size_t n) {
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < i; j++) x[i] -= lower[i * n + j] * x[j];
    x[i] /= lower[i * n + i];
  }
}

double tf_marginal_naive(double *scratch, const double *lower, const double *values, size_t n) {
  double quadratic = 0, determinant = 0;
  for (size_t i = 0; i < n; i++) scratch[i] = values[i];
  solve(scratch, lower, n);
  for (size_t i = 0; i < n; i++) {
    quadratic += scratch[i] * scratch[i];
    determinant += 2 * log(lower[i * n + i]);
  }
  return quadratic / 2 + determinant / 2 + (double)n / 2 * log(2 * 3.14159265358979323846);
}

void tf_conditional_naive(double *mean, double *known, double *across, size_t q, double *scratch, const double *lower,
                          const double *values, size_t n) {
  for (size_t i = 0; i < n; i++) scratch[i] = values[i];
  solve(scratch, lower, n);
  for (size_t k = 0; k < q; k++) {
    solve(across + k * n, lower, n);
    mean[k] = known[k] = 0;
    for (size_t i = 0; i < n; i++) {
      mean[k] += across[k * n + i] * scratch[i];
      known[k] += across[k * n + i] * across[k * n + i];
    }
  }
}
