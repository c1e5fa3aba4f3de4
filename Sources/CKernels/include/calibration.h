/* Least squares for calibration; draws for the intervals that it leaves. */
#ifndef TRAINFARE_CALIBRATION_H
#define TRAINFARE_CALIBRATION_H

#include <stddef.h>
#include <stdint.h>

#include "levels.h"

/* Whether there is a solution. Where there is none the output holds nothing of use. */
typedef enum {
  TF_SOLVED = 0,
  TF_SINGULAR,   /* to rounding, the data and the prior leave some combination of parameters open */
  TF_NOT_FINITE  /* an input or the solution is not a number or beyond the range of one */
} tf_status;

/* R residuals and K statements of prior belief about P parameters, linear near the present point: a change d of the
 * parameters makes the sum of squares ‖W·(J·d + r)‖² + ‖R0·d + r0‖². Entries whose squares leave the range of a double
 * count as 0 or as not finite. Dimensions fit an int. */
typedef struct {
  size_t rows, priors, parameters;
  const double *jacobian;              /* J  [R][P] */
  const double *residual;              /* r  [R] */
  const double *sqrt_weight;           /* W  [R], its diagonal; NULL: all 1 */
  const double *prior_precision_root;  /* R0 [K][P] */
  const double *prior_residual;        /* r0 [K] */
} tf_least_squares;

/* Doubles of workspace that the two functions below need for R rows, K priors and P parameters. */
size_t tf_damped_step_workspace(size_t rows, size_t priors, size_t parameters);

/* step[P] = argmin over d of the sum of squares + damping · ‖D·d‖², by QR of the stacked rows. D is diagonal: the
 * length of each parameter's column over data and prior, so that rescaling a parameter rescales its step and nothing
 * else; but at least `least_scale`, for columns of zeros. Source: Marquardt, J. SIAM 11 (1963) 431–441; Moré, Lecture
 * Notes in Mathematics 630 (1978) 105–116. */
tf_status tf_damped_step(double *step, double *workspace, const tf_least_squares *problem, double damping,
                         double least_scale);

/* covariance[P][P] = (Jᵀ·W²·J + R0ᵀ·R0)⁻¹, by QR, symmetric to the bit. Reads neither residual. */
tf_status tf_normal_covariance(double *covariance, double *workspace, const tf_least_squares *problem);

/* lower[P][P] · lowerᵀ = matrix[P][P], with zeros above the diagonal. Reads the lower triangle of `matrix`. Returns the
 * index of the first pivot that is not positive and finite, so of a matrix that has no factor; P when all are. */
size_t tf_cholesky(double *lower, const double *matrix, size_t parameters);

/* samples[N][P] = normals[N][P] · lowerᵀ: draws whose covariance is lower[P][P] · lowerᵀ when the normals are standard.
 * Reads the lower triangle of `lower`. `samples` may be `normals`. */
void tf_correlated(double *samples, const double *normals, const double *lower, size_t sample_count,
                   size_t parameters);

/* out[count]: standard normals, element i a function of (seed, stream, i) alone: a parameter that keeps its stream
 * keeps its draws, whatever is drawn beside it. To 1e-15 relative, at most 8.21 in size, the same bits everywhere. */
void tf_standard_normals(double *out, size_t count, uint64_t seed, uint64_t stream);

/* The normal deviate that a standard normal is below with this probability, which is above 0 and below 1. 0 at one half, the same
 * bits everywhere. */
double tf_normal_quantile(double probability);

/* out[count] = exp(in[count]) within 2 units in the last place; 0 where it is too small for a double, DBL_MAX where too
 * large, NaN for NaN. */
void tf_exponentials(double *out, const double *in, size_t count);

/* From here on BLAS and LAPACK keep to the thread that calls them: sums have one order whatever the machine's cores, and
 * several threads can each solve a problem of their own. */
void tf_keep_to_caller(void);

/* The same at a level that this machine has; a higher one is lowered to its best. */
void tf_standard_normals_at(tf_level level, double *out, size_t count, uint64_t seed, uint64_t stream);
void tf_exponentials_at(tf_level level, double *out, const double *in, size_t count);

/* Naive twins, kept for ever: normal equations and elimination, sums written out, the inverse of erf by Newton's
 * iteration, the C library's exp. Normal equations square the condition number: they find a problem singular sooner. */
tf_status tf_damped_step_naive(double *step, double *workspace, const tf_least_squares *problem, double damping,
                               double least_scale);
tf_status tf_normal_covariance_naive(double *covariance, double *workspace, const tf_least_squares *problem);
size_t tf_cholesky_naive(double *lower, const double *matrix, size_t parameters);
void tf_correlated_naive(double *samples, const double *normals, const double *lower, size_t sample_count,
                         size_t parameters);
void tf_standard_normals_naive(double *out, size_t count, uint64_t seed, uint64_t stream);
double tf_normal_quantile_naive(double probability);
void tf_exponentials_naive(double *out, const double *in, size_t count);

#endif
