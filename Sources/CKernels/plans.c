#include "dispatch.h"

#include "include/plans.h"

#include "holdings.h"

#define TF_PLAN_INPUT(name) const double *restrict in_##name = plans->name;
#define TF_OUTPUT(name, column, words) double *restrict out_##name = r->name;
#define TF_HELD_OUTPUT(name, column, words) double *restrict held_##name = r->held_##name;
#define TF_STORE(name, column, words) out_##name[i] = name;
#define TF_HELD_STORE(name, column, words) held_##name[i] = held.name;
#define TF_PLUS(name, column, words) + name
#define TF_HELD_PLUS(name, column, words) + held.name

/* `grouped`, `tabled` and the number of unused tiers are known where it is inlined: few plans share less than all ranks,
 * and for those that do not the costs of two of three collectives fall away; few models have tables; most machines have
 * two tiers. */
TF_INLINE void step(const tf_results *r, const tf_plans *plans, size_t count, const tf_block *block,
                        const tf_machine *machine, const int grouped, const int tabled, const int unused) {
  const tf_block s = *block;
  const tf_machine g = *machine;
  const block_times t = times_of(&s);
  TF_PLAN_COLUMNS(TF_PLAN_INPUT)
  double *restrict out_step = r->step;
  TF_STEP_PARTS(TF_OUTPUT)

#pragma clang loop vectorize(enable) interleave(disable)
  for (size_t i = 0; i < count; i++) {
    const double p = in_pipeline[i], v = in_interleave[i], D = in_data[i], z = in_zero[i];
    const double chunked = in_schedule[i] == TF_INTERLEAVED ? 1.0 : 0.0;
    const double m = micro_batches(&s, D);
    const stages st = stages_of(&s, p, v);
    const slowest_stage slow = slowest_of(&st, &t, p);

    /* Boundaries: a send forward and one backward per micro-batch and chunk. */
    double hop_latency, hop_inverse;
    send_cost(p, s.tensor * s.context * D, g.tiers, unused, &hop_latency, &hop_inverse);
    const double hop = hop_latency + s.boundary_bytes * hop_inverse + s.boundary_gather;
    const double boundary = st.staged * 2 * v * ((1 - g.pipeline_overlap) * hop + g.send_time);

    const double compute = m * (slow.layers * t.layer_work + slow.embedding * t.embedding_work + slow.head * t.head_work);
    const double recompute = m * slow.layers * s.layer_recompute;
    const double tensor = m * (slow.layers * s.layer_tensor + slow.embedding * s.embedding_tensor +
                               slow.head * s.head_tensor);
    const double context = m * slow.layers * s.layer_context;
    const double pipeline = m * boundary;
    const double all_stages = t.model_time + p * boundary, busy = slow.time + boundary;
    const double bubble = (all_stages > busy ? all_stages - busy : 0.0) / v;
    const double host = m * (slow.layers * t.layer_host + g.micro_batch_time) + g.step_time;

    /* Software idles a part of every micro-batch, which ends when the slowest machine's does: among more, the slowest is
     * slower. */
    const double units = __builtin_ceil(p * s.tensor * s.context * D / g.unit_devices);
    const double straggling =
        (g.idling + g.straggling * ceil_log2(units)) * m * (slow.time + boundary + g.micro_batch_time);

    const stage_parameters n = parameters_of(&s, &st, p);
    const copies c = copies_of(&s, D, z, grouped ? in_shard[i] : TF_ALL_RANKS, grouped);
    const double forward = slow.layers * t.layer_ahead + slow.embedding * s.embedding_forward + slow.head * s.head_forward;
    const double backward = slow.layers * t.layer_back + slow.embedding * s.embedding_backward +
                            slow.head * s.head_backward;
    const double summed = gradient_time(&s, &g, &c, z, m, n.fullest, forward, backward, chunked * bubble, grouped,
                                         unused);
    /* First and last stage add up the gradient of the embedding they share: an all-reduce of two. */
    const double shared = n.tie * s.trained;
    const double tied = shared > 0 ? 2 * hop_latency + shared * g.reduce_bytes * hop_inverse : 0.0;
    double data = summed + tied;
    if (tabled) data += lookup_time(&s, &g, D, m);

    const double optimizer = n.fullest * s.trained / c.shards * g.optimizer_traffic_bytes / g.optimizer_rate;

    TF_STEP_PARTS(TF_STORE)
    /* −0 is what adding changes nothing, whatever the sign. */
    out_step[i] = -0.0 TF_STEP_PARTS(TF_PLUS);
  }
}

TF_INLINE void memory(const tf_results *r, const tf_plans *plans, size_t count, const tf_block *block,
                      const tf_machine *machine, const int grouped, const int tabled) {
  const tf_block s = *block;
  const tf_machine g = *machine;
  TF_PLAN_COLUMNS(TF_PLAN_INPUT)
  double *restrict out_memory = r->memory;
  TF_MEMORY_PARTS(TF_HELD_OUTPUT)

#pragma clang loop vectorize(enable) interleave(disable)
  for (size_t i = 0; i < count; i++) {
    const double p = in_pipeline[i], v = in_interleave[i], D = in_data[i], z = in_zero[i];
    const double chunked = in_schedule[i] == TF_INTERLEAVED ? 1.0 : 0.0;
    const stages st = stages_of(&s, p, v);
    const stage_parameters n = parameters_of(&s, &st, p);
    const copies c = copies_of(&s, D, z, grouped ? in_shard[i] : TF_ALL_RANKS, grouped);
    const holdings held = holdings_of(&s, &g, &st, &n, &c, p, v, D, z, micro_batches(&s, D), chunked, tabled);
    TF_MEMORY_PARTS(TF_HELD_STORE)
    out_memory[i] = -0.0 TF_MEMORY_PARTS(TF_HELD_PLUS);
  }
}

TF_INLINE void evaluate(const tf_results *r, const tf_plans *p, size_t n, const tf_block *b, const tf_machine *g,
                        const int grouped, const int tabled, const int unused) {
  step(r, p, n, b, g, grouped, tabled, unused);
  memory(r, p, n, b, g, grouped, tabled);
}

/* Whether some plan shares a copy among fewer than all ranks. */
static int any_grouped(const tf_plans *plans, size_t count) {
  int grouped = 0;
  for (size_t i = 0; i < count; i++) grouped |= plans->shard[i] < TF_ALL_RANKS;
  return grouped;
}

TF_INLINE void fitting(const tf_results *r, const tf_plans *p, size_t n, const tf_block *b, const tf_machine *g) {
  const int unused = g->tiers[0].span > 0 ? 0 : g->tiers[1].span > 0 ? 1 : 2;
  if (b->table_weights > 0) {
    evaluate(r, p, n, b, g, 1, 1, 0);
  } else if (any_grouped(p, n)) {
    evaluate(r, p, n, b, g, 1, 0, 0);
  } else if (unused == 2) {
    evaluate(r, p, n, b, g, 0, 0, 2);
  } else if (unused == 1) {
    evaluate(r, p, n, b, g, 0, 0, 1);
  } else {
    evaluate(r, p, n, b, g, 0, 0, 0);
  }
}

#if TF_X86
TF_TARGET_V3 static void evaluate_v3(const tf_results *r, const tf_plans *p, size_t n, const tf_block *b,
                                     const tf_machine *g) {
  fitting(r, p, n, b, g);
}
TF_TARGET_V4 static void evaluate_v4(const tf_results *r, const tf_plans *p, size_t n, const tf_block *b,
                                     const tf_machine *g) {
  fitting(r, p, n, b, g);
}
#endif

void tf_evaluate_plans_at(tf_level level, const tf_results *results, const tf_plans *plans, size_t count,
                          const tf_block *block, const tf_machine *machine) {
  tf_level best = tf_best_level();
  if (level > best) level = best;
#if TF_X86
  switch (level) {
  case TF_AVX512: evaluate_v4(results, plans, count, block, machine); return;
  case TF_AVX2: evaluate_v3(results, plans, count, block, machine); return;
  case TF_BASE: break;
  }
#endif
  fitting(results, plans, count, block, machine);
}

void tf_evaluate_plans(const tf_results *results, const tf_plans *plans, size_t count, const tf_block *block,
                       const tf_machine *machine) {
  tf_evaluate_plans_at(TF_AVX512, results, plans, count, block, machine);
}
