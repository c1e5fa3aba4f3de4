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


/* What is left of a bubble where micro-batches enter from both ends: (p/2 − 1)·(forward and backward of two at once + backward − 3 weight
 * gradients), where one after the other it is (p − 1)·(forward + backward), with backward twice forward and weight gradients as long
 * as that. The work of two at once takes as long as one after the other. */
TF_INLINE double dual_share(double dual, double p) {
  const double fewer = p > 2 ? (p - 2) / (3 * (p - 1)) : 0.0;
  return 1 - dual * (1 - fewer);
}

TF_INLINE void step(const tf_results *r, const tf_plans *plans, size_t from, size_t until, const tf_block *block,
                    const tf_machine *machine, const summed *restrict sums, const specialty is) {
  const int grouped = is.grouped, tabled = is.tabled, mixed = is.mixed, unused = is.unused;
  const tf_block s = *block;
  const tf_machine g = *machine;
  const block_times t = times_of(&s);
  const tf_mixture mixture = mixed ? *s.mixture : (tf_mixture){0};
  TF_PLAN_COLUMNS(TF_PLAN_INPUT)
  double *restrict out_step = r->step;
  TF_STEP_PARTS(TF_OUTPUT)

#pragma clang loop vectorize(enable) interleave(disable)
  for (size_t i = from; i < until; i++) {
    const size_t j = i - from;
    const double p = in_pipeline[i], v = in_interleave[i], D = in_data[i], z = in_zero[i];
    const double chunked = in_schedule[i] == TF_INTERLEAVED ? 1.0 : 0.0;
    const double m = micro_batches(&s, D);
    const stages st = stages_of(&s, p, v, g.dual);
    slowest_stage slow = slowest_of(&st, &t, p);
    if (mixed) {
      slow.time = sums->time[j];
      slow.embedding = sums->embedding[j];
      slow.head = sums->head[j];
    }
    /* Of the layers of the slowest stage, a micro-batch. */
    const double layers_work = mixed ? sums->work[j] : slow.layers * t.layer_work;
    const double layers_tensor = mixed ? sums->tensor[j] : slow.layers * s.layer.tensor;
    const double layers_host = mixed ? sums->host[j] : slow.layers * t.layer_host;
    const double layers_ahead = mixed ? sums->ahead[j] : slow.layers * t.layer_ahead;
    const double layers_back = mixed ? sums->back[j] : slow.layers * t.layer_back;

    /* Boundaries: a send forward and one backward per micro-batch and chunk. */
    double hop_latency, hop_inverse;
    send_cost(p, s.tensor * s.context * D, g.tiers, unused, &hop_latency, &hop_inverse);
    const double hop = hop_latency + s.boundary_bytes * hop_inverse + s.boundary_gather;
    const double boundary = st.staged * 2 * v * ((1 - g.pipeline_overlap) * hop + g.send_time);

    const double compute = m * (layers_work + slow.embedding * t.embedding_work + slow.head * t.head_work);
    const double recompute = mixed ? m * sums->recompute[j] : m * slow.layers * s.layer.recompute;
    const double tensor = m * (layers_tensor + slow.embedding * s.embedding_tensor +
                               slow.head * s.head_tensor);
    const double context = mixed ? m * sums->context[j] : m * slow.layers * s.layer.context;
    const double exchange = mixed ? m * sums->exchange[j] + alone_of(&st, p, m) * sums->alone[j] : 0.0;
    const double pipeline = m * boundary;
    const double all_stages = (mixed ? sums->all[j] : t.model_time) + p * boundary, busy = slow.time + boundary;
    const double bubble = dual_share(g.dual, p) * (all_stages > busy ? all_stages - busy : 0.0) / v;
    /* Software idles a part of every micro-batch, which ends when the slowest machine's does: among more, the slowest is
     * slower. */
    const double doublings = ceil_log2(__builtin_ceil(p * s.tensor * s.context * D / g.unit_devices));
    const double straggling =
        (g.idling + g.straggling * doublings) * m * (slow.time + boundary + g.micro_batch_time);
    const double host = m * (layers_host + g.micro_batch_time) + g.step_time * (1 + g.step_growth * doublings);

    stage_parameters n = parameters_of(&s, &st, p);
    if (mixed) n.fullest = sums->fullest[j];
    const double share = grouped ? in_shard[i] : TF_ALL_RANKS;
    /* Where ranks hold two stages, as many ranks again hold the same. */
    const double held = 1 + st.paired, own = held * n.fullest, ranks = D * s.context * held;
    const copies c = copies_of(ranks, z, share, grouped);
    const double forward = layers_ahead + slow.embedding * s.embedding_forward + slow.head * s.head_forward;
    const double backward = layers_back + slow.embedding * s.embedding_backward + slow.head * s.head_backward;
    const double drain = chunked * bubble;
    const double per_stage = s.layers / p;
    double summed, experts = 0;
    copies spread = c;
    if (mixed) {
      /* Experts' gradients are summed over the ranks that hold the same experts. Both kinds share the time that they can
       * hide behind as they share the parameters. */
      experts = held * sums->fullest_experts[j];
      spread = copies_of(ranks * s.tensor / mixture.expert_ranks, z, share, grouped);
      const double dense = own / (own + experts);
      summed = gradient_time(&g, &c, s.tensor, s.trained, z, m, own, per_stage, dense * forward, dense * backward, dense * drain,
                             grouped, unused) +
               (experts > 0 ? 1.0 : 0.0) *
                   gradient_time(&g, &spread, mixture.expert_ranks, mixture.expert_trained, z, m, experts, per_stage,
                                 (1 - dense) * forward, (1 - dense) * backward, (1 - dense) * drain,
                                 grouped, unused);
    } else {
      summed = gradient_time(&g, &c, s.tensor, s.trained, z, m, own, per_stage, forward, backward, drain, grouped, unused);
    }
    /* First and last stage add up the gradient of the embedding they share: an all-reduce of two. */
    const double shared = n.tie * s.trained;
    const double tied = shared > 0 ? 2 * hop_latency + shared * g.reduce_bytes * hop_inverse : 0.0;
    double data = summed + tied;
    if (tabled) data += lookup_time(&s, &g, D, m);

    const double updated = own * s.trained / c.shards;
    double optimizer = updated * g.optimizer_traffic_bytes / g.optimizer_rate + updated * g.update_time;
    if (mixed) {
      const double routed = experts * mixture.expert_trained / spread.shards;
      optimizer += routed * g.optimizer_traffic_bytes / g.optimizer_rate + routed * g.update_time;
    }

    TF_STEP_PARTS(TF_STORE)
    /* −0 is what adding changes nothing, whatever the sign. */
    out_step[i] = -0.0 TF_STEP_PARTS(TF_PLUS);
  }
}

TF_INLINE void memory(const tf_results *r, const tf_plans *plans, size_t from, size_t until, const tf_block *block,
                      const tf_machine *machine, const summed *restrict sums, const specialty is) {
  const int grouped = is.grouped;
  const tf_block s = *block;
  const tf_machine g = *machine;
  const tf_mixture mixture = is.mixed ? *s.mixture : (tf_mixture){0};
  TF_PLAN_COLUMNS(TF_PLAN_INPUT)
  double *restrict out_memory = r->memory;
  TF_MEMORY_PARTS(TF_HELD_OUTPUT)

#pragma clang loop vectorize(enable) interleave(disable)
  for (size_t i = from; i < until; i++) {
    const double p = in_pipeline[i], v = in_interleave[i], D = in_data[i], z = in_zero[i];
    const double chunked = in_schedule[i] == TF_INTERLEAVED ? 1.0 : 0.0;
    const stages st = stages_of(&s, p, v, g.dual);
    const double share = grouped ? in_shard[i] : TF_ALL_RANKS;
    const double ranks = D * s.context * (1 + st.paired);
    const copies c = copies_of(ranks, z, share, grouped);
    stage_contents k;
    copies spread = c;
    if (is.mixed) {
      spread = copies_of(ranks * s.tensor / mixture.expert_ranks, z, share, grouped);
      k = summed_contents(sums, i - from);
    } else {
      k = even_contents(&s, &st, p);
    }
    const holdings held = holdings_of(&s, &g, &st, &k, &c, &spread, mixture.expert_trained, p, v, D, z,
                                      micro_batches(&s, D), chunked, is);
    TF_MEMORY_PARTS(TF_HELD_STORE)
    out_memory[i] = -0.0 TF_MEMORY_PARTS(TF_HELD_PLUS);
  }
}

TF_INLINE void evaluate(const tf_results *r, const tf_plans *p, size_t n, const tf_block *b, const tf_machine *g,
                        const specialty is) {
  if (!is.mixed) {
    step(r, p, 0, n, b, g, NULL, is);
    memory(r, p, 0, n, b, g, NULL, is);
    return;
  }
  summed sums;
  known_sums known;
  for (size_t k = 0; k < TF_KNOWN; k++) known.p[k] = 0;
  for (size_t from = 0; from < n; from += TF_SUMMED) {
    const size_t until = TF_MIN(n, from + TF_SUMMED);
    sum_stages(&sums, &known, p, from, until, b, g->dual);
    step(r, p, from, until, b, g, &sums, is);
    memory(r, p, from, until, b, g, &sums, is);
  }
}

/* Whether some plan shares a copy among fewer than all ranks. */
static int any_grouped(const tf_plans *plans, size_t count) {
  int grouped = 0;
  for (size_t i = 0; i < count; i++) grouped |= plans->shard[i] < TF_ALL_RANKS;
  return grouped;
}

TF_INLINE void fitting(const tf_results *r, const tf_plans *p, size_t n, const tf_block *b, const tf_machine *g) {
  const int unused = g->tiers[0].span > 0 ? 0 : g->tiers[1].span > 0 ? 1 : 2;
  if (b->mixture && any_grouped(p, n)) {
    evaluate(r, p, n, b, g, (specialty){.grouped = 1, .mixed = 1});
  } else if (b->mixture && unused == 2) {
    evaluate(r, p, n, b, g, (specialty){.mixed = 1, .unused = 2});
  } else if (b->mixture) {
    evaluate(r, p, n, b, g, (specialty){.mixed = 1});
  } else if (b->table_weights > 0) {
    evaluate(r, p, n, b, g, (specialty){.grouped = 1, .tabled = 1});
  } else if (any_grouped(p, n)) {
    evaluate(r, p, n, b, g, (specialty){.grouped = 1});
  } else if (unused == 2) {
    evaluate(r, p, n, b, g, (specialty){.unused = 2});
  } else if (unused == 1) {
    evaluate(r, p, n, b, g, (specialty){.unused = 1});
  } else {
    evaluate(r, p, n, b, g, (specialty){0});
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

size_t tf_chunk_start(size_t chunk, size_t chunks, size_t layers, tf_ends ends) {
  return chunk_start(chunk, chunks, layers, ends);
}
