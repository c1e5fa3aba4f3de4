/* The definitions, one element at a time: what the fast kernels are held to. Deliberately shares no code
 * with operators.c. */
#include "dispatch.h"

#include <math.h>

#include "include/operators.h"

static double share(double amount, double tile) { return amount / (ceil(amount / tile) * tile); }

static double waves(double tiles, double units) { return tiles / (ceil(tiles / units) * units); }

static double orientation(double m, double n, double batch, double rows, double columns, double units) {
  double tiles = ceil(m / rows) * ceil(n / columns) * batch;
  return share(m, rows) * share(n, columns) * waves(tiles, units);
}

static double beta(const tf_devices *d, int kind, size_t j) {
  if (kind == TF_KIND_NORMALIZATION) return d->normalization[j];
  if (kind == TF_KIND_SOFTMAX) return d->softmax[j];
  if (kind == TF_KIND_SOFTMAX_PASSES) return d->softmax_passes[j];
  if (kind == TF_KIND_CAST) return d->cast[j];
  if (kind == TF_KIND_SCAN) return d->scan[j];
  return d->elementwise[j];
}

static double rate(const tf_operators *w, const tf_devices *d, int kind, size_t i, size_t j) {
  if (kind == TF_KIND_SCAN) return d->attention_rate[j] * d->scan[j];
  double length = w->k[i] / (w->k[i] + d->attention_half[j]);
  if (kind == TF_KIND_ATTENTION_FORWARD) return d->attention_rate[j] * d->attention_forward[j] * length;
  if (kind == TF_KIND_ATTENTION_BACKWARD) return d->attention_rate[j] * d->attention_backward[j] * length;
  double upright = orientation(w->m[i], w->n[i], w->batch[i], d->tile_rows[j], d->tile_columns[j], d->units[j]);
  double turned = orientation(w->n[i], w->m[i], w->batch[i], d->tile_rows[j], d->tile_columns[j], d->units[j]);
  /* 1 − loss · (1 − whole), in a form that keeps the digits of a small `whole`. */
  double whole = upright > turned ? upright : turned, loss = d->tile_loss[j];
  double use = (1 - loss + loss * whole) * (w->k[i] / (w->k[i] + d->depth_half[j]));
  if (kind == TF_KIND_GEMM) return d->matrix_rate[j] * d->gemm_fraction[j] * use;
  if (kind == TF_KIND_GROUPED) return d->matrix_rate[j] * d->gemm_fraction[j] * use * d->grouped[j];
  double wide = d->attention_rate[j] * d->wide_fraction[j] * use;
  if (kind == TF_KIND_WIDE) return wide;
  if (kind == TF_KIND_WIDE_GROUPED) return wide * d->grouped[j];
  double batched = d->attention_rate[j] * d->batched[j] * use;
  return kind == TF_KIND_MISALIGNED ? batched * d->misaligned[j] : batched;
}

/* The two sides of one roofline; a fixed time has neither. */
static void sides(double *compute, double *memory, const tf_operators *w, const tf_devices *d, size_t o, size_t j) {
  size_t i = o * w->cases + j;
  int kind = w->kind[o], counts = kind != TF_KIND_FIXED;
  *compute = counts && w->flops[i] > 0 ? w->flops[i] / rate(w, d, kind, i, j) : 0;
  *memory = counts ? w->bytes[i] / (d->memory_rate[j] * beta(d, kind, j)) : 0;
}

void tf_operator_sides(double *compute, double *memory, const tf_operators *w, const tf_devices *d) {
  for (size_t o = 0; o < w->operators; o++)
    for (size_t j = 0; j < w->cases; j++) sides(&compute[o * w->cases + j], &memory[o * w->cases + j], w, d, o, j);
}

void tf_operator_times_naive(double *times, const tf_operators *w, const tf_devices *d) {
  for (size_t o = 0; o < w->operators; o++)
    for (size_t j = 0; j < w->cases; j++) {
      size_t i = o * w->cases + j;
      double compute, memory;
      sides(&compute, &memory, w, d, o, j);
      int absent = w->flops[i] == 0 && w->bytes[i] == 0;
      times[i] = w->kind[o] == TF_KIND_FIXED ? w->fixed[i] : absent ? 0 : d->launch[j] + fmax(compute, memory);
    }
}

void tf_compose_naive(double *components, const double *incidence, const double *times, size_t component_count,
                      size_t operators, size_t cases) {
  for (size_t c = 0; c < component_count; c++)
    for (size_t j = 0; j < cases; j++) {
      double sum = 0;
      for (size_t o = 0; o < operators; o++) sum += incidence[c * operators + o] * times[o * cases + j];
      components[c * cases + j] = sum;
    }
}
