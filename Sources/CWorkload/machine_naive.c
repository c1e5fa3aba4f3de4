/* The definitions, one element at a time: what machine.c and streams.c are held to. */
#include "../CKernels/dispatch.h"

#include "include/machine.h"

void tw_multiply_naive(float *c, const float *a, const float *b, float beta, const tw_product *p) {
  for (int i = 0; i < p->m; i++)
    for (int j = 0; j < p->n; j++) {
      float sum = 0;
      for (int l = 0; l < p->k; l++)
        sum += (p->turned_a ? a[l * p->lda + i] : a[i * p->lda + l]) *
               (p->turned_b ? b[j * p->ldb + l] : b[l * p->ldb + j]);
      c[i * p->ldc + j] = sum + (beta != 0 ? beta * c[i * p->ldc + j] : 0);
    }
}

void tw_multiply_double_naive(double *c, const double *a, const double *b, double beta, const tw_product *p) {
  for (int i = 0; i < p->m; i++)
    for (int j = 0; j < p->n; j++) {
      double sum = 0;
      for (int l = 0; l < p->k; l++)
        sum += (p->turned_a ? a[l * p->lda + i] : a[i * p->lda + l]) *
               (p->turned_b ? b[j * p->ldb + l] : b[l * p->ldb + j]);
      c[i * p->ldc + j] = sum + (beta != 0 ? beta * c[i * p->ldc + j] : 0);
    }
}

void tw_copy_naive(float *to, const float *from, size_t count) {
  for (size_t i = 0; i < count; i++) to[i] = from[i];
}

void tw_triad_naive(float *to, const float *x, const float *y, float scale, size_t count) {
  for (size_t i = 0; i < count; i++) to[i] = x[i] + scale * y[i];
}
