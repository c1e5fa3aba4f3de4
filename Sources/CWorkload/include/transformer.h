/* The training step of a small GPT-style transformer, in fp32: pre-norm blocks, learned positions, biases everywhere but
 * at the head, GELU of width `feed`, causal attention by head, bytes as tokens.
 * Source: Radford et al. 2019, "Language models are unsupervised multitask learners" (GPT-2).
 */
#ifndef TRAINFARE_TRANSFORMER_H
#define TRAINFARE_TRANSFORMER_H

#include <stddef.h>
#include <stdint.h>

#include "layers.h"

typedef struct {
  size_t layers;      /* L */
  size_t width;       /* C: a multiple of heads */
  size_t heads;       /* A */
  size_t feed;        /* F */
  size_t vocabulary;  /* V: at most 256 */
  size_t sequence;    /* S */
  size_t batch;       /* B; T = B·S tokens */
  int tied;           /* the head is the embedding */
} tw_shape;

/* Parameters, in this order: token[V][C], place[S][C]; per layer norm weight and bias [C] each, qkv[C][3C] and [3C],
 * projection[C][C] and [C], second norm [C] and [C], up[C][F] and [F], down[F][C] and [C]; last norm [C] and [C];
 * head[V][C] unless tied. Gradients and moments likewise. */
size_t tw_parameter_count(const tw_shape *shape);

/* Floats that a step needs besides: what the way forward keeps, and what the way back works in. */
size_t tw_activation_count(const tw_shape *shape);

/* Loss of predicting target[B][S] from id[B][S], and grads[parameters] of it. `work` is [tw_activation_count]. Products
 * run on OpenBLAS's threads, everything else on the caller's. */
double tw_loss_and_gradients(float *grads, float *work, const float *parameters, const uint8_t *id,
                             const uint8_t *target, const tw_shape *shape);

/* The same, then one step of AdamW on parameters, m and v: what is timed as a training step. */
double tw_train(float *parameters, float *m, float *v, float *grads, float *work, const uint8_t *id,
                const uint8_t *target, const tw_shape *shape, const tw_adamw_rule *rule);

/* Naive twin, kept for ever: the same in double, with loops for products. `work` is [tw_activation_count_naive] doubles. */
size_t tw_activation_count_naive(const tw_shape *shape);
double tw_loss_and_gradients_naive(double *grads, double *work, const double *parameters, const uint8_t *id,
                                   const uint8_t *target, const tw_shape *shape);
double tw_train_naive(double *parameters, double *m, double *v, double *grads, double *work, const uint8_t *id,
                      const uint8_t *target, const tw_shape *shape, const tw_adamw_rule *rule);

#endif
