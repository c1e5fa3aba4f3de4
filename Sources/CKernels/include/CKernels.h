/* Trainfare's numerical kernels: flat arrays in, flat arrays out.
 *
 * Shared law of every function here: the caller sizes and owns all memory; nothing is allocated, kept or
 * printed; no global state besides the instruction-set choice made once; safe to call from many threads on
 * disjoint outputs; the same input gives the same bits on every machine (contraction off, only + - * / sqrt
 * ceil floor and selects), what BLAS and LAPACK sum excepted.
 *
 * Matrices are row-major. Times are seconds, sizes bytes, rates per second, all per device.
 */
#ifndef TRAINFARE_CKERNELS_H
#define TRAINFARE_CKERNELS_H

#include "calibration.h"
#include "endurance.h"
#include "levels.h"
#include "likeness.h"
#include "operators.h"
#include "plans.h"

#endif
