/* Collectives on a tiered network (docs/Model.md §4), the step (§5) and memory (§6) of many plans at once. */
#ifndef TRAINFARE_PLANS_H
#define TRAINFARE_PLANS_H

#include <stddef.h>

#include "levels.h"

enum { TF_TIERS = 4 };

/* More ranks than any plan has. */
#define TF_ALL_RANKS 1e18

/* One tier of links, innermost first. Unused tiers have span 0; the last used one spans everything. */
typedef struct {
  double span;         /* devices reached */
  double rate;         /* bytes/s one way per device, efficiency applied */
  double latency;      /* seconds per step */
  double logarithmic;  /* 1: a switch, recursive halving; 0: a ring of neighbours */
  double row, row_share;      /* a group within `row` devices reaches this share of the rate … */
  double plane, plane_share;  /* … and within `plane` devices this one: sides of a torus */
} tf_tier;

enum {
  TF_REDUCE_SCATTER = 0,  /* or all-gather: the same cost */
  TF_ALL_REDUCE,
  TF_SEND                 /* to the neighbour in the group */
};

/* times[count]: collective[i] over group[i] ranks that are stride[i] ranks apart, `bytes` the full buffer per rank.
 * Zero for groups of one or buffers of nothing. */
void tf_collective_times(double *times, const int *collective, const double *group, const double *stride,
                         const double *bytes, size_t count, const tf_tier tiers[TF_TIERS]);

/* What a block shape fixes: constant over all plans that share it. Times are per micro-batch. */
typedef struct {
  double layers, tensor, context, micro_batch, global_batch;
  double layer_forward, layer_backward, layer_recompute;     /* compute of one layer */
  double layer_tensor, layer_context;                        /* exposed communication of one layer, both ways */
  double layer_wait_forward;                                 /* of these two, forward */
  double layer_host_forward, layer_host_backward;            /* waiting for the host's launches, beyond all of these */
  double embedding_forward, embedding_backward, embedding_tensor;
  double head_forward, head_backward, head_tensor;
  double boundary_bytes, boundary_gather;                    /* sent per stage boundary; re-gather after receipt */
  double layer_parameters, embedding_parameters, head_parameters;  /* per device */
  double tied_parameters;            /* the head's copy of the embedding once stages part them */
  double trained;                    /* share of the parameters that is trained: 1, or little under low-rank adapters */
  double layer_activation, embedding_activation;  /* bytes kept for backward per micro-batch */
  double head_logits;                             /* bytes of logits and head inputs */
  double workspace;                               /* bytes alive only inside one layer */
  /* Embedding tables of a recommender, whose plans have but data-parallel ranks: bytes of their weights and of the state
   * of their rows, whole, which all ranks share. Zero without. */
  double table_weights, table_states;
  /* Bytes that the tables have for the samples of one rank and micro-batch: as vectors, of which every rank makes one for
   * each table from what it holds, or as the rows that were looked up. The smaller of all ranks' vectors and the rows is
   * exchanged. */
  double exchange_pooled, exchange_rows;
} tf_block;

/* What the machine, the stack and the optimizer fix. */
typedef struct {
  tf_tier tiers[TF_TIERS];
  double gradient_bytes, weight_bytes;     /* per parameter */
  double reduce_bytes;                     /* per parameter of a gradient on its way */
  double optimizer_state_bytes;            /* per parameter: master copy and moments */
  double optimizer_traffic_bytes;          /* per parameter and step: all reads and writes */
  double optimizer_rate;                   /* bytes/s, efficiency applied */
  double step_time, micro_batch_time, send_time;  /* fixed, each */
  double data_overlap, shard_overlap, pipeline_overlap, contention;
  double straggling;                       /* slow-down per doubling of the units */
  double unit_devices;                     /* devices within one scale-up domain */
  double shard_ranks;                      /* most ranks that share one sharded copy, the rest are replicas;
                                              TF_ALL_RANKS where one copy is shared by all */
  double memory_reserve;                   /* bytes */
} tf_machine;

/* Plans, a column per degree: all [count]. */
typedef struct {
  const double *pipeline, *interleave, *data, *zero;
} tf_plans;

/* Results, a column per part: all [count]. The ten times add up to `step`, the seven sizes (reserve included)
 * to `memory`. Times are those of the slowest stage, sizes those of the fullest. */
typedef struct {
  double *step;
  double *compute, *recompute, *tensor, *context, *pipeline, *data, *bubble, *optimizer, *host, *straggling;
  double *memory;
  double *weights, *gradients, *states, *activations, *logits, *workspace;
} tf_results;

/* Evaluates `count` plans of one block shape. Degrees must be positive integers held exactly. */
void tf_evaluate_plans(const tf_results *results, const tf_plans *plans, size_t count, const tf_block *block,
                       const tf_machine *machine);

/* The same at a level that this machine has; a higher one is lowered to its best. */
void tf_evaluate_plans_at(tf_level level, const tf_results *results, const tf_plans *plans, size_t count,
                          const tf_block *block, const tf_machine *machine);

/* Naive twins, kept for ever: one plan at a time, written with branches, in the order docs/Model.md tells it. */
void tf_collective_times_naive(double *times, const int *collective, const double *group, const double *stride,
                               const double *bytes, size_t count, const tf_tier tiers[TF_TIERS]);
void tf_evaluate_plans_naive(const tf_results *results, const tf_plans *plans, size_t count, const tf_block *block,
                             const tf_machine *machine);

#endif
