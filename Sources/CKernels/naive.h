/* What the naive twins share among themselves, and with no fast kernel. */
#ifndef TRAINFARE_NAIVE_H
#define TRAINFARE_NAIVE_H

#include "include/plans.h"

/* Seconds of one collective over the group, stride and bytes of `path`; fills its tiers. */
double tf_scatter_naive(tf_path *path, const tf_tier *tiers);
double tf_all_reduce_naive(tf_path *path, const tf_tier *tiers);
double tf_send_naive(tf_path *path, const tf_tier *tiers);
double tf_exchange_naive(tf_path *path, const tf_tier *tiers);

#endif
