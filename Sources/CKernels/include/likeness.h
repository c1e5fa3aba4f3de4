/* A Gaussian process over what makes two training runs alike (Rasmussen and Williams, Gaussian Processes for Machine
 * Learning, MIT Press 2006, chapters 2, 4 and 5). */
#ifndef TRAINFARE_LIKENESS_H
#define TRAINFARE_LIKENESS_H

#include <stddef.h>

#include "levels.h"

/* likeness[n][m] = exp(−½ Σ_f w_f · d_f²) between rows of `a` and columns of `b`. d is the difference of a feature; of
 * those from number `ordered` on, which have no order, it is 1 where they differ.
 *
 * a [n][features], b [features][m], weight [features]: one over the square of each feature's length. */
void tf_likeness(double *likeness, const double *a, size_t n, const double *b, size_t m, const double *weight,
                 size_t ordered, size_t features);

/* Minus the logarithm of the likelihood of values[n], which have mean 0 and the covariance lower[n][n]·lowerᵀ
 * (equation 5.8). `scratch` holds n doubles. */
double tf_marginal(double *scratch, const double *lower, const double *values, size_t n);

/* What values[n], of covariance lower·lowerᵀ, say of q others: mean[q], and by how much they lower its variance, known[q]
 * (equations 2.25 and 2.26). across[q][n]: covariance of the others with the values; overwritten. scratch: n doubles. */
void tf_conditional(double *mean, double *known, double *across, size_t q, double *scratch, const double *lower,
                    const double *values, size_t n);

void tf_likeness_at(tf_level level, double *likeness, const double *a, size_t n, const double *b, size_t m,
                    const double *weight, size_t ordered, size_t features);

/* Naive twins: loops as the formulas are written, substitution by hand. */
void tf_likeness_naive(double *likeness, const double *a, size_t n, const double *b, size_t m, const double *weight,
                       size_t ordered, size_t features);
double tf_marginal_naive(double *scratch, const double *lower, const double *values, size_t n);
void tf_conditional_naive(double *mean, double *known, double *across, size_t q, double *scratch, const double *lower,
                          const double *values, size_t n);

#endif
