/* Operator times (docs/Model.md, "Time of an operator") and their sum into step components ("The step"). */
#ifndef TRAINFARE_OPERATORS_H
#define TRAINFARE_OPERATORS_H

#include <stddef.h>
#include <stdint.h>

#include "levels.h"

enum {
  TF_KIND_GEMM = 0,      /* batch × [m,k]·[k,n] on the matrix units */
  TF_KIND_BATCHED,       /* the same for the many small products of unfused attention, in the attention's type */
  TF_KIND_MISALIGNED,    /* and where rows are not whole 16-byte lines: the fast path of the units is closed */
  TF_KIND_ATTENTION_FORWARD,   /* k is the length attended to */
  TF_KIND_ATTENTION_BACKWARD,
  TF_KIND_ELEMENTWISE,   /* bound by memory: the kinds differ by the fraction of bandwidth they reach */
  TF_KIND_NORMALIZATION,
  TF_KIND_SOFTMAX,
  TF_KIND_SOFTMAX_PASSES, /* what a softmax without its fused kernel reads and writes besides */
  TF_KIND_CAST,          /* to a narrower type, with the scaling that goes with it */
  TF_KIND_GROUPED,       /* one product a group of rows, each with a matrix of its own: experts */
  TF_KIND_WIDE,          /* as GEMM and GROUPED, in the attention's type: kept in 16 bits beside narrower ones */
  TF_KIND_WIDE_GROUPED,
  TF_KIND_SCAN,          /* the chunks of state-space layers and of linear attention, in kernels of their own */
  TF_KIND_FIXED,         /* its time is given: a collective */
  TF_KINDS
};

/* Work of O operators in B cases; every pointer but `kind` is [O][B]. A case is one block shape on one chip
 * under one sample of the efficiency parameters. An operator absent from a case has zero flops and bytes. */
typedef struct {
  size_t operators, cases;
  const uint8_t *kind;  /* [O] */
  const double *m, *n, *k, *batch;
  const double *flops;
  const double *bytes;
  const double *fixed;  /* seconds; read for TF_KIND_FIXED only */
} tf_operators;

/* What each case's device offers; every pointer is [B]. */
typedef struct {
  const double *matrix_rate;     /* attainable FLOP/s in the GEMM's type */
  const double *attention_rate;  /* attainable FLOP/s in the attention's type */
  const double *memory_rate;     /* bytes/s */
  const double *tile_rows, *tile_columns, *units;
  const double *gemm_fraction, *depth_half;
  const double *wide_fraction;   /* of the attention's rate, for single large products in its type */
  const double *batched, *misaligned;  /* fractions of the attention rate for batched products, and of that */
  const double *tile_loss;       /* share of the tile and wave loss that is really paid */
  const double *attention_forward, *attention_backward, *attention_half;
  const double *elementwise, *normalization, *softmax, *softmax_passes, *cast;
  const double *grouped;         /* fraction of the rate of one product that grouped ones reach */
  const double *scan;            /* fraction of the roofline that kernels of state-space layers reach */
  const double *launch;          /* seconds per operator */
} tf_devices;

/* times[O][B] = launch + max(flops / (rate · η), bytes / (memory rate · β)), 0 for absent operators. */
void tf_operator_times(double *times, const tf_operators *work, const tf_devices *devices);

/* The same at a level that this machine has; a higher one is lowered to its best. */
void tf_operator_times_at(tf_level level, double *times, const tf_operators *work, const tf_devices *devices);

/* components[C][B] = incidence[C][O] · times[O][B], by DGEMM.
 *
 * A case's components are the same bits alone and among any others, wherever it stands: every product has the same
 * fixed number of columns, filled up with zeros. They need not be the same bits on another machine, whose BLAS may sum
 * in another order. */
void tf_compose(double *components, const double *incidence, const double *times,
                size_t component_count, size_t operators, size_t cases);

/* Index of the first value that is not finite or is negative; `count` when all are sound. */
size_t tf_first_unsound(const double *values, size_t count);

/* Naive twins, kept for ever: the definitions above written once per element, without vectors or BLAS. */
/* compute[O][B], memory[O][B]: the two sides of each roofline in seconds, of which the twin takes the larger. */
void tf_operator_sides(double *compute, double *memory, const tf_operators *work, const tf_devices *devices);
void tf_operator_times_naive(double *times, const tf_operators *work, const tf_devices *devices);
void tf_compose_naive(double *components, const double *incidence, const double *times,
                      size_t component_count, size_t operators, size_t cases);

#endif
