#include "../CKernels/dispatch.h"

#include <string.h>

#include "include/machine.h"
#include "include/transformer.h"

/* MARK: where things are */

typedef struct {
  float *norm1, *bias1, *qkv, *qkv_bias, *projection, *projection_bias;
  float *norm2, *bias2, *up, *up_bias, *down, *down_bias;
} layer;

typedef struct {
  float *token, *place, *layers, *norm, *bias, *head;
} model;

static size_t layer_count(const tw_shape *s) {
  size_t C = s->width, F = s->feed;
  return 2 * C + C * 3 * C + 3 * C + C * C + C + 2 * C + C * F + F + F * C + C;
}

static float *take(float **next, size_t count) {
  float *here = *next;
  *next += count;
  return here;
}

static model model_at(float *base, const tw_shape *s) {
  size_t C = s->width;
  model m = {.token = take(&base, s->vocabulary * C), .place = take(&base, s->sequence * C)};
  m.layers = take(&base, s->layers * layer_count(s));
  m.norm = take(&base, C);
  m.bias = take(&base, C);
  m.head = s->tied ? m.token : base;
  return m;
}

static layer layer_at(const model *m, size_t l, const tw_shape *s) {
  size_t C = s->width, F = s->feed;
  float *base = m->layers + l * layer_count(s);
  layer y = {.norm1 = take(&base, C), .bias1 = take(&base, C)};
  y.qkv = take(&base, C * 3 * C);
  y.qkv_bias = take(&base, 3 * C);
  y.projection = take(&base, C * C);
  y.projection_bias = take(&base, C);
  y.norm2 = take(&base, C);
  y.bias2 = take(&base, C);
  y.up = take(&base, C * F);
  y.up_bias = take(&base, F);
  y.down = take(&base, F * C);
  y.down_bias = take(&base, C);
  return y;
}

size_t tw_parameter_count(const tw_shape *s) {
  size_t C = s->width;
  return (s->vocabulary + s->sequence) * C + s->layers * layer_count(s) + 2 * C + (s->tied ? 0 : s->vocabulary * C);
}

/* What one layer keeps for the way back; x is its input. */
typedef struct {
  float *x, *mean1, *rstd1, *normal1, *qkv, *scores, *mixed, *middle, *mean2, *rstd2, *normal2, *wide, *active;
} kept;

static size_t kept_count(const tw_shape *s) {
  size_t T = s->batch * s->sequence, C = s->width, F = s->feed;
  return T * (8 * C + 2 * F + 4) + s->batch * s->heads * s->sequence * s->sequence;
}

static kept kept_at(float *work, size_t l, const tw_shape *s) {
  size_t T = s->batch * s->sequence, C = s->width, F = s->feed;
  float *base = work + l * kept_count(s);
  kept k = {.x = take(&base, T * C), .mean1 = take(&base, T), .rstd1 = take(&base, T)};
  k.normal1 = take(&base, T * C);
  k.qkv = take(&base, T * 3 * C);
  k.scores = take(&base, s->batch * s->heads * s->sequence * s->sequence);
  k.mixed = take(&base, T * C);
  k.middle = take(&base, T * C);
  k.mean2 = take(&base, T);
  k.rstd2 = take(&base, T);
  k.normal2 = take(&base, T * C);
  k.wide = take(&base, T * F);
  k.active = take(&base, T * F);
  return k;
}

/* What only the ends use, and what the way back works in. */
typedef struct {
  float *x, *mean, *rstd, *normal, *logits, *dx, *dnormal, *dqkv, *dscores, *dwide;
} ends;

static ends ends_at(float *work, const tw_shape *s) {
  size_t T = s->batch * s->sequence, C = s->width;
  float *base = work + s->layers * kept_count(s);
  ends e = {.x = take(&base, T * C), .mean = take(&base, T), .rstd = take(&base, T)};
  e.normal = take(&base, T * C);
  e.logits = take(&base, T * s->vocabulary);
  e.dx = take(&base, T * C);
  e.dnormal = take(&base, T * C);
  e.dqkv = take(&base, T * 3 * C);
  e.dscores = take(&base, s->sequence * s->sequence);
  e.dwide = base;
  return e;
}

size_t tw_activation_count(const tw_shape *s) {
  size_t T = s->batch * s->sequence, C = s->width;
  return s->layers * kept_count(s) + T * (7 * C + 2 + s->vocabulary + s->feed) + s->sequence * s->sequence;
}

/* MARK: products */

/* y[rows][out] += x[rows][in]·w[in][out] */
static void forward(float *y, const float *x, const float *w, size_t rows, size_t in, size_t out) {
  tw_product p = {.m = (int)rows, .n = (int)out, .k = (int)in, .lda = (int)in, .ldb = (int)out, .ldc = (int)out};
  tw_multiply(y, x, w, 1, &p);
}

/* dx[rows][in] = dy[rows][out]·wᵀ */
static void data_gradient(float *dx, const float *dy, const float *w, size_t rows, size_t in, size_t out) {
  tw_product p = {.m = (int)rows, .n = (int)in, .k = (int)out, .turned_b = 1, .lda = (int)out, .ldb = (int)out,
                  .ldc = (int)in};
  tw_multiply(dx, dy, w, 0, &p);
}

/* dw[in][out] = xᵀ·dy */
static void weight_gradient(float *dw, const float *x, const float *dy, size_t rows, size_t in, size_t out) {
  tw_product p = {.m = (int)in, .n = (int)out, .k = (int)rows, .turned_a = 1, .lda = (int)in, .ldb = (int)out,
                  .ldc = (int)out};
  tw_multiply(dw, x, dy, 0, &p);
}

/* c[S][n] = op(a)·op(b) of one head: its rows are `width` apart in a, b and c, but S apart where square. */
typedef struct {
  const tw_shape *shape;
  int wide;   /* 3C: queries, keys and values side by side */
  int deep;   /* C / A */
} heads;

static void scores_of(float *scores, const float *left, int left_stride, const float *right, const heads *h) {
  int S = (int)h->shape->sequence;
  tw_product p = {.m = S, .n = S, .k = h->deep, .turned_b = 1, .lda = left_stride, .ldb = h->wide, .ldc = S};
  tw_multiply(scores, left, right, 0, &p);
}

static void mix(float *out, int out_stride, const float *scores, int turned, const float *in, int in_stride,
                const heads *h) {
  int S = (int)h->shape->sequence;
  tw_product p = {.m = S, .n = h->deep, .k = S, .turned_a = turned, .lda = S, .ldb = in_stride, .ldc = out_stride};
  tw_multiply(out, scores, in, 0, &p);
}

/* MARK: attention */

static void attend(const kept *k, const tw_shape *s) {
  size_t S = s->sequence, C = s->width, deep = C / s->heads;
  heads h = {.shape = s, .wide = (int)(3 * C), .deep = (int)deep};
  float scale = 1 / __builtin_sqrtf((float)deep);
  for (size_t b = 0; b < s->batch; b++)
    for (size_t a = 0; a < s->heads; a++) {
      const float *q = k->qkv + b * S * 3 * C + a * deep;
      float *scores = k->scores + (b * s->heads + a) * S * S;
      scores_of(scores, q, h.wide, q + C, &h);
      tw_softmax(scores, S, scale);
      mix(k->mixed + b * S * C + a * deep, (int)C, scores, 0, q + 2 * C, h.wide, &h);
    }
}

static void attend_back(float *dqkv, float *dscores, const float *dmixed, const kept *k, const tw_shape *s) {
  size_t S = s->sequence, C = s->width, deep = C / s->heads;
  heads h = {.shape = s, .wide = (int)(3 * C), .deep = (int)deep};
  float scale = 1 / __builtin_sqrtf((float)deep);
  for (size_t b = 0; b < s->batch; b++)
    for (size_t a = 0; a < s->heads; a++) {
      size_t at = b * S * 3 * C + a * deep;
      const float *q = k->qkv + at, *scores = k->scores + (b * s->heads + a) * S * S;
      const float *d = dmixed + b * S * C + a * deep;
      float *dq = dqkv + at;
      scores_of(dscores, d, (int)C, q + 2 * C, &h);
      mix(dq + 2 * C, h.wide, scores, 1, d, (int)C, &h);
      tw_softmax_back(dscores, scores, S, scale);
      mix(dq, h.wide, dscores, 0, q + C, h.wide, &h);
      mix(dq + C, h.wide, dscores, 1, q, h.wide, &h);
    }
}

/* MARK: the step */

static double run_forward(float *work, const model *m, const uint8_t *id, const uint8_t *target, const tw_shape *s) {
  size_t T = s->batch * s->sequence, C = s->width, F = s->feed;
  ends e = ends_at(work, s);
  tw_embed(s->layers > 0 ? kept_at(work, 0, s).x : e.x, m->token, m->place, id, T, C, s->sequence);
  for (size_t l = 0; l < s->layers; l++) {
    layer w = layer_at(m, l, s);
    kept k = kept_at(work, l, s);
    float *next = l + 1 < s->layers ? kept_at(work, l + 1, s).x : e.x;
    tw_normalize(k.normal1, k.mean1, k.rstd1, k.x, w.norm1, w.bias1, T, C);
    tw_add_bias(k.qkv, NULL, w.qkv_bias, T, 3 * C);
    forward(k.qkv, k.normal1, w.qkv, T, C, 3 * C);
    attend(&k, s);
    tw_add_bias(k.middle, k.x, w.projection_bias, T, C);
    forward(k.middle, k.mixed, w.projection, T, C, C);
    tw_normalize(k.normal2, k.mean2, k.rstd2, k.middle, w.norm2, w.bias2, T, C);
    tw_add_bias(k.wide, NULL, w.up_bias, T, F);
    forward(k.wide, k.normal2, w.up, T, C, F);
    tw_gelu(k.active, k.wide, T * F);
    tw_add_bias(next, k.middle, w.down_bias, T, C);
    forward(next, k.active, w.down, T, F, C);
  }
  tw_normalize(e.normal, e.mean, e.rstd, e.x, m->norm, m->bias, T, C);
  data_gradient(e.logits, e.normal, m->head, T, s->vocabulary, C);
  return tw_cross_entropy(e.logits, target, T, s->vocabulary);
}

static void run_back(float *work, const model *g, const model *m, const uint8_t *id, const tw_shape *s) {
  size_t T = s->batch * s->sequence, C = s->width, F = s->feed, V = s->vocabulary;
  ends e = ends_at(work, s);
  weight_gradient(g->head, e.logits, e.normal, T, V, C);
  tw_product p = {.m = (int)T, .n = (int)C, .k = (int)V, .lda = (int)V, .ldb = (int)C, .ldc = (int)C};
  tw_multiply(e.dnormal, e.logits, m->head, 0, &p);
  memset(e.dx, 0, T * C * sizeof(float));
  tw_normalize_back(e.dx, g->norm, g->bias, e.dnormal, e.x, e.mean, e.rstd, m->norm, T, C);
  for (size_t l = s->layers; l-- > 0;) {
    layer w = layer_at(m, l, s), d = layer_at(g, l, s);
    kept k = kept_at(work, l, s);
    tw_bias_back(d.down_bias, e.dx, T, C);
    weight_gradient(d.down, k.active, e.dx, T, F, C);
    data_gradient(e.dwide, e.dx, w.down, T, F, C);
    tw_gelu_back(e.dwide, e.dwide, k.wide, T * F);
    tw_bias_back(d.up_bias, e.dwide, T, F);
    weight_gradient(d.up, k.normal2, e.dwide, T, C, F);
    data_gradient(e.dnormal, e.dwide, w.up, T, C, F);
    tw_normalize_back(e.dx, d.norm2, d.bias2, e.dnormal, k.middle, k.mean2, k.rstd2, w.norm2, T, C);
    tw_bias_back(d.projection_bias, e.dx, T, C);
    weight_gradient(d.projection, k.mixed, e.dx, T, C, C);
    data_gradient(e.dnormal, e.dx, w.projection, T, C, C);
    attend_back(e.dqkv, e.dscores, e.dnormal, &k, s);
    tw_bias_back(d.qkv_bias, e.dqkv, T, 3 * C);
    weight_gradient(d.qkv, k.normal1, e.dqkv, T, C, 3 * C);
    data_gradient(e.dnormal, e.dqkv, w.qkv, T, C, 3 * C);
    tw_normalize_back(e.dx, d.norm1, d.bias1, e.dnormal, k.x, k.mean1, k.rstd1, w.norm1, T, C);
  }
  tw_embed_back(g->token, g->place, e.dx, id, T, C, s->sequence);
}

double tw_loss_and_gradients(float *grads, float *work, const float *parameters, const uint8_t *id,
                             const uint8_t *target, const tw_shape *s) {
  /* Read only through this one. */
  model m = model_at((float *)parameters, s), g = model_at(grads, s);
  /* Norms and embeddings add to what is there; products and biases write. */
  memset(grads, 0, tw_parameter_count(s) * sizeof(float));
  double loss = run_forward(work, &m, id, target, s);
  run_back(work, &g, &m, id, s);
  return loss;
}

double tw_train(float *parameters, float *m, float *v, float *grads, float *work, const uint8_t *id,
                const uint8_t *target, const tw_shape *s, const tw_adamw_rule *rule) {
  double loss = tw_loss_and_gradients(grads, work, parameters, id, target, s);
  tw_adamw(parameters, m, v, grads, tw_parameter_count(s), rule);
  return loss;
}
