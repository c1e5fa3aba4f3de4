/* Time, OpenBLAS and memory of this machine. */
#ifndef TRAINFARE_MACHINE_H
#define TRAINFARE_MACHINE_H

#include <stddef.h>

/* Seconds since some moment, by a clock that never jumps. */
double tw_now(void);

/* Seconds that a processor has worked for the calling thread. */
double tw_worked(void);

/* Times that the system took a processor away from this process (all of its threads) for another. */
double tw_preemptions(void);

/* Seconds that threads of this process could have worked but waited for a processor, all together. A thread that is woken
 * and finds none counts here and not above. 0 where the system does not tell (it is Linux that does). */
double tw_waited(void);

/* As OpenBLAS says them: version and build, and the kernels it chose for this processor. */
const char *tw_blas_build(void);
const char *tw_blas_core(void);

/* Whether this OpenBLAS multiplies bf16: its distributor decided that. */
int tw_has_bf16(void);

/* Threads of all products from here on; what it was set to can be asked. */
void tw_set_threads(int threads);
int tw_threads(void);

/* c[m][n] = op(a)·op(b) + beta·c, op a transposition where `turned`. Rows are lda, ldb, ldc elements apart. */
typedef struct {
  int m, n, k;
  int turned_a, turned_b;
  int lda, ldb, ldc;
} tw_product;

void tw_multiply(float *c, const float *a, const float *b, float beta, const tw_product *product);
void tw_multiply_double(double *c, const double *a, const double *b, double beta, const tw_product *product);
/* Operands are bf16 bits. 0, and nothing done, where OpenBLAS lacks it. */
int tw_multiply_bf16(float *c, const unsigned short *a, const unsigned short *b, float beta, const tw_product *product);

/* to[count] = from[count]: 8 bytes moved per element. Safe on disjoint outputs from many threads. */
void tw_copy(float *to, const float *from, size_t count);
/* to[count] = x[count] + scale·y[count]: 12 bytes moved per element. Safe likewise. */
void tw_triad(float *to, const float *x, const float *y, float scale, size_t count);

/* Naive twins, kept for ever: three loops; an element at a time. */
void tw_multiply_naive(float *c, const float *a, const float *b, float beta, const tw_product *product);
void tw_multiply_double_naive(double *c, const double *a, const double *b, double beta, const tw_product *product);
void tw_copy_naive(float *to, const float *from, size_t count);
void tw_triad_naive(float *to, const float *x, const float *y, float scale, size_t count);

#endif
