/* Collectives on a tiered network, the step and the memory of many plans at once: docs/Model.md, "Communication". */
#ifndef TRAINFARE_PLANS_H
#define TRAINFARE_PLANS_H

#include <stddef.h>
#include <stdint.h>

#include "levels.h"
#include "parts.h"
#include "trace.h"

/* More ranks than any plan has. */
#define TF_ALL_RANKS 1e18

/* One tier of links, innermost first. Unused tiers have span 0; the last used one spans everything. */
typedef struct {
  double span;         /* devices reached */
  double rate;         /* bytes/s one way per device, efficiency applied */
  double latency;      /* seconds per step */
  double wait;         /* seconds, for each doubling of a call's ranks, until all are there, where this tier is its outermost */
  double logarithmic;  /* 1: a switch, recursive halving; 0: a ring of neighbours */
  double row, row_share;      /* a group within `row` devices reaches this share of the rate … */
  double plane, plane_share;  /* … and within `plane` devices this one: sides of a torus */
  double exchange;            /* of the rate, what every rank to every other reaches */
} tf_tier;

enum {
  TF_REDUCE_SCATTER = 0,  /* or all-gather: the same cost */
  TF_ALL_REDUCE,
  TF_SEND,                /* to the neighbour in the group */
  TF_ALL_TO_ALL           /* an even share of `bytes` to every member, oneself among them */
};

/* times[count]: collective[i] over group[i] ranks that are stride[i] ranks apart, `bytes` the full buffer per rank.
 * Of an all-to-all that sends a token once to each machine, `copies` has how many a token has, and `within` which part of
 * the machines they may go to; copies of 0: every copy is sent. Zero for groups of one or buffers of nothing. */
void tf_collective_times(double *times, const int *collective, const double *group, const double *stride,
                         const double *bytes, const double *copies, const double *within, size_t count,
                         const tf_tier tiers[TF_TIERS]);

/* Of `copies` of a token, the part that is sent where each place with some of its receivers gets it once: the expected number of
 * places among those that it may go to (`within`, a part of all), drawn evenly, ÷ copies. */
double tf_sent_once(double places, double copies, double within);

/* One kind of layer under a block shape. Times are per micro-batch, sizes per device. */
typedef struct {
  double forward, backward, recompute;       /* compute */
  double tensor, context, exchange;          /* exposed communication, both ways; of experts' tokens the last */
  double exchange_alone;                     /* what the last takes more where no other micro-batch is beside it */
  double wait_forward;                       /* of these three, forward */
  double host_forward, host_backward;        /* waiting for the host's launches, beyond all of these */
  double parameters, expert_parameters;      /* the first spread by tensor ranks, the second by expert ranks */
  double activation;                         /* bytes kept for backward */
} tf_layer;

/* Layers of the first and of the last chunk of a pipeline, where somebody chose them and the others share the rest evenly;
 * TF_EVEN both where nobody did. More than all layers counts as nobody. */
#define TF_EVEN PTRDIFF_MAX
typedef struct {
  size_t first, last;
} tf_ends;

/* Layers that are not all alike, or have experts: kinds, and which each layer is, from first to last. */
typedef struct {
  size_t kind_count;
  const tf_layer *kinds;                     /* [kind_count] */
  const int32_t *order;                      /* [layers] */
  double expert_ranks;                       /* e·x: ranks that hold one copy of the experts, the innermost of the tensor, context and data ranks */
  double expert_trained;                     /* share of the experts' parameters that is trained */
  size_t recomputed;                         /* of each chunk of a stage, the first layers that are of the kinds above; … */
  int32_t spared;                            /* … the kinds of the others stand so far behind them; 0: no layer is another */
  tf_ends ends;                              /* of every pipeline of more than one chunk */
} tf_mixture;

/* What a block shape fixes: constant over all plans that share it. Times are per micro-batch. */
typedef struct {
  const tf_mixture *mixture;     /* NULL: every layer is the one below, and has no experts */
  tf_layer layer;
  double layers, tensor, context, micro_batch, global_batch;
  double embedding_forward, embedding_backward, embedding_tensor;
  double head_forward, head_backward, head_tensor;
  double boundary_bytes, boundary_gather;                    /* sent per stage boundary; re-gather after receipt */
  double embedding_parameters, head_parameters;              /* per device */
  double tied_parameters;            /* the head's copy of the embedding once stages part them */
  double trained;                    /* share of the parameters that is trained: 1, or little under low-rank adapters */
  double embedding_activation;                    /* bytes kept for backward per micro-batch */
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
  double held_weight_bytes;                /* the same in memory: less where it is quantized, more with a reference beside it */
  double gathered_weight_bytes;            /* on its way to ranks that share copies of weights */
  double reduce_bytes;                     /* per parameter of a gradient on its way */
  double sharded_reduce_bytes;             /* the same under zero 2 and 3 */
  double optimizer_state_bytes;            /* per parameter: master copy and moments */
  double optimizer_traffic_bytes;          /* per parameter and step: all reads and writes */
  double optimizer_rate;                   /* bytes/s, efficiency applied */
  double update_time;                      /* s per parameter and step besides: products of the update, the host's link */
  double step_time, micro_batch_time, send_time;  /* fixed, each */
  double step_growth;                      /* of step_time, per doubling of the units, which all meet at its end */
  double data_overlap, shard_overlap, pipeline_overlap;
  double gather_overlap;                   /* of weights that are gathered once a step */
  double contention;                       /* slow-down by what is hidden, per second that its bytes take by the fastest links */
  double fastest_byte;                     /* s per byte of those */
  double idling;                           /* slow-down of micro-batches on any number of units */
  double straggling;                       /* slow-down per doubling of the units */
  double unit_devices;                     /* devices within one scale-up domain */
  double memory_reserve;                   /* bytes */
  /* What is there together. 0: everything at once, as where buffers are laid out ahead. 1: what backward needs at one moment, as where
   * each tensor is freed when nothing needs it any more. */
  double by_moment;
  /* 1: under sharding, the ends' gathered weights and the gradients of the layer at work count too, before they are shared out. */
  double counts_whole;
  double dual;                             /* 1: micro-batches enter a pipeline from both ends, and each rank holds two stages */
  double sharded_weight_bytes;             /* held_weight_bytes under ZeRO 3: less where the master copies are what is sharded */
} tf_machine;

/* What a plan decides beyond its shape, a column each: all [count].
 * shard: ranks that share one sharded copy, the rest hold replicas; TF_ALL_RANKS where all share one.
 * schedule: TF_ONE_FORWARD_ONE_BACKWARD, or TF_INTERLEAVED where a stage has `interleave` chunks. */
#define TF_PLAN_COLUMNS(COLUMN) \
  COLUMN(pipeline) COLUMN(interleave) COLUMN(data) COLUMN(zero) COLUMN(shard) COLUMN(schedule)

enum { TF_ONE_FORWARD_ONE_BACKWARD = 0, TF_INTERLEAVED };

#define TF_INPUT(name) const double *name;
typedef struct {
  TF_PLAN_COLUMNS(TF_INPUT)
} tf_plans;
#undef TF_INPUT

/* Results, a column per part (parts.h): all [count]. The parts of a step add up to `step`, those of memory to `memory`.
 * Times are those of the slowest stage, sizes those of the fullest. */
#define TF_TIME(name, column, words) double *name;
#define TF_SIZE(name, column, words) double *held_##name;
typedef struct {
  double *step, *memory;
  TF_STEP_PARTS(TF_TIME)
  TF_MEMORY_PARTS(TF_SIZE)
} tf_results;
#undef TF_TIME
#undef TF_SIZE

/* Columns that lie one after another, `stride` apart: step, memory, then the parts of both in their order. */
enum { TF_COLUMN_STEP = 0, TF_COLUMN_MEMORY, TF_COLUMN_STEP_PARTS, TF_COLUMN_MEMORY_PARTS = TF_COLUMN_STEP_PARTS + TF_STEP_PART_COUNT,
       TF_RESULT_COLUMNS = TF_COLUMN_MEMORY_PARTS + TF_MEMORY_PART_COUNT };

#define TF_COUNTED(name) + 1
enum { TF_PLAN_COLUMN_COUNT = 0 TF_PLAN_COLUMNS(TF_COUNTED) };
#undef TF_COUNTED

#define TF_PLACED(name) plans.name = first + stride * i++;
static inline tf_plans tf_plans_at(const double *first, size_t stride) {
  tf_plans plans;
  size_t i = 0;
  TF_PLAN_COLUMNS(TF_PLACED)
  return plans;
}
#undef TF_PLACED

#define TF_TIME(name, column, words) results.name = first + stride * i++;
#define TF_SIZE(name, column, words) results.held_##name = first + stride * i++;
static inline tf_results tf_results_at(double *first, size_t stride) {
  tf_results results;
  size_t i = TF_COLUMN_STEP_PARTS;
  results.step = first + stride * TF_COLUMN_STEP;
  results.memory = first + stride * TF_COLUMN_MEMORY;
  TF_STEP_PARTS(TF_TIME)
  TF_MEMORY_PARTS(TF_SIZE)
  return results;
}
#undef TF_TIME
#undef TF_SIZE

/* Where a chunk of a stage begins, of layers in their order; `chunks` is the pipeline's degree times the chunks of a
 * stage. Chunks have as many layers as come out even, rounded up; what is missing is taken from the last chunk, the first,
 * the second, and so on. Or the first and the last have as many as `ends` says. */
size_t tf_chunk_start(size_t chunk, size_t chunks, size_t layers, tf_ends ends);

/* Evaluates `count` plans of one block shape. Degrees must be positive integers held exactly. */
void tf_evaluate_plans(const tf_results *results, const tf_plans *plans, size_t count, const tf_block *block,
                       const tf_machine *machine);

/* The same at a level that this machine has; a higher one is lowered to its best. */
void tf_evaluate_plans_at(tf_level level, const tf_results *results, const tf_plans *plans, size_t count,
                          const tf_block *block, const tf_machine *machine);

/* Naive twins, kept for ever: one plan at a time, written with branches, in the order docs/Model.md tells it. */
void tf_collective_times_naive(double *times, const int *collective, const double *group, const double *stride,
                               const double *bytes, const double *copies, const double *within, size_t count,
                               const tf_tier tiers[TF_TIERS]);
/* The same collectives with what each spends in every tier: fills `tier` of paths[count]. */
void tf_trace_collectives(tf_path *paths, const int *collective, size_t count, const tf_tier tiers[TF_TIERS]);
void tf_evaluate_plans_naive(const tf_results *results, const tf_plans *plans, size_t count, const tf_block *block,
                             const tf_machine *machine);

/* What the twin did for the first plan: its terms, added to `trace`. */
void tf_trace_plan(tf_trace *trace, const tf_plans *plans, const tf_block *block, const tf_machine *machine);

#endif
