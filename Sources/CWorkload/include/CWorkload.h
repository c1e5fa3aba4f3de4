/* What this machine is made to do when it is measured: products of OpenBLAS, streams of bytes, and the training step of
 * a small transformer. Nothing here is part of a simulation: it is what simulations are held to.
 *
 * Law of every function here: the caller sizes and owns all memory; nothing is allocated, kept or printed. The only
 * global state is OpenBLAS's number of threads, so calls are for one thread at a time unless they say otherwise.
 * Matrices are row-major, arrays do not overlap unless they say so, times are seconds.
 */
#ifndef TRAINFARE_CWORKLOAD_H
#define TRAINFARE_CWORKLOAD_H

#include "layers.h"
#include "machine.h"
#include "transformer.h"

#endif
