#include "dispatch.h"
#include "include/operators.h"

#include <cblas.h>
#include <float.h>

/* Share of whole tiles that is real work, times share of the last wave of tiles that is busy. */
TF_INLINE double tile_use(double m, double n, double batch, double rows, double columns, double units) {
  double down = __builtin_ceil(m / rows), across = __builtin_ceil(n / columns);
  double tiles = down * across * batch;
  double whole = (m / (down * rows)) * (n / (across * columns));
  return whole * (tiles / (__builtin_ceil(tiles / units) * units));
}

/* η of a matrix product without η_max. Libraries lay a tile either way, and the better orientation counts; they also
 * have more than one tile to choose from, so only a share `loss` of what one tile would lose is lost. */
TF_INLINE double gemm_use(double m, double n, double k, double batch, double rows, double columns, double units,
                          double depth_half, double loss) {
  double upright = tile_use(m, n, batch, rows, columns, units);
  double turned = tile_use(n, m, batch, rows, columns, units);
  double whole = TF_MAX(upright, turned);
  return (1 - loss + loss * whole) * (k / (k + depth_half));
}

TF_INLINE double roofline(double flops, double rate, double bytes, double bandwidth, double launch) {
  double compute = flops / rate, memory = bytes / bandwidth;
  double time = launch + TF_MAX(compute, memory);
  return flops + bytes > 0 ? time : 0.0;
}

/* `rate` and `fraction` of the kind of product; `kept`, read where `keeps`, is what is left of it for misaligned and grouped
 * ones. */
TF_INLINE void gemm_row(double *restrict out, const tf_operators *w, const tf_devices *d, size_t row,
                        const double *restrict rate, const double *restrict fraction, const double *restrict kept,
                        const int keeps) {
  const double *restrict m = w->m + row, *restrict n = w->n + row, *restrict k = w->k + row;
  const double *restrict batch = w->batch + row, *restrict flops = w->flops + row, *restrict bytes = w->bytes + row;
  const double *restrict memory = d->memory_rate, *restrict loss = d->tile_loss;
  const double *restrict half = d->depth_half, *restrict rows = d->tile_rows, *restrict columns = d->tile_columns;
  const double *restrict units = d->units, *restrict streaming = d->elementwise, *restrict launch = d->launch;
#pragma clang loop vectorize(enable) interleave(disable)
  for (size_t j = 0; j < w->cases; j++) {
    /* An absent product has no shape: any positive one keeps the division sound, the select drops it. */
    double mm = m[j] > 0 ? m[j] : 1, nn = n[j] > 0 ? n[j] : 1, kk = k[j] > 0 ? k[j] : 1;
    double bb = batch[j] > 0 ? batch[j] : 1;
    double use = gemm_use(mm, nn, kk, bb, rows[j], columns[j], units[j], half[j], loss[j]);
    double eta = fraction[j] * use * (keeps ? kept[j] : 1.0);
    out[j] = roofline(flops[j], rate[j] * eta, bytes[j], memory[j] * streaming[j], launch[j]);
  }
}

TF_INLINE void attention_row(double *restrict out, const tf_operators *w, const tf_devices *d, size_t row,
                             const double *restrict fraction) {
  const double *restrict length = w->k + row, *restrict flops = w->flops + row, *restrict bytes = w->bytes + row;
  const double *restrict rate = d->attention_rate, *restrict half = d->attention_half;
  const double *restrict memory = d->memory_rate, *restrict beta = d->elementwise, *restrict launch = d->launch;
#pragma clang loop vectorize(enable) interleave(disable)
  for (size_t j = 0; j < w->cases; j++) {
    double s = length[j] > 0 ? length[j] : 1;
    double eta = fraction[j] * (s / (s + half[j]));
    out[j] = roofline(flops[j], rate[j] * eta, bytes[j], memory[j] * beta[j], launch[j]);
  }
}

/* Either side of the roofline at the same fraction of its rate: such kernels are not made of library products. */
TF_INLINE void scan_row(double *restrict out, const tf_operators *w, const tf_devices *d, size_t row) {
  const double *restrict flops = w->flops + row, *restrict bytes = w->bytes + row;
  const double *restrict rate = d->attention_rate, *restrict memory = d->memory_rate, *restrict scan = d->scan;
  const double *restrict launch = d->launch;
#pragma clang loop vectorize(enable) interleave(disable)
  for (size_t j = 0; j < w->cases; j++)
    out[j] = roofline(flops[j], rate[j] * scan[j], bytes[j], memory[j] * scan[j], launch[j]);
}

TF_INLINE void memory_row(double *restrict out, const double *restrict bytes, const double *restrict memory,
                          const double *restrict beta, const double *restrict launch, size_t cases) {
#pragma clang loop vectorize(enable) interleave(disable)
  for (size_t j = 0; j < cases; j++) {
    double time = launch[j] + bytes[j] / (memory[j] * beta[j]);
    out[j] = bytes[j] > 0 ? time : 0.0;
  }
}

TF_INLINE void operator_times(double *restrict times, const tf_operators *w, const tf_devices *d) {
  for (size_t o = 0; o < w->operators; o++) {
    size_t row = o * w->cases;
    double *out = times + row;
    switch (w->kind[o]) {
    case TF_KIND_GEMM:
      gemm_row(out, w, d, row, d->matrix_rate, d->gemm_fraction, d->grouped, 0);
      break;
    case TF_KIND_GROUPED:
      gemm_row(out, w, d, row, d->matrix_rate, d->gemm_fraction, d->grouped, 1);
      break;
    case TF_KIND_WIDE:
      gemm_row(out, w, d, row, d->attention_rate, d->wide_fraction, d->grouped, 0);
      break;
    case TF_KIND_WIDE_GROUPED:
      gemm_row(out, w, d, row, d->attention_rate, d->wide_fraction, d->grouped, 1);
      break;
    case TF_KIND_BATCHED:
    case TF_KIND_MISALIGNED:
      gemm_row(out, w, d, row, d->attention_rate, d->batched, d->misaligned, w->kind[o] == TF_KIND_MISALIGNED);
      break;
    case TF_KIND_ATTENTION_FORWARD:
    case TF_KIND_ATTENTION_BACKWARD:
      attention_row(out, w, d, row,
                    w->kind[o] == TF_KIND_ATTENTION_FORWARD ? d->attention_forward : d->attention_backward);
      break;
    case TF_KIND_SCAN:
      scan_row(out, w, d, row);
      break;
    case TF_KIND_NORMALIZATION:
    case TF_KIND_SOFTMAX:
    case TF_KIND_SOFTMAX_PASSES:
    case TF_KIND_CAST:
    case TF_KIND_ELEMENTWISE:
      memory_row(out, w->bytes + row, d->memory_rate,
                 w->kind[o] == TF_KIND_NORMALIZATION    ? d->normalization
                 : w->kind[o] == TF_KIND_SOFTMAX        ? d->softmax
                 : w->kind[o] == TF_KIND_SOFTMAX_PASSES ? d->softmax_passes
                 : w->kind[o] == TF_KIND_CAST           ? d->cast
                                                        : d->elementwise,
                 d->launch, w->cases);
      break;
    default:
      for (size_t j = 0; j < w->cases; j++) out[j] = w->fixed[row + j];
    }
  }
}

#if TF_X86
TF_TARGET_V3 static void operator_times_v3(double *restrict t, const tf_operators *w, const tf_devices *d) {
  operator_times(t, w, d);
}
TF_TARGET_V4 static void operator_times_v4(double *restrict t, const tf_operators *w, const tf_devices *d) {
  operator_times(t, w, d);
}
#endif

void tf_operator_times_at(tf_level level, double *times, const tf_operators *work, const tf_devices *devices) {
  tf_level best = tf_best_level();
  if (level > best) level = best;
#if TF_X86
  switch (level) {
  case TF_AVX512: operator_times_v4(times, work, devices); return;
  case TF_AVX2: operator_times_v3(times, work, devices); return;
  case TF_BASE: break;
  }
#endif
  operator_times(times, work, devices);
}

void tf_operator_times(double *times, const tf_operators *work, const tf_devices *devices) {
  tf_operator_times_at(TF_AVX512, times, work, devices);
}

/* A BLAS chooses kernel, threads and with them the order of a sum by the shape, so every product gets the same width:
 * whole panels of the library's kernels, which treat all columns of a panel alike. */
enum { WIDTH = 32, DEPTH = 128, HEIGHT = 32 };

/* to[height][WIDTH] = incidence[height][operators] · times[operators][WIDTH]; rows of `from` and `to` are a
 * stride apart. Of the columns only the first `columns` are there; zeros stand in for the others. */
static void compose_block(double *to, size_t to_stride, const double *incidence, const double *from, size_t from_stride,
                          size_t height, size_t operators, size_t columns) {
  double in[DEPTH * WIDTH], out[HEIGHT * WIDTH];
  const int whole = columns == WIDTH;
  double *result = whole ? to : out;
  const size_t result_stride = whole ? to_stride : WIDTH;
  for (size_t first = 0; first < operators; first += DEPTH) {
    const size_t depth = TF_MIN(operators - first, (size_t)DEPTH);
    const double *operand = from + first * from_stride;
    if (!whole) {
      for (size_t o = 0; o < depth; o++)
        for (size_t j = 0; j < WIDTH; j++) in[o * WIDTH + j] = j < columns ? operand[o * from_stride + j] : 0.0;
      operand = in;
    }
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)height, WIDTH, (int)depth, 1.0, incidence + first,
                (int)operators, operand, (int)(whole ? from_stride : WIDTH), first > 0 ? 1.0 : 0.0, result,
                (int)result_stride);
  }
  if (whole) return;
  for (size_t c = 0; c < height; c++)
    for (size_t j = 0; j < columns; j++) to[c * to_stride + j] = out[c * WIDTH + j];
}

void tf_compose(double *components, const double *incidence, const double *times, size_t component_count,
                size_t operators, size_t cases) {
  if (operators == 0) {
    for (size_t i = 0; i < component_count * cases; i++) components[i] = 0;
    return;
  }
  for (size_t j = 0; j < cases; j += WIDTH)
    for (size_t c = 0; c < component_count; c += HEIGHT)
      compose_block(components + c * cases + j, cases, incidence + c * operators, times + j, cases,
                    TF_MIN(component_count - c, (size_t)HEIGHT), operators, TF_MIN(cases - j, (size_t)WIDTH));
}

size_t tf_first_unsound(const double *values, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!(values[i] >= 0 && values[i] <= DBL_MAX)) return i;
  return count;
}
