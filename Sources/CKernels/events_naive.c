/* The process as it is described: a list of what is to come, of which the earliest comes. What events.c is held to. */
#include "dispatch.h"

#include <float.h>
#include <math.h>

#include "include/endurance.h"

/* Of two at one time the first in this order comes first. */
enum { BACK, SAFE, RECOVERED, END, FAILURE, KINDS };

/* Random bits walked state by state, as in normals_naive.c. */
static uint64_t next(uint64_t *state) {
  *state += 0x9e3779b97f4a7c15u;
  uint64_t z = *state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static uint64_t begin(uint64_t seed, uint64_t stream) {
  uint64_t first = seed, state = next(&first) ^ stream;
  state -= 0x9e3779b97f4a7c15u;
  return next(&state);
}

static double uniform(uint64_t *state) { return 1 - ((double)(next(state) >> 12) + 0.5) * 0x1p-52; }

static uint64_t endure(double *seconds, double periods, const tf_endurance *run, uint64_t most_failures,
                       uint64_t gaps, uint64_t kinds, uint64_t repairs) {
  double period = run->work + run->stall, lag = fmin(run->lag, period);
  double at[KINDS] = {INFINITY, INFINITY, INFINITY, period, -log(uniform(&gaps)) / run->failures};
  double now = 0, done = 0, away = 0;
  uint64_t events = 0, failed = 0;
  int waiting = 0;
  while (done < periods) {
    int kind = BACK, changed = 0;
    for (int other = 0; other < KINDS; other++)
      if (at[other] < at[kind]) kind = other;
    now = at[kind];
    at[kind] = INFINITY;
    events++;
    switch (kind) {
    case BACK: away--, changed = 1; break;
    case SAFE: break;
    case RECOVERED: at[END] = now + period; break;
    case END: done++, at[SAFE] = now + lag, at[END] = now + period; break;
    case FAILURE:
      if (failed++ == most_failures) {
        *seconds = DBL_MAX;
        return events;
      }
      if (at[SAFE] < INFINITY) done--;
      at[SAFE] = at[RECOVERED] = at[END] = INFINITY;
      if (uniform(&kinds) < run->hard) away++, changed = 1;
      waiting = 1;
    }
    if (changed) at[BACK] = away > 0 ? now - log(uniform(&repairs)) * (run->replacement / away) : INFINITY;
    if (waiting && away <= run->spares) {
      waiting = 0;
      at[RECOVERED] = now + run->recovery;
      at[FAILURE] = now - log(uniform(&gaps)) / run->failures;
    }
  }
  *seconds = now;
  return events;
}

uint64_t tf_endure_naive(double *seconds, size_t runs, double periods, const tf_endurance *run, uint64_t most_failures,
                         uint64_t seed) {
  uint64_t events = 0;
  for (size_t i = 0; i < runs; i++)
    events += endure(seconds + i, periods, run, most_failures, begin(seed, 3 * i), begin(seed, 3 * i + 1),
                     begin(seed, 3 * i + 2));
  return events;
}
