#include "dispatch.h"

#include "exponential.h"
#include "include/layers.h"

/* Sums that vectorize without leave to reorder: always the same sixteen partial sums. */
enum { LANES = 16 };

TF_INLINE float total(const float part[LANES]) {
  float sum = 0;
  for (int l = 0; l < LANES; l++) sum += part[l];
  return sum;
}

/* MARK: embedding */

TF_INLINE void embed(float *restrict x, const float *restrict token, const float *restrict place,
                     const uint8_t *restrict id, size_t rows, size_t width, size_t sequence) {
  for (size_t t = 0; t < rows; t++) {
    const float *restrict a = token + id[t] * width, *restrict b = place + t % sequence * width;
    for (size_t c = 0; c < width; c++) x[t * width + c] = a[c] + b[c];
  }
}
TW_LEVELS(tw_embed, embed,
          (float *x, const float *token, const float *place, const uint8_t *id, size_t rows, size_t width,
           size_t sequence),
          (x, token, place, id, rows, width, sequence))

TF_INLINE void embed_back(float *restrict dtoken, float *restrict dplace, const float *restrict dx,
                          const uint8_t *restrict id, size_t rows, size_t width, size_t sequence) {
  for (size_t t = 0; t < rows; t++) {
    float *restrict a = dtoken + id[t] * width, *restrict b = dplace + t % sequence * width;
    const float *restrict d = dx + t * width;
    for (size_t c = 0; c < width; c++) a[c] += d[c];
    for (size_t c = 0; c < width; c++) b[c] += d[c];
  }
}
TW_LEVELS(tw_embed_back, embed_back,
          (float *dtoken, float *dplace, const float *dx, const uint8_t *id, size_t rows, size_t width,
           size_t sequence),
          (dtoken, dplace, dx, id, rows, width, sequence))

/* MARK: normalization */

TF_INLINE void normalize(float *restrict y, float *restrict mean, float *restrict rstd, const float *restrict x,
                         const float *restrict weight, const float *restrict bias, size_t rows, size_t width) {
  size_t whole = width - width % LANES;
  for (size_t t = 0; t < rows; t++) {
    const float *restrict row = x + t * width;
    float part[LANES] = {0};
    for (size_t c = 0; c < whole; c += LANES)
      for (int l = 0; l < LANES; l++) part[l] += row[c + l];
    for (size_t c = whole; c < width; c++) part[c - whole] += row[c];
    float middle = total(part) / (float)width;
    float square[LANES] = {0};
    for (size_t c = 0; c < whole; c += LANES)
      for (int l = 0; l < LANES; l++) square[l] += (row[c + l] - middle) * (row[c + l] - middle);
    for (size_t c = whole; c < width; c++) square[c - whole] += (row[c] - middle) * (row[c] - middle);
    float scale = 1 / __builtin_sqrtf(total(square) / (float)width + 1e-5f);
    for (size_t c = 0; c < width; c++) y[t * width + c] = (row[c] - middle) * scale * weight[c] + bias[c];
    mean[t] = middle;
    rstd[t] = scale;
  }
}
TW_LEVELS(tw_normalize, normalize,
          (float *y, float *mean, float *rstd, const float *x, const float *weight, const float *bias, size_t rows,
           size_t width),
          (y, mean, rstd, x, weight, bias, rows, width))

TF_INLINE void normalize_back(float *restrict dx, float *restrict dweight, float *restrict dbias,
                              const float *restrict dy, const float *restrict x, const float *restrict mean,
                              const float *restrict rstd, const float *restrict weight, size_t rows, size_t width) {
  size_t whole = width - width % LANES;
  for (size_t t = 0; t < rows; t++) {
    const float *restrict row = x + t * width, *restrict d = dy + t * width;
    float middle = mean[t], scale = rstd[t];
    float sum[LANES] = {0}, product[LANES] = {0};
    for (size_t c = 0; c < whole; c += LANES)
      for (int l = 0; l < LANES; l++) {
        float g = d[c + l] * weight[c + l];
        sum[l] += g;
        product[l] += g * ((row[c + l] - middle) * scale);
      }
    for (size_t c = whole; c < width; c++) {
      float g = d[c] * weight[c];
      sum[c - whole] += g;
      product[c - whole] += g * ((row[c] - middle) * scale);
    }
    float all = total(sum) / (float)width, along = total(product) / (float)width;
    for (size_t c = 0; c < width; c++) {
      float unit = (row[c] - middle) * scale;
      dweight[c] += d[c] * unit;
      dbias[c] += d[c];
      dx[t * width + c] += (d[c] * weight[c] - all - unit * along) * scale;
    }
  }
}
TW_LEVELS(tw_normalize_back, normalize_back,
          (float *dx, float *dweight, float *dbias, const float *dy, const float *x, const float *mean,
           const float *rstd, const float *weight, size_t rows, size_t width),
          (dx, dweight, dbias, dy, x, mean, rstd, weight, rows, width))

/* MARK: bias and activation */

TF_INLINE void add_bias(float *restrict y, const float *restrict x, const float *restrict bias, size_t rows,
                        size_t width) {
  for (size_t t = 0; t < rows; t++)
    if (x)
      for (size_t c = 0; c < width; c++) y[t * width + c] = x[t * width + c] + bias[c];
    else
      for (size_t c = 0; c < width; c++) y[t * width + c] = bias[c];
}
TW_LEVELS(tw_add_bias, add_bias, (float *y, const float *x, const float *bias, size_t rows, size_t width),
          (y, x, bias, rows, width))

TF_INLINE void bias_back(float *restrict dbias, const float *restrict dy, size_t rows, size_t width) {
  for (size_t c = 0; c < width; c++) dbias[c] = 0;
  for (size_t t = 0; t < rows; t++)
    for (size_t c = 0; c < width; c++) dbias[c] += dy[t * width + c];
}
TW_LEVELS(tw_bias_back, bias_back, (float *dbias, const float *dy, size_t rows, size_t width), (dbias, dy, rows, width))

/* 1/(1 + exp(−2u)), the share of x that GELU lets through; 2√(2/π) = 1.5957691. */
TF_INLINE float gate(float x) { return 1 / (1 + tw_exp(-1.5957691f * (x + 0.044715f * x * x * x))); }

TF_INLINE void gelu(float *restrict y, const float *restrict x, size_t count) {
#pragma clang loop vectorize(enable)
  for (size_t i = 0; i < count; i++) y[i] = x[i] * gate(x[i]);
}
TW_LEVELS(tw_gelu, gelu, (float *y, const float *x, size_t count), (y, x, count))

TF_INLINE void gelu_back(float *dx, const float *dy, const float *x, size_t count) {
  /* dx may be dy, element by element. */
#pragma clang loop vectorize(assume_safety)
  for (size_t i = 0; i < count; i++) {
    float s = gate(x[i]);
    float slope = 1.5957691f * (1 + 0.134145f * x[i] * x[i]);
    dx[i] = dy[i] * (s + x[i] * s * (1 - s) * slope);
  }
}
TW_LEVELS(tw_gelu_back, gelu_back, (float *dx, const float *dy, const float *x, size_t count), (dx, dy, x, count))

/* MARK: softmax */

TF_INLINE float highest(const float *restrict row, size_t count) {
  float part[LANES], top;
  size_t whole = count - count % LANES;
  for (int l = 0; l < LANES; l++) part[l] = row[0];
  for (size_t j = 0; j < whole; j += LANES)
    for (int l = 0; l < LANES; l++) part[l] = TF_MAX(part[l], row[j + l]);
  for (size_t j = whole; j < count; j++) part[j - whole] = TF_MAX(part[j - whole], row[j]);
  top = part[0];
  for (int l = 1; l < LANES; l++) top = TF_MAX(top, part[l]);
  return top;
}

/* row[j] = exp(scale·(row[j] − top)) and their sum. */
TF_INLINE float exponentiate(float *restrict row, size_t count, float top, float scale) {
  float part[LANES] = {0};
  size_t whole = count - count % LANES;
#pragma clang loop vectorize(enable)
  for (size_t j = 0; j < count; j++) row[j] = tw_exp(scale * (row[j] - top));
  for (size_t j = 0; j < whole; j += LANES)
    for (int l = 0; l < LANES; l++) part[l] += row[j + l];
  for (size_t j = whole; j < count; j++) part[j - whole] += row[j];
  return total(part);
}

TF_INLINE void softmax(float *restrict p, size_t sequence, float scale) {
  for (size_t i = 0; i < sequence; i++) {
    float *restrict row = p + i * sequence;
    float inverse = 1 / exponentiate(row, i + 1, highest(row, i + 1), scale);
    for (size_t j = 0; j <= i; j++) row[j] *= inverse;
    for (size_t j = i + 1; j < sequence; j++) row[j] = 0;
  }
}
TW_LEVELS(tw_softmax, softmax, (float *p, size_t sequence, float scale), (p, sequence, scale))

TF_INLINE void softmax_back(float *restrict dp, const float *restrict p, size_t sequence, float scale) {
  for (size_t i = 0; i < sequence; i++) {
    float *restrict d = dp + i * sequence;
    const float *restrict row = p + i * sequence;
    size_t count = i + 1, whole = count - count % LANES;
    float part[LANES] = {0};
    for (size_t j = 0; j < whole; j += LANES)
      for (int l = 0; l < LANES; l++) part[l] += row[j + l] * d[j + l];
    for (size_t j = whole; j < count; j++) part[j - whole] += row[j] * d[j];
    float along = total(part);
    for (size_t j = 0; j <= i; j++) d[j] = scale * row[j] * (d[j] - along);
    for (size_t j = i + 1; j < sequence; j++) d[j] = 0;
  }
}
TW_LEVELS(tw_softmax_back, softmax_back, (float *dp, const float *p, size_t sequence, float scale),
          (dp, p, sequence, scale))

TF_INLINE void cross_entropy(double *loss, float *restrict logits, const uint8_t *restrict target, size_t rows,
                             size_t vocabulary) {
  float share = 1 / (float)rows;
  double sum = 0;
  for (size_t t = 0; t < rows; t++) {
    float *restrict row = logits + t * vocabulary;
    float top = highest(row, vocabulary), chosen = row[target[t]] - top;
    float all = exponentiate(row, vocabulary, top, 1);
    sum += __builtin_log(all) - chosen;
    float scale = share / all;
    for (size_t j = 0; j < vocabulary; j++) row[j] *= scale;
    row[target[t]] -= share;
  }
  *loss = sum / (double)rows;
}
static void tw_cross_entropy_into(double *loss, float *logits, const uint8_t *target, size_t rows, size_t vocabulary);
TW_LEVELS(tw_cross_entropy_into, cross_entropy,
          (double *loss, float *logits, const uint8_t *target, size_t rows, size_t vocabulary),
          (loss, logits, target, rows, vocabulary))

double tw_cross_entropy(float *logits, const uint8_t *target, size_t rows, size_t vocabulary) {
  double loss;
  tw_cross_entropy_into(&loss, logits, target, rows, vocabulary);
  return loss;
}

/* MARK: optimizer */

TF_INLINE void adamw(float *restrict w, float *restrict m, float *restrict v, const float *restrict g, size_t count,
                     const tw_adamw_rule *rule) {
  float b1 = rule->beta1, b2 = rule->beta2, rate = rule->rate, epsilon = rule->epsilon, decay = rule->decay;
  float first = (float)(1 / (1 - __builtin_pow(b1, rule->step)));
  float second = (float)(1 / (1 - __builtin_pow(b2, rule->step)));
  /* The C library's sqrt sets errno, which does not vectorize; this one is the instruction. */
#pragma clang loop vectorize(enable)
  for (size_t i = 0; i < count; i++) {
    float mean = b1 * m[i] + (1 - b1) * g[i], square = b2 * v[i] + (1 - b2) * g[i] * g[i];
    m[i] = mean;
    v[i] = square;
    w[i] -= rate * (mean * first / (__builtin_elementwise_sqrt(square * second) + epsilon) + decay * w[i]);
  }
}
TW_LEVELS(tw_adamw, adamw,
          (float *w, float *m, float *v, const float *g, size_t count, const tw_adamw_rule *rule),
          (w, m, v, g, count, rule))
