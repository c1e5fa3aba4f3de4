#include "dispatch.h"

#include "include/plans.h"

#include "collectives.h"

TF_INLINE double above(double amount, double floor) { return amount > floor ? amount - floor : 0.0; }

/* Exposed time of communication behind a window of compute, and the slow-down it causes there. */
TF_INLINE double exposed(double time, double window, double contention) {
  double left = above(time, window);
  return left + contention * (time - left);
}

/* `grouped_copies` and `tabled` are known where it is inlined: few jobs share less than all ranks, and for those that do not
 * the costs of two of three collectives fall away; few have tables. */
TF_INLINE void evaluate(const tf_results *r, const tf_plans *plans, size_t count, const tf_block *block,
                        const tf_machine *machine, const int grouped_copies, const int tabled) {
  const tf_block s = *block;
  const tf_machine g = *machine;
  const double *restrict pipeline = plans->pipeline, *restrict interleave = plans->interleave;
  const double *restrict data = plans->data, *restrict zero = plans->zero;
  double *restrict out_step = r->step, *restrict out_compute = r->compute, *restrict out_recompute = r->recompute;
  double *restrict out_tensor = r->tensor, *restrict out_context = r->context, *restrict out_pipeline = r->pipeline;
  double *restrict out_data = r->data, *restrict out_bubble = r->bubble, *restrict out_optimizer = r->optimizer;
  double *restrict out_host = r->host, *restrict out_straggling = r->straggling;
  double *restrict out_memory = r->memory, *restrict out_weights = r->weights, *restrict out_gradients = r->gradients;
  double *restrict out_states = r->states, *restrict out_activations = r->activations;
  double *restrict out_logits = r->logits, *restrict out_workspace = r->workspace;

  const double layer_work = s.layer_forward + s.layer_backward;
  const double layer_host = s.layer_host_forward + s.layer_host_backward;
  const double layer_time = layer_work + s.layer_recompute + s.layer_tensor + s.layer_context + layer_host;
  const double embedding_work = s.embedding_forward + s.embedding_backward;
  const double embedding_time = embedding_work + s.embedding_tensor;
  const double head_work = s.head_forward + s.head_backward;
  const double head_time = head_work + s.head_tensor;
  const double layer_ahead = s.layer_forward + s.layer_wait_forward + s.layer_host_forward;
  const double layer_back = layer_time - layer_ahead;
  const double model_time = s.layers * layer_time + embedding_time + head_time;

#pragma clang loop vectorize(enable) interleave(disable)
  for (size_t i = 0; i < count; i++) {
    const double p = pipeline[i], v = interleave[i], D = data[i], z = zero[i];
    const double staged = p > 1 ? 1.0 : 0.0;
    const double chunked = v > 1 ? 1.0 : 0.0;
    const double m = __builtin_floor(s.global_batch / (s.micro_batch * D));

    /* Stages: what does not divide is taken from the last stage, then the first, then those between. */
    const double base = __builtin_ceil(s.layers / (p * v));
    const double missing = base * p * v - s.layers;
    const double middle_layers = base * v;
    const double last_layers = middle_layers - (missing > 0 ? 1.0 : 0.0);
    const double first_layers = middle_layers - (missing > 1 ? 1.0 : 0.0);
    const double alone = 1 - staged;

    const double first_time = first_layers * layer_time + embedding_time + alone * head_time;
    const double last_time = last_layers * layer_time + head_time + alone * embedding_time;
    const double middle_time = p > 2 ? middle_layers * layer_time : 0.0;
    const double edge_time = TF_MAX(first_time, last_time);
    const double slowest = TF_MAX(edge_time, middle_time);
    const double at_edge = edge_time >= middle_time ? 1.0 : 0.0;
    const double at_last = last_time >= first_time ? at_edge : 0.0;
    const double at_first = at_edge - at_last;
    const double has_embedding = at_first + alone * at_last;
    const double has_head = at_last + alone * at_first;
    const double stage_layers = at_last * last_layers + at_first * first_layers + (1 - at_edge) * middle_layers;

    /* Boundaries: a send forward and one backward per micro-batch and chunk. */
    double hop_latency, hop_inverse;
    send_cost(p, s.tensor * s.context * D, g.tiers, &hop_latency, &hop_inverse);
    const double hop = hop_latency + s.boundary_bytes * hop_inverse + s.boundary_gather;
    const double boundary = staged * 2 * v * ((1 - g.pipeline_overlap) * hop + g.send_time);

    const double compute = m * (stage_layers * layer_work + has_embedding * embedding_work + has_head * head_work);
    const double recompute = m * stage_layers * s.layer_recompute;
    const double tensor = m * (stage_layers * s.layer_tensor + has_embedding * s.embedding_tensor +
                               has_head * s.head_tensor);
    const double context = m * stage_layers * s.layer_context;
    const double sends = m * boundary;
    const double all_stages = model_time + p * boundary;
    const double bubble = above(all_stages, slowest + boundary) / v;
    const double host = m * (stage_layers * layer_host + g.micro_batch_time) + g.step_time;

    /* Every micro-batch ends when the slowest machine's does, and among more machines the slowest is slower. */
    const double units = __builtin_ceil(p * s.tensor * s.context * D / g.unit_devices);
    const double straggling = g.straggling * ceil_log2(units) * m * (slowest + boundary + g.micro_batch_time);

    /* Parameters of the fullest stage: gradients are summed over data and context ranks together. */
    const double tie = staged * s.tied_parameters;
    const double first_parameters = first_layers * s.layer_parameters + s.embedding_parameters + alone * s.head_parameters;
    const double last_parameters = last_layers * s.layer_parameters + s.head_parameters + tie +
                                   alone * s.embedding_parameters;
    const double middle_parameters = middle_layers * s.layer_parameters * (p > 2 ? 1.0 : 0.0);
    const double edge_parameters = TF_MAX(first_parameters, last_parameters);
    const double parameters = TF_MAX(edge_parameters, middle_parameters);
    const double ranks = D * s.context;
    const double together = grouped_copies ? TF_MIN(ranks, g.shard_ranks) : ranks;
    const double shards = z > 0 ? together : 1.0;

    double latency[2], inverse[2];
    scatter_cost(together, s.tensor, g.tiers, latency, inverse);
    const double trained = parameters * s.trained;
    const double gradient_volume = trained * g.reduce_bytes;
    const double weight_volume = (z > 2 ? parameters : trained) * g.weight_bytes;
    const double reduce_scatter = latency[0] + gradient_volume * inverse[0];
    const double all_gather = latency[0] + weight_volume * inverse[0];
    double all_reduce = all_reduce_time(gradient_volume, latency, inverse), between = 0;
    if (grouped_copies) {
      double whole_latency[2], whole_inverse[2], copy_latency[2], copy_inverse[2];
      scatter_cost(ranks, s.tensor, g.tiers, whole_latency, whole_inverse);
      all_reduce = all_reduce_time(gradient_volume, whole_latency, whole_inverse);
      /* Replicas of a sharded copy sum their slices. */
      const double copies = __builtin_ceil(ranks / together);
      scatter_cost(copies, s.tensor * together, g.tiers, copy_latency, copy_inverse);
      between = copies > 1 ? all_reduce_time(gradient_volume / together, copy_latency, copy_inverse) : 0.0;
    }
    const double forward = stage_layers * layer_ahead + has_embedding * s.embedding_forward + has_head * s.head_forward;
    const double backward = stage_layers * layer_back + has_embedding * s.embedding_backward + has_head * s.head_backward;
    /* Gradients and parameters travel while the device computes and while it waits for other communication or for its
     * host, so that nothing is hidden twice behind the same time. What is reduced once a step hides behind the last
     * micro-batch, and where stages are interleaved behind the bubble that follows; what is gathered for every
     * micro-batch hides behind each. */
    const double drain = chunked * bubble;
    const double forward_window = g.data_overlap * forward, backward_window = g.data_overlap * (backward + drain);
    const double forward_each = g.shard_overlap * forward, backward_each = g.shard_overlap * backward;
    const double once_reduced = exposed(all_reduce, backward_window, g.contention);
    const double once_scattered = exposed(reduce_scatter + between, backward_window, g.contention);
    const double once_between = exposed(between, backward_window, g.contention);
    const double once_gathered = exposed(all_gather, forward_window, g.contention);
    const double each_scattered = exposed(reduce_scatter, backward_each, g.contention);
    const double each_gathered = exposed(all_gather, forward_each, g.contention);
    const double each_backward = exposed(all_gather + reduce_scatter, backward_each, g.contention);
    const double sharded = z > 2   ? m * (each_gathered + each_backward) + once_between
                           : z > 1 ? m * each_scattered + once_between + once_gathered
                                   : once_scattered + once_gathered;
    const double grouped = ranks > 1 ? (z > 0 ? sharded : once_reduced) : 0.0;
    /* First and last stage add up the gradient of the embedding they share: an all-reduce of two. */
    const double shared = tie * s.trained;
    const double tied = shared > 0 ? 2 * hop_latency + shared * g.reduce_bytes * hop_inverse : 0.0;
    double data_time = grouped + tied;
    if (tabled) {
      /* What was looked up goes to the rank whose sample it is, and gradients back: all to all, by the links of the tier
       * that holds the group, with nothing to hide behind. */
      double all_latency, all_inverse;
      send_cost(D, 1, g.tiers, &all_latency, &all_inverse);
      const double volume = TF_MIN(D * s.exchange_pooled, s.exchange_rows);
      data_time += 2 * m * (ceil_log2(D) * all_latency + (D - 1) / D * volume * all_inverse);
    }

    const double optimizer = trained / shards * g.optimizer_traffic_bytes / g.optimizer_rate;

    /* Memory: the first stage holds most micro-batches in flight, the last one the logits. */
    const double in_flight_first = TF_MIN(m, chunked > 0 ? p + (p - 1) / v : p);
    const double in_flight_last = TF_MIN(m, chunked > 0 ? ((v - 1) * p + 1) / v : 1.0);
    const double first_activations = first_layers * s.layer_activation * in_flight_first +
                                     s.embedding_activation * in_flight_first;
    const double last_activations = last_layers * s.layer_activation * in_flight_last + alone * s.embedding_activation;
    /* A stage between the ends may hold more layers than the first, for one micro-batch fewer. */
    const double in_flight_second = TF_MIN(m, chunked > 0 ? (v * p + p - 3) / v : p - 1);
    const double second_activations = middle_layers * s.layer_activation * in_flight_second;
    const double held_weights = g.weight_bytes / (z > 2 ? together : 1.0);
    const double held_gradients = s.trained * g.gradient_bytes / (z > 1 ? together : 1.0);
    const double held_states = s.trained * g.optimizer_state_bytes / shards;
    const double per_parameter = held_weights + held_gradients + held_states;
    const double gathered = z > 2 ? 2 * s.layer_parameters * g.weight_bytes : 0.0;
    const double first_total = first_parameters * per_parameter + first_activations + alone * s.head_logits;
    const double last_total = last_parameters * per_parameter + last_activations + s.head_logits;
    const double second_total = p > 2 ? middle_parameters * per_parameter + second_activations : 0.0;
    const double edge_total = TF_MAX(first_total, last_total);
    const int fuller_middle = second_total > edge_total;
    const int fuller_last = last_total > first_total;
    const double edge_held = fuller_last ? last_parameters : first_parameters;
    const double held = fuller_middle ? middle_parameters : edge_held;
    double weights = held * held_weights;
    const double gradients = held * held_gradients;
    double states = held * held_states;
    if (tabled) {
      weights += s.table_weights / D;
      states += s.table_states / D;
    }
    const double edge_activations = fuller_last ? last_activations : first_activations;
    const double activations = fuller_middle ? second_activations : edge_activations;
    const double edge_logits = fuller_last ? s.head_logits : alone * s.head_logits;
    const double logits = fuller_middle ? 0.0 : edge_logits;
    const double workspace = s.workspace + gathered;

    out_compute[i] = compute;
    out_recompute[i] = recompute;
    out_tensor[i] = tensor;
    out_context[i] = context;
    out_pipeline[i] = sends;
    out_data[i] = data_time;
    out_bubble[i] = bubble;
    out_optimizer[i] = optimizer;
    out_host[i] = host;
    out_straggling[i] = straggling;
    out_step[i] = compute + recompute + tensor + context + sends + data_time + bubble + optimizer + host + straggling;
    out_weights[i] = weights;
    out_gradients[i] = gradients;
    out_states[i] = states;
    out_activations[i] = activations;
    out_logits[i] = logits;
    out_workspace[i] = workspace;
    out_memory[i] = weights + gradients + states + activations + logits + workspace + g.memory_reserve;
  }
}

TF_INLINE void either(const tf_results *r, const tf_plans *p, size_t n, const tf_block *b, const tf_machine *g) {
  if (b->table_weights > 0) {
    evaluate(r, p, n, b, g, 1, 1);
  } else if (g->shard_ranks < TF_ALL_RANKS) {
    evaluate(r, p, n, b, g, 1, 0);
  } else {
    evaluate(r, p, n, b, g, 0, 0);
  }
}

#if TF_X86
TF_TARGET_V3 static void evaluate_v3(const tf_results *r, const tf_plans *p, size_t n, const tf_block *b,
                                     const tf_machine *g) {
  either(r, p, n, b, g);
}
TF_TARGET_V4 static void evaluate_v4(const tf_results *r, const tf_plans *p, size_t n, const tf_block *b,
                                     const tf_machine *g) {
  either(r, p, n, b, g);
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
  either(results, plans, count, block, machine);
}

void tf_evaluate_plans(const tf_results *results, const tf_plans *plans, size_t count, const tf_block *block,
                       const tf_machine *machine) {
  tf_evaluate_plans_at(TF_AVX512, results, plans, count, block, machine);
}
