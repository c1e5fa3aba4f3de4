/* How much of a run is left after its checkpoints and its failures: in closed form, and event by event. */
#ifndef TRAINFARE_ENDURANCE_H
#define TRAINFARE_ENDURANCE_H

#include <stddef.h>
#include <stdint.h>

#include "levels.h"

/* A run on machines that fail, which saves now and then and begins again from what was saved. All finite and ≥ 0.
 *
 * Steps go on for τ and stand still for δ: one period. At its end a snapshot is taken, which is safe w later, while the
 * next period runs. A failure throws the run back to the last snapshot that is safe. After it, if a machine is to be
 * replaced and no spare is left, the run waits until one is back, and nothing fails meanwhile; then it recovers, and
 * then steps go on from what it was thrown back to, which stays safe. Failures come at random, whatever came before. */
typedef struct {
  double failures;     /* Λ: failures per second of all machines that work together; 0: none */
  double hard;         /* h: share of failures after which a machine must be replaced, 0…1 */
  double work;         /* τ: seconds of steps between two checkpoints, above 0 */
  double stall;        /* δ: seconds that steps stand still for each checkpoint */
  double lag;          /* w: seconds after the stall until the checkpoint is safe; counts as τ + δ where longer */
  double recovery;     /* r: seconds from a failure until steps go on; a failure meanwhile begins it anew */
  double replacement;  /* ρ: mean seconds until a replaced machine is back (exponential) */
  double spares;       /* s: machines standing by, a whole number */
} tf_endurance;

/* out[count]: the share of its time that an endless run spends on steps that are kept, with Λ = failures[i], τ =
 * work[i] and the other figures of `rest`:
 *
 *   (1 − B(s + 1, Λ·h·ρ)) · Λ·τ / ((exp(Λ·(τ + δ)) − 1) · exp(Λ·(w + r)))
 *
 * where B is Erlang's loss formula. To 1e-12 relative; 0 where it is too small for a double. */
void tf_productive(double *out, const double *failures, const double *work, size_t count, const tf_endurance *rest);

/* B(s + 1, a): the share of its time that a run waits where machines leave at a rate that, times ρ, is `load`, and `spares`
 * stand by. What tf_productive has in it, for those who have machines leave without a failure. */
double tf_waiting(double load, double spares);

/* The τ in [least, most] of which the productive share is the largest, whatever `run` has as τ. A period is no shorter
 * than its lag: τ is at least w − δ, also where that is above `most`. `most` where nothing fails. */
double tf_best_work(const tf_endurance *run, double least, double most);

/* Well-known estimates of the best τ where w is 0, to compare with; DBL_MAX where nothing fails. √(2·δ / Λ): Young, "A
 * first order approximation to the optimum checkpoint interval", Communications of the ACM 17 (1974) 530–531. And
 * equation 37 of Daly, "A higher order estimate of the optimum checkpoint interval for restart dumps", Future
 * Generation Computer Systems 22 (2006) 303–312. */
double tf_young(double stall, double failures);
double tf_daly(double stall, double failures);

/* seconds[runs]: how long each run takes until the end of its period `periods`, a whole number below 2⁵², if it begins
 * with all machines sound. Run i is a function of (seed, i) and of `run` alone, and a longer one begins as a shorter
 * one does. A run with more than `most_failures` failures is given up: DBL_MAX seconds. Returns the number of events:
 * ends of periods, snapshots safe, failures, ends of recoveries and machines back, each until its run ends. */
uint64_t tf_endure(double *seconds, size_t runs, double periods, const tf_endurance *run, uint64_t most_failures,
                   uint64_t seed);

/* The same at a level that this machine has; a higher one is lowered to its best. */
void tf_productive_at(tf_level level, double *out, const double *failures, const double *work, size_t count,
                      const tf_endurance *rest);
uint64_t tf_endure_at(tf_level level, double *seconds, size_t runs, double periods, const tf_endurance *run,
                      uint64_t most_failures, uint64_t seed);

/* Naive twins, kept for ever: the equations of the Markov chain, with the C library's exponentials; a list of what is
 * to come, of which the earliest comes. */
double tf_waiting_naive(double load, double spares);
void tf_productive_naive(double *out, const double *failures, const double *work, size_t count,
                         const tf_endurance *rest);
uint64_t tf_endure_naive(double *seconds, size_t runs, double periods, const tf_endurance *run, uint64_t most_failures,
                         uint64_t seed);

#endif
