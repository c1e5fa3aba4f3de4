/* What a transformer does between its matrix products, in fp32: one pass over memory each, in the calling thread.
 *
 * T rows (tokens) of C elements; an argument named `d…` is the gradient of what it is named after.
 */
#ifndef TRAINFARE_LAYERS_H
#define TRAINFARE_LAYERS_H

#include <stddef.h>
#include <stdint.h>

/* x[T][C] = token[id[t]] + place[t mod sequence] of token[V][C], place[sequence][C]. */
void tw_embed(float *x, const float *token, const float *place, const uint8_t *id, size_t rows, size_t width,
              size_t sequence);
/* dtoken[V][C] and dplace[sequence][C] += dx[T][C] where they were looked up. */
void tw_embed_back(float *dtoken, float *dplace, const float *dx, const uint8_t *id, size_t rows, size_t width,
                   size_t sequence);

/* y[T][C] = (x − mean)·rstd·weight + bias, mean[T] and rstd[T] = 1/√(variance + 1e-5) kept for the way back.
 * Source: Ba, Kiros, Hinton 2016, arXiv:1607.06450. */
void tw_normalize(float *y, float *mean, float *rstd, const float *x, const float *weight, const float *bias,
                  size_t rows, size_t width);
/* dx[T][C] += its share; dweight[C], dbias[C] += sums over rows. */
void tw_normalize_back(float *dx, float *dweight, float *dbias, const float *dy, const float *x, const float *mean,
                       const float *rstd, const float *weight, size_t rows, size_t width);

/* y[T][C] = x + bias[C] in each row; x NULL: y = bias. What a product is then added to. */
void tw_add_bias(float *y, const float *x, const float *bias, size_t rows, size_t width);
/* dbias[C] = sum over rows of dy[T][C]. */
void tw_bias_back(float *dbias, const float *dy, size_t rows, size_t width);

/* y[count] = x/(1 + exp(−2u)), u = √(2/π)(x + 0.044715x³): GELU by tanh (Hendrycks, Gimpel 2016, arXiv:1606.08415). */
void tw_gelu(float *y, const float *x, size_t count);
/* dx[count] = dy·gelu′(x); dx may be dy. */
void tw_gelu_back(float *dx, const float *dy, const float *x, size_t count);

/* p[S][S], in place: row i becomes softmax(scale·p[i][0…i]), zeros behind it: a token sees none after it. */
void tw_softmax(float *p, size_t sequence, float scale);
/* dp[S][S], in place: gradient of the scores, zeros behind the diagonal. */
void tw_softmax_back(float *dp, const float *p, size_t sequence, float scale);

/* Returns the mean over T rows of −log softmax(logits[t])[target[t]]; logits[T][V] become the gradient of that mean.
 * The loss is a sum of floats in double. */
double tw_cross_entropy(float *logits, const uint8_t *target, size_t rows, size_t vocabulary);

/* One step of AdamW (Loshchilov, Hutter 2017, arXiv:1711.05101), number `step` ≥ 1, with rates as written in it:
 * m ← β1·m + (1−β1)·g; v ← β2·v + (1−β2)·g²; w ← w − rate·(m̂/(√v̂ + ε) + decay·w). All [count]. */
typedef struct {
  float rate, beta1, beta2, epsilon, decay;
  int step;
} tw_adamw_rule;
void tw_adamw(float *w, float *m, float *v, const float *g, size_t count, const tw_adamw_rule *rule);

/* Naive twins, kept for ever: the definitions in double, one element at a time. */
void tw_embed_naive(double *x, const double *token, const double *place, const uint8_t *id, size_t rows, size_t width,
                    size_t sequence);
void tw_embed_back_naive(double *dtoken, double *dplace, const double *dx, const uint8_t *id, size_t rows,
                         size_t width, size_t sequence);
void tw_normalize_naive(double *y, double *mean, double *rstd, const double *x, const double *weight,
                        const double *bias, size_t rows, size_t width);
void tw_normalize_back_naive(double *dx, double *dweight, double *dbias, const double *dy, const double *x,
                             const double *mean, const double *rstd, const double *weight, size_t rows, size_t width);
void tw_add_bias_naive(double *y, const double *x, const double *bias, size_t rows, size_t width);
void tw_bias_back_naive(double *dbias, const double *dy, size_t rows, size_t width);
void tw_gelu_naive(double *y, const double *x, size_t count);
void tw_gelu_back_naive(double *dx, const double *dy, const double *x, size_t count);
void tw_softmax_naive(double *p, size_t sequence, double scale);
void tw_softmax_back_naive(double *dp, const double *p, size_t sequence, double scale);
double tw_cross_entropy_naive(double *logits, const uint8_t *target, size_t rows, size_t vocabulary);
void tw_adamw_naive(double *w, double *m, double *v, const double *g, size_t count, const tw_adamw_rule *rule);

#endif
