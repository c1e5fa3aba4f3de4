#include "dispatch.h"
#include "include/calibration.h"

#include <float.h>
#include <string.h>

#include "../COpenBLAS/shim.h"

size_t tf_cholesky(double *lower, const double *matrix, size_t parameters) {
  size_t P = parameters;
  if (P == 0) return 0;
  for (size_t i = 0; i < P; i++)
    for (size_t j = 0; j < P; j++) lower[i * P + j] = j <= i ? matrix[i * P + j] : 0;
  /* A lower triangle by rows is an upper one by columns, and LᵀL of the one is LLᵀ of the other. */
  int size = (int)P, info = 0;
  dpotrf_("U", &size, lower, &size, &info, 1);
  size_t sound = info > 0 ? (size_t)info - 1 : P;
  /* Not every dpotrf stops at what is not a number. */
  for (size_t i = 0; i < sound; i++)
    if (!(lower[i * P + i] > 0 && lower[i * P + i] <= DBL_MAX)) return i;
  return sound;
}

void tf_correlated(double *samples, const double *normals, const double *lower, size_t sample_count,
                   size_t parameters) {
  if (sample_count == 0 || parameters == 0) return;
  if (samples != normals) memcpy(samples, normals, sample_count * parameters * sizeof(double));
  cblas_dtrmm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, (int)sample_count, (int)parameters, 1.0,
              lower, (int)parameters, samples, (int)parameters);
}
