/* OpenBLAS as one module: CBLAS from its own header, LAPACK by its Fortran symbols, which are inside the library. */
#ifndef TRAINFARE_OPENBLAS_H
#define TRAINFARE_OPENBLAS_H

#include <cblas.h>
#include <openblas_config.h>
#include <stddef.h>

/* Arrays are column-major, everything goes by address, and the length of each string comes last. */

/* a[m][n] = Q·R by blocks of nb columns: R in the upper triangle, Q as reflectors below it and in t[ldt][n]. */
void dgeqrt_(const int *m, const int *n, const int *nb, double *a, const int *lda, double *t, const int *ldt,
             double *work, int *info);

/* The Cholesky factor of a, in the place of its triangle `uplo`. */
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t uplo_length);

/* The inverse of the matrix whose Cholesky factor is the triangle `uplo` of a, in the place of that triangle. */
void dpotri_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t uplo_length);

#endif
