/* Normal equations and elimination: what the kernels are held to. Deliberately shares no code with least_squares.c. */
#include "dispatch.h"

#include <float.h>
#include <math.h>

#include "include/calibration.h"

/* Entry (i, j) of the data and prior rows; column P is the residual. */
static double entry(const tf_least_squares *p, size_t i, size_t j) {
  size_t P = p->parameters;
  if (i >= p->rows) {
    i -= p->rows;
    return j < P ? p->prior_precision_root[i * P + j] : p->prior_residual[i];
  }
  double weight = p->sqrt_weight ? p->sqrt_weight[i] : 1;
  return weight * (j < P ? p->jacobian[i * P + j] : p->residual[i]);
}

static double product(const tf_least_squares *p, size_t a, size_t b) {
  double sum = 0;
  for (size_t i = 0; i < p->rows + p->priors; i++) sum += entry(p, i, a) * entry(p, i, b);
  return sum;
}

/* Turns a[P][P] · x = b[P][B] into x = b. A normal matrix needs no interchange of rows, and what is left of a diagonal
 * entry when its turn comes, as a share of it, is the squared sine between a column and those before it. */
static tf_status eliminate(double *a, double *b, const tf_least_squares *p, size_t B) {
  size_t P = p->parameters;
  double least = (double)(p->rows + p->priors + P) * DBL_EPSILON;
  for (size_t i = 0; i < P * P; i++)
    if (!isfinite(a[i])) return TF_NOT_FINITE;
  for (size_t i = 0; i < P * B; i++)
    if (!isfinite(b[i])) return TF_NOT_FINITE;
  for (size_t k = 0; k < P; k++) {
    double whole = a[k * P + k];
    for (size_t j = 0; j < k; j++) {
      double factor = a[k * P + j] / a[j * P + j];
      for (size_t c = j; c < P; c++) a[k * P + c] -= factor * a[j * P + c];
      for (size_t c = 0; c < B; c++) b[k * B + c] -= factor * b[j * B + c];
    }
    if (!(a[k * P + k] > least * whole)) return TF_SINGULAR;
  }
  for (size_t k = P; k-- > 0;)
    for (size_t c = 0; c < B; c++) {
      for (size_t j = k + 1; j < P; j++) b[k * B + c] -= a[k * P + j] * b[j * B + c];
      b[k * B + c] /= a[k * P + k];
      if (!isfinite(b[k * B + c])) return TF_NOT_FINITE;
    }
  return TF_SOLVED;
}

tf_status tf_damped_step_naive(double *step, double *workspace, const tf_least_squares *p, double damping,
                               double least_scale) {
  size_t P = p->parameters;
  for (size_t i = 0; i < P; i++) {
    for (size_t j = 0; j < P; j++) workspace[i * P + j] = product(p, i, j);
    double scale = fmax(sqrt(workspace[i * P + i]), least_scale);
    workspace[i * P + i] += damping * scale * scale;
    step[i] = -product(p, i, P);
  }
  return eliminate(workspace, step, p, 1);
}

tf_status tf_normal_covariance_naive(double *covariance, double *workspace, const tf_least_squares *p) {
  size_t P = p->parameters;
  for (size_t i = 0; i < P; i++)
    for (size_t j = 0; j < P; j++) {
      workspace[i * P + j] = product(p, i, j);
      covariance[i * P + j] = i == j;
    }
  return eliminate(workspace, covariance, p, P);
}
