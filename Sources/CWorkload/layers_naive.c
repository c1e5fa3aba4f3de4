/* The definitions in double, one element at a time: what layers.c is held to. Shares no code with it. */
#include "../CKernels/dispatch.h"

#include <math.h>

#include "include/layers.h"

void tw_embed_naive(double *x, const double *token, const double *place, const uint8_t *id, size_t rows, size_t width,
                    size_t sequence) {
  for (size_t t = 0; t < rows; t++)
    for (size_t c = 0; c < width; c++)
      x[t * width + c] = token[id[t] * width + c] + place[t % sequence * width + c];
}

void tw_embed_back_naive(double *dtoken, double *dplace, const double *dx, const uint8_t *id, size_t rows,
                         size_t width, size_t sequence) {
  for (size_t t = 0; t < rows; t++)
    for (size_t c = 0; c < width; c++) {
      dtoken[id[t] * width + c] += dx[t * width + c];
      dplace[t % sequence * width + c] += dx[t * width + c];
    }
}

void tw_normalize_naive(double *y, double *mean, double *rstd, const double *x, const double *weight,
                        const double *bias, size_t rows, size_t width) {
  for (size_t t = 0; t < rows; t++) {
    double sum = 0, square = 0;
    for (size_t c = 0; c < width; c++) sum += x[t * width + c];
    mean[t] = sum / (double)width;
    for (size_t c = 0; c < width; c++) square += pow(x[t * width + c] - mean[t], 2);
    rstd[t] = 1 / sqrt(square / (double)width + 1e-5);
    for (size_t c = 0; c < width; c++)
      y[t * width + c] = (x[t * width + c] - mean[t]) * rstd[t] * weight[c] + bias[c];
  }
}

void tw_normalize_back_naive(double *dx, double *dweight, double *dbias, const double *dy, const double *x,
                             const double *mean, const double *rstd, const double *weight, size_t rows, size_t width) {
  for (size_t t = 0; t < rows; t++) {
    double sum = 0, along = 0;
    for (size_t c = 0; c < width; c++) {
      double unit = (x[t * width + c] - mean[t]) * rstd[t];
      dweight[c] += dy[t * width + c] * unit;
      dbias[c] += dy[t * width + c];
      sum += dy[t * width + c] * weight[c] / (double)width;
      along += dy[t * width + c] * weight[c] * unit / (double)width;
    }
    for (size_t c = 0; c < width; c++) {
      double unit = (x[t * width + c] - mean[t]) * rstd[t];
      dx[t * width + c] += rstd[t] * (dy[t * width + c] * weight[c] - sum - unit * along);
    }
  }
}

void tw_add_bias_naive(double *y, const double *x, const double *bias, size_t rows, size_t width) {
  for (size_t t = 0; t < rows; t++)
    for (size_t c = 0; c < width; c++) y[t * width + c] = (x ? x[t * width + c] : 0) + bias[c];
}

void tw_bias_back_naive(double *dbias, const double *dy, size_t rows, size_t width) {
  for (size_t c = 0; c < width; c++) {
    dbias[c] = 0;
    for (size_t t = 0; t < rows; t++) dbias[c] += dy[t * width + c];
  }
}

static const double root = 0.79788456080286535588; /* √(2/π) */

void tw_gelu_naive(double *y, const double *x, size_t count) {
  for (size_t i = 0; i < count; i++)
    y[i] = 0.5 * x[i] * (1 + tanh(root * (x[i] + 0.044715 * x[i] * x[i] * x[i])));
}

void tw_gelu_back_naive(double *dx, const double *dy, const double *x, size_t count) {
  for (size_t i = 0; i < count; i++) {
    double tangent = tanh(root * (x[i] + 0.044715 * x[i] * x[i] * x[i]));
    double slope = root * (1 + 3 * 0.044715 * x[i] * x[i]);
    dx[i] = dy[i] * (0.5 * (1 + tangent) + 0.5 * x[i] * (1 - tangent * tangent) * slope);
  }
}

void tw_softmax_naive(double *p, size_t sequence, double scale) {
  for (size_t i = 0; i < sequence; i++) {
    double *row = p + i * sequence, top = row[0], sum = 0;
    for (size_t j = 0; j <= i; j++) top = fmax(top, row[j]);
    for (size_t j = 0; j <= i; j++) sum += exp(scale * (row[j] - top));
    for (size_t j = 0; j < sequence; j++) row[j] = j <= i ? exp(scale * (row[j] - top)) / sum : 0;
  }
}

void tw_softmax_back_naive(double *dp, const double *p, size_t sequence, double scale) {
  for (size_t i = 0; i < sequence; i++) {
    double *d = dp + i * sequence, along = 0;
    const double *row = p + i * sequence;
    for (size_t j = 0; j <= i; j++) along += row[j] * d[j];
    for (size_t j = 0; j < sequence; j++) d[j] = j <= i ? scale * row[j] * (d[j] - along) : 0;
  }
}

double tw_cross_entropy_naive(double *logits, const uint8_t *target, size_t rows, size_t vocabulary) {
  double loss = 0;
  for (size_t t = 0; t < rows; t++) {
    double *row = logits + t * vocabulary, top = row[0], sum = 0;
    for (size_t j = 0; j < vocabulary; j++) top = fmax(top, row[j]);
    for (size_t j = 0; j < vocabulary; j++) sum += exp(row[j] - top);
    loss -= (row[target[t]] - top - log(sum)) / (double)rows;
    for (size_t j = 0; j < vocabulary; j++)
      row[j] = (exp(row[j] - top) / sum - (j == target[t] ? 1 : 0)) / (double)rows;
  }
  return loss;
}

void tw_adamw_naive(double *w, double *m, double *v, const double *g, size_t count, const tw_adamw_rule *r) {
  for (size_t i = 0; i < count; i++) {
    m[i] = r->beta1 * m[i] + (1 - r->beta1) * g[i];
    v[i] = r->beta2 * v[i] + (1 - r->beta2) * g[i] * g[i];
    double mean = m[i] / (1 - pow(r->beta1, r->step)), square = v[i] / (1 - pow(r->beta2, r->step));
    w[i] -= r->rate * (mean / (sqrt(square) + r->epsilon) + r->decay * w[i]);
  }
}
