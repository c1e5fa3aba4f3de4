#include "dispatch.h"
#include "include/calibration.h"

#include <float.h>

#include "../COpenBLAS/shim.h"

/* Columns that dgeqrt factors at once: of 16, 32, 64 and all, the fastest at 1,740 × 121. */
enum { BLOCK = 32 };

/* The caller's workspace: rows of data, prior and damping, column-major, the right-hand side last. */
typedef struct {
  size_t height, width, parameters;
  double *stacked;  /* [height][width] */
  double *length;   /* [P]: of each column before it was scaled to 1 */
  double *blocks, *scratch;
} frame;

static frame framed(double *workspace, size_t height, size_t width, size_t parameters) {
  frame f = {.height = height, .width = width, .parameters = parameters, .stacked = workspace};
  f.length = f.stacked + height * width;
  f.blocks = f.length + parameters;
  f.scratch = f.blocks + BLOCK * width;
  return f;
}

size_t tf_damped_step_workspace(size_t rows, size_t priors, size_t parameters) {
  size_t width = parameters + 1;
  return (rows + priors + parameters) * width + parameters + 2 * BLOCK * width;
}

static int is_finite(double x) { return -DBL_MAX <= x && x <= DBL_MAX; }

static void transpose(double *to, size_t height, const double *from, const double *weight, size_t rows,
                      size_t columns) {
  for (size_t i = 0; i < rows; i++) {
    double w = weight ? weight[i] : 1;
    for (size_t j = 0; j < columns; j++) to[j * height + i] = w * from[i * columns + j];
  }
}

static double square_length(const double *column, size_t height) {
  /* Eight sums at once, always the same eight: it vectorizes without leave to reorder. */
  double part[8] = {0};
  size_t whole = height - height % 8;
  for (size_t i = 0; i < whole; i += 8)
    for (size_t k = 0; k < 8; k++) part[k] += column[i + k] * column[i + k];
  for (size_t i = whole; i < height; i++) part[i - whole] += column[i] * column[i];
  return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
}

/* Scales column j to length 1, so that the factor's diagonal tells rank whatever the units of the parameters. */
static tf_status scale(const frame *f, size_t j, double damping, double least_scale) {
  double *column = f->stacked + j * f->height;
  double length = __builtin_sqrt(square_length(column, f->height));
  if (damping != 0) {
    double damped = __builtin_sqrt(damping) * TF_MAX(length, least_scale);
    column[f->height - f->parameters + j] = damped;
    length = __builtin_sqrt(length * length + damped * damped);
  }
  f->length[j] = length;
  if (length == 0) return TF_SINGULAR;
  if (!is_finite(length)) return TF_NOT_FINITE;
  for (size_t i = 0; i < f->height; i++) column[i] /= length;
  return TF_SOLVED;
}

/* Leaves the triangular factor of the first P columns in the upper triangle of the stack. */
static tf_status factor(const frame *f) {
  int height = (int)f->height, width = (int)f->width, info = 0;
  int block = TF_MIN(TF_MIN(height, width), BLOCK);
  dgeqrt_(&height, &width, &block, f->stacked, &height, f->blocks, &block, f->scratch, &info);
  if (info != 0) return TF_NOT_FINITE;
  double least = (double)f->height * DBL_EPSILON;
  for (size_t j = 0; j < f->parameters; j++) {
    double diagonal = f->stacked[j * f->height + j];
    if (!is_finite(diagonal)) return TF_NOT_FINITE;
    if (-least <= diagonal && diagonal <= least) return TF_SINGULAR;
  }
  return TF_SOLVED;
}

tf_status tf_damped_step(double *step, double *workspace, const tf_least_squares *p, double damping,
                         double least_scale) {
  size_t P = p->parameters, data = p->rows + p->priors;
  if (P == 0) return TF_SOLVED;
  frame f = framed(workspace, data + P, P + 1, P);
  transpose(f.stacked, f.height, p->jacobian, p->sqrt_weight, p->rows, P);
  transpose(f.stacked + p->rows, f.height, p->prior_precision_root, NULL, p->priors, P);
  double *right = f.stacked + P * f.height;
  transpose(right, f.height, p->residual, p->sqrt_weight, p->rows, 1);
  transpose(right + p->rows, f.height, p->prior_residual, NULL, p->priors, 1);
  for (size_t j = 0; j <= P; j++)
    for (size_t i = data; i < f.height; i++) f.stacked[j * f.height + i] = 0;

  if (!is_finite(square_length(right, data))) return TF_NOT_FINITE;
  for (size_t j = 0; j < P; j++) {
    tf_status status = scale(&f, j, damping, least_scale);
    if (status != TF_SOLVED) return status;
  }
  /* The factor's last column is the right-hand side turned by Qᵀ. */
  tf_status status = factor(&f);
  if (status != TF_SOLVED) return status;
  cblas_dtrsv(CblasColMajor, CblasUpper, CblasNoTrans, CblasNonUnit, (int)P, f.stacked, (int)f.height, right, 1);
  for (size_t j = 0; j < P; j++) {
    step[j] = -right[j] / f.length[j];
    if (!is_finite(step[j])) return TF_NOT_FINITE;
  }
  return TF_SOLVED;
}

tf_status tf_normal_covariance(double *covariance, double *workspace, const tf_least_squares *p) {
  size_t P = p->parameters;
  if (P == 0) return TF_SOLVED;
  frame f = framed(workspace, p->rows + p->priors, P, P);
  if (f.height < P) return TF_SINGULAR;
  transpose(f.stacked, f.height, p->jacobian, p->sqrt_weight, p->rows, P);
  transpose(f.stacked + p->rows, f.height, p->prior_precision_root, NULL, p->priors, P);
  for (size_t j = 0; j < P; j++) {
    tf_status status = scale(&f, j, 0, 0);
    if (status != TF_SOLVED) return status;
  }
  tf_status status = factor(&f);
  if (status != TF_SOLVED) return status;
  /* RᵀR is the normal matrix: R is its Cholesky factor but for the signs of rows, which the inverse does not see. */
  int size = (int)P, height = (int)f.height, info = 0;
  dpotri_("U", &size, f.stacked, &height, &info, 1);
  if (info != 0) return TF_SINGULAR;
  for (size_t j = 0; j < P; j++)
    for (size_t i = 0; i <= j; i++) {
      double value = f.stacked[j * f.height + i] / f.length[i] / f.length[j];
      if (!is_finite(value)) return TF_NOT_FINITE;
      covariance[i * P + j] = covariance[j * P + i] = value;
    }
  return TF_SOLVED;
}
