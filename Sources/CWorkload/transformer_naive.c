/* The step in double with loops for products: what transformer.c is held to. Shares only the order of parameters with
 * it, written once more, and the naive layers. */
#include "../CKernels/dispatch.h"

#include <math.h>

#include "include/transformer.h"

/* c[m][n] = a·b + c, element (i, l) of a at a[i·ai + l·al], (l, j) of b at b[l·bl + j·bj]. */
static void product(double *c, const double *a, size_t ai, size_t al, const double *b, size_t bl, size_t bj, size_t m,
                    size_t n, size_t k) {
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++)
      for (size_t l = 0; l < k; l++) c[i * n + j] += a[i * ai + l * al] * b[l * bl + j * bj];
}

static void clear(double *x, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] = 0;
}

/* Offsets of one layer's parameters. */
typedef struct {
  size_t norm1, bias1, qkv, qkv_bias, projection, projection_bias, norm2, bias2, up, up_bias, down, down_bias;
} places;

static places places_of(const tw_shape *s, size_t l) {
  size_t C = s->width, F = s->feed;
  size_t each = 4 * C * C + 2 * C * F + 9 * C + F, start = (s->vocabulary + s->sequence) * C + l * each;
  places p = {.norm1 = start, .bias1 = start + C, .qkv = start + 2 * C};
  p.qkv_bias = p.qkv + 3 * C * C;
  p.projection = p.qkv_bias + 3 * C;
  p.projection_bias = p.projection + C * C;
  p.norm2 = p.projection_bias + C;
  p.bias2 = p.norm2 + C;
  p.up = p.bias2 + C;
  p.up_bias = p.up + C * F;
  p.down = p.up_bias + F;
  p.down_bias = p.down + F * C;
  return p;
}

typedef struct {
  double *x, *mean1, *rstd1, *normal1, *qkv, *scores, *mixed, *middle, *mean2, *rstd2, *normal2, *wide, *active;
} state;

static size_t state_count(const tw_shape *s) {
  size_t T = s->batch * s->sequence;
  return T * (8 * s->width + 2 * s->feed + 4) + s->heads * T * s->sequence;
}

static state state_of(double *work, size_t l, const tw_shape *s) {
  size_t T = s->batch * s->sequence, TC = T * s->width, TF = T * s->feed;
  double *x = work + l * state_count(s);
  state k = {x, x + TC, x + TC + T, x + TC + 2 * T};
  k.qkv = k.normal1 + TC;
  k.scores = k.qkv + 3 * TC;
  k.mixed = k.scores + s->heads * T * s->sequence;
  k.middle = k.mixed + TC;
  k.mean2 = k.middle + TC;
  k.rstd2 = k.mean2 + T;
  k.normal2 = k.rstd2 + T;
  k.wide = k.normal2 + TC;
  k.active = k.wide + TF;
  return k;
}

/* Beside the layers: output of the last one and its norm, logits, and five working arrays of the way back. */
static size_t rest_count(const tw_shape *s) {
  size_t T = s->batch * s->sequence;
  return T * (7 * s->width + 2 + s->vocabulary + s->feed) + 2 * s->sequence * s->sequence;
}

size_t tw_activation_count_naive(const tw_shape *s) { return s->layers * state_count(s) + rest_count(s); }

/* Element (i, c) of head a of queries (0), keys (1) or values (2) of sequence b. */
static size_t at(const tw_shape *s, size_t b, size_t i, int which, size_t a, size_t c) {
  return (b * s->sequence + i) * 3 * s->width + (size_t)which * s->width + a * (s->width / s->heads) + c;
}

static void attention(state *k, const tw_shape *s) {
  size_t S = s->sequence, C = s->width, deep = C / s->heads;
  for (size_t b = 0; b < s->batch; b++)
    for (size_t a = 0; a < s->heads; a++) {
      double *p = k->scores + (b * s->heads + a) * S * S;
      for (size_t i = 0; i < S; i++)
        for (size_t j = 0; j < S; j++) {
          p[i * S + j] = 0;
          for (size_t c = 0; c < deep; c++) p[i * S + j] += k->qkv[at(s, b, i, 0, a, c)] * k->qkv[at(s, b, j, 1, a, c)];
        }
      tw_softmax_naive(p, S, 1 / sqrt((double)deep));
      for (size_t i = 0; i < S; i++)
        for (size_t c = 0; c < deep; c++) {
          double sum = 0;
          for (size_t j = 0; j < S; j++) sum += p[i * S + j] * k->qkv[at(s, b, j, 2, a, c)];
          k->mixed[(b * S + i) * C + a * deep + c] = sum;
        }
    }
}

static void attention_back(double *dqkv, double *dp, const double *dmixed, const state *k, const tw_shape *s) {
  size_t S = s->sequence, C = s->width, deep = C / s->heads;
  clear(dqkv, s->batch * S * 3 * C);
  for (size_t b = 0; b < s->batch; b++)
    for (size_t a = 0; a < s->heads; a++) {
      const double *p = k->scores + (b * s->heads + a) * S * S;
      clear(dp, S * S);
      for (size_t i = 0; i < S; i++)
        for (size_t j = 0; j < S; j++)
          for (size_t c = 0; c < deep; c++) {
            double d = dmixed[(b * S + i) * C + a * deep + c];
            dp[i * S + j] += d * k->qkv[at(s, b, j, 2, a, c)];
            dqkv[at(s, b, j, 2, a, c)] += p[i * S + j] * d;
          }
      tw_softmax_back_naive(dp, p, S, 1 / sqrt((double)deep));
      for (size_t i = 0; i < S; i++)
        for (size_t j = 0; j < S; j++)
          for (size_t c = 0; c < deep; c++) {
            dqkv[at(s, b, i, 0, a, c)] += dp[i * S + j] * k->qkv[at(s, b, j, 1, a, c)];
            dqkv[at(s, b, j, 1, a, c)] += dp[i * S + j] * k->qkv[at(s, b, i, 0, a, c)];
          }
    }
}

/* y = x·w + bias (+ base); and backward dw, dbias, dx. */
static void linear(double *y, const double *base, const double *x, const double *w, const double *bias, size_t rows,
                   size_t in, size_t out) {
  tw_add_bias_naive(y, base, bias, rows, out);
  product(y, x, in, 1, w, out, 1, rows, out, in);
}

static void linear_back(double *dx, double *dw, double *dbias, const double *dy, const double *x, const double *w,
                        size_t rows, size_t in, size_t out) {
  tw_bias_back_naive(dbias, dy, rows, out);
  product(dw, x, 1, in, dy, out, 1, in, out, rows);
  clear(dx, rows * in);
  product(dx, dy, out, 1, w, 1, out, rows, in, out);
}

double tw_loss_and_gradients_naive(double *g, double *work, const double *w, const uint8_t *id, const uint8_t *target,
                                   const tw_shape *s) {
  size_t S = s->sequence, T = s->batch * S, C = s->width, F = s->feed, V = s->vocabulary, L = s->layers;
  size_t norm = places_of(s, L).norm1, head = s->tied ? 0 : norm + 2 * C, place = V * C;
  double *x = work + L * state_count(s), *mean = x + T * C, *rstd = mean + T, *normal = rstd + T;
  double *logits = normal + T * C, *dx = logits + T * V, *dnormal = dx + T * C, *dqkv = dnormal + T * C;
  double *dp = dqkv + 3 * T * C, *dwide = dp + 2 * S * S;
  clear(g, tw_parameter_count(s));

  tw_embed_naive(L > 0 ? work : x, w, w + place, id, T, C, S);
  for (size_t l = 0; l < L; l++) {
    state k = state_of(work, l, s);
    places p = places_of(s, l);
    tw_normalize_naive(k.normal1, k.mean1, k.rstd1, k.x, w + p.norm1, w + p.bias1, T, C);
    linear(k.qkv, 0, k.normal1, w + p.qkv, w + p.qkv_bias, T, C, 3 * C);
    attention(&k, s);
    linear(k.middle, k.x, k.mixed, w + p.projection, w + p.projection_bias, T, C, C);
    tw_normalize_naive(k.normal2, k.mean2, k.rstd2, k.middle, w + p.norm2, w + p.bias2, T, C);
    linear(k.wide, 0, k.normal2, w + p.up, w + p.up_bias, T, C, F);
    tw_gelu_naive(k.active, k.wide, T * F);
    linear(l + 1 < L ? state_of(work, l + 1, s).x : x, k.middle, k.active, w + p.down, w + p.down_bias, T, F, C);
  }
  tw_normalize_naive(normal, mean, rstd, x, w + norm, w + norm + C, T, C);
  clear(logits, T * V);
  product(logits, normal, C, 1, w + head, 1, C, T, V, C);
  double loss = tw_cross_entropy_naive(logits, target, T, V);

  product(g + head, logits, 1, V, normal, C, 1, V, C, T);
  clear(dnormal, T * C);
  product(dnormal, logits, V, 1, w + head, C, 1, T, C, V);
  clear(dx, T * C);
  tw_normalize_back_naive(dx, g + norm, g + norm + C, dnormal, x, mean, rstd, w + norm, T, C);
  for (size_t l = L; l-- > 0;) {
    state k = state_of(work, l, s);
    places p = places_of(s, l);
    linear_back(dwide, g + p.down, g + p.down_bias, dx, k.active, w + p.down, T, F, C);
    tw_gelu_back_naive(dwide, dwide, k.wide, T * F);
    linear_back(dnormal, g + p.up, g + p.up_bias, dwide, k.normal2, w + p.up, T, C, F);
    tw_normalize_back_naive(dx, g + p.norm2, g + p.bias2, dnormal, k.middle, k.mean2, k.rstd2, w + p.norm2, T, C);
    linear_back(dnormal, g + p.projection, g + p.projection_bias, dx, k.mixed, w + p.projection, T, C, C);
    attention_back(dqkv, dp, dnormal, &k, s);
    linear_back(dnormal, g + p.qkv, g + p.qkv_bias, dqkv, k.normal1, w + p.qkv, T, C, 3 * C);
    tw_normalize_back_naive(dx, g + p.norm1, g + p.bias1, dnormal, k.x, k.mean1, k.rstd1, w + p.norm1, T, C);
  }
  tw_embed_back_naive(g, g + place, dx, id, T, C, S);
  return loss;
}

double tw_train_naive(double *parameters, double *m, double *v, double *grads, double *work, const uint8_t *id,
                      const uint8_t *target, const tw_shape *s, const tw_adamw_rule *rule) {
  double loss = tw_loss_and_gradients_naive(grads, work, parameters, id, target, s);
  tw_adamw_naive(parameters, m, v, grads, tw_parameter_count(s), rule);
  return loss;
}
