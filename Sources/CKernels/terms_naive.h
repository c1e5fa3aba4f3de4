/* How the naive twin notes what it works out, for whoever asks. */
#ifndef TRAINFARE_TERMS_NAIVE_H
#define TRAINFARE_TERMS_NAIVE_H

#include "stages_naive.h"

static double noted(const question *q, tf_term term) {
  tf_trace *trace = q->trace;
  if (trace) {
    if (trace->count < trace->capacity) trace->terms[trace->count] = term;
    trace->count++;
  }
  return term.amount;
}

/* A term that hides behind nothing. */
static double plain(const question *q, int part, int of, const char *what, const char *formula, double times,
                    double raw) {
  return noted(q, (tf_term){.part = part, .of = of, .what = what, .formula = formula, .times = times, .raw = raw,
                            .amount = times * raw});
}

/* One that takes place beside `window` seconds of other work, and slows it: for as long as the fastest links would take for its bytes,
 * which go there and back in an all-reduce (`ways`). */
static double beside(const question *q, int part, const char *what, const char *formula, double times, double raw,
                     double window, tf_path path, double ways) {
  double hidden = raw < window ? raw : window, contention = q->g->contention, nearest = ways * path.bytes * q->g->fastest_byte;
  if (raw > nearest) contention *= nearest / raw;
  return noted(q, (tf_term){.part = part, .what = what, .formula = formula, .times = times, .raw = raw,
                            .window = window, .hidden = hidden, .contention = contention,
                            .amount = times * (raw - hidden + contention * hidden), .path = path});
}

#endif
