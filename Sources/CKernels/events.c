/* A run with failures, event by event: what lies between two failures is known and is passed in one step. */
#include "dispatch.h"
#include "include/endurance.h"
#include "numbers.h"

/* Three streams a run: times between failures, whether a failure is hard, times in repair. Times come as −ln u, u in
 * (0, 1), a vector of them when the last are used up. */
enum { CHUNK = 32 };

typedef struct {
  uint64_t key, used;
  double ahead[CHUNK];
} times;

TF_INLINE double uniform(uint64_t key, uint64_t i) { return 0.5 - centred(key, i); }

TF_INLINE double drawn(times *from) {
  uint64_t place = from->used++ % CHUNK;
  if (place == 0) {
    uint64_t first = from->used - 1;
#pragma clang loop vectorize(enable) interleave(disable)
    for (uint64_t i = 0; i < CHUNK; i++) from->ahead[i] = -logarithm(uniform(from->key, first + i));
  }
  return from->ahead[place];
}

/* Machines in repair, and when the first is back. Times in repair are exponential, so whenever the number changes, all
 * may begin anew: the first of n is back after ρ/n. */
typedef struct {
  double away, back, mean;
  times mend;
} repairs;

TF_INLINE void change(repairs *shop, double now, double by) {
  shop->away += by;
  shop->back = shop->away > 0 ? now + shop->mean / shop->away * drawn(&shop->mend) : DBL_MAX;
}

/* How many are back by then. */
TF_INLINE uint64_t returned(repairs *shop, double until) {
  uint64_t count = 0;
  for (; shop->back <= until; count++) change(shop, shop->back, -1);
  return count;
}

/* Whole periods that end from `start` to `until`: the quotient, and then the ends beside it compared with `until`. */
TF_INLINE double ended(double start, double period, double until) {
  double whole = (double)(int64_t)((until - start) / period);
  if (start + (whole + 1) * period <= until) return whole + 1;
  return start + whole * period > until ? whole - 1 : whole;
}

TF_INLINE uint64_t endure_one(double *seconds, double periods, const tf_endurance *run, uint64_t most_failures,
                              uint64_t seed, uint64_t stream) {
  double period = run->work + run->stall, lag = TF_MIN(run->lag, period), between = 1 / run->failures;
  times gap;
  repairs shop;
  gap.key = stream_key(seed, stream), gap.used = 0;
  uint64_t kinds = stream_key(seed, stream + 1), failed = 0, events = 0;
  shop.away = 0, shop.back = DBL_MAX, shop.mean = run->replacement;
  shop.mend.key = stream_key(seed, stream + 2), shop.mend.used = 0;
  double start = 0, done = 0, failure = between * drawn(&gap);
  for (;;) {
    /* Here steps go on from a safe snapshot. */
    double left = periods - done, end = start + left * period;
    if (end <= failure) {
      *seconds = end;
      if (left > 0) events += (uint64_t)(2 * left) - 1;
      return events + returned(&shop, end);
    }
    double whole = ended(start, period, failure);
    double kept = whole > 0 && failure < start + whole * period + lag ? whole - 1 : whole;
    done += kept;
    events += (uint64_t)(whole + kept);
    do {
      events += 1 + returned(&shop, failure);
      if (failed == most_failures) {
        *seconds = DBL_MAX;
        return events;
      }
      double now = failure;
      if (uniform(kinds, failed++) < run->hard) {
        change(&shop, now, 1);
        if (shop.away > run->spares) {
          now = shop.back;
          events += returned(&shop, now);
        }
      }
      failure = now + between * drawn(&gap);
      start = now + run->recovery;
    } while (failure < start);
    events++;
  }
}

TF_INLINE uint64_t endure(double *seconds, size_t runs, double periods, const tf_endurance *run, uint64_t most_failures,
                          uint64_t seed) {
  uint64_t events = 0;
  for (size_t i = 0; i < runs; i++) events += endure_one(seconds + i, periods, run, most_failures, seed, 3 * i);
  return events;
}

#if TF_X86
TF_TARGET_V3 static uint64_t endure_v3(double *seconds, size_t runs, double periods, const tf_endurance *run,
                                       uint64_t most_failures, uint64_t seed) {
  return endure(seconds, runs, periods, run, most_failures, seed);
}
TF_TARGET_V4 static uint64_t endure_v4(double *seconds, size_t runs, double periods, const tf_endurance *run,
                                       uint64_t most_failures, uint64_t seed) {
  return endure(seconds, runs, periods, run, most_failures, seed);
}
#endif

uint64_t tf_endure_at(tf_level level, double *seconds, size_t runs, double periods, const tf_endurance *run,
                      uint64_t most_failures, uint64_t seed) {
  tf_level best = tf_best_level();
  if (level > best) level = best;
#if TF_X86
  switch (level) {
  case TF_AVX512: return endure_v4(seconds, runs, periods, run, most_failures, seed);
  case TF_AVX2: return endure_v3(seconds, runs, periods, run, most_failures, seed);
  case TF_BASE: break;
  }
#endif
  return endure(seconds, runs, periods, run, most_failures, seed);
}

uint64_t tf_endure(double *seconds, size_t runs, double periods, const tf_endurance *run, uint64_t most_failures,
                   uint64_t seed) {
  return tf_endure_at(TF_AVX512, seconds, runs, periods, run, most_failures, seed);
}
