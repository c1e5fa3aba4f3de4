/* The step and the memory of one plan, told term by term in branches. Shares no code with the fast kernel: it is what
 * that is held to, and what `--explain` prints. */
#include "dispatch.h"

#include "holdings_naive.h"

#include <math.h>

/* A term for each kind of layer that the slowest stage has. */
static double layers_term(const question *q, stage slow, int part, const char *what, const char *formula,
                          double (*of)(tf_layer)) {
  double sum = 0;
  for (int kind = 0; kind < kinds_of(q); kind++) {
    double times = q->m * layers_of(q, slow, kind), raw = of(kind_at(q, kind));
    if (times > 0 || kinds_of(q) == 1)
      sum += noted(q, (tf_term){.part = part, .of = TF_OF_LAYERS, .kind = kind, .what = what, .formula = formula,
                                .times = times, .raw = raw, .amount = times * raw});
  }
  return sum;
}

static double layer_work(tf_layer l) { return l.forward + l.backward; }
static double layer_recompute(tf_layer l) { return l.recompute; }
static double layer_tensor(tf_layer l) { return l.tensor; }
static double layer_context(tf_layer l) { return l.context; }
static double layer_exchange(tf_layer l) { return l.exchange; }
static double layer_host(tf_layer l) { return l.host_forward + l.host_backward; }

static double compute_time(const question *q, stage slow) {
  const tf_block *s = q->s;
  double m = q->m;
  return layers_term(q, slow, TF_STEP_compute, "layers", "forward + backward", layer_work) +
         plain(q, TF_STEP_compute, TF_OF_EMBEDDING, "embedding", "forward + backward", m * slow.embedding,
               s->embedding_forward + s->embedding_backward) +
         plain(q, TF_STEP_compute, TF_OF_HEAD, "head", "forward + backward", m * slow.head, s->head_forward + s->head_backward);
}

static double tensor_time(const question *q, stage slow) {
  const tf_block *s = q->s;
  return layers_term(q, slow, TF_STEP_tensor, "layers", "exposed, both ways", layer_tensor) +
         plain(q, TF_STEP_tensor, TF_OF_EMBEDDING, "embedding", "all-reduce or scatter", q->m * slow.embedding, s->embedding_tensor) +
         plain(q, TF_STEP_tensor, TF_OF_HEAD, "head", "gathers, scatter and loss", q->m * slow.head, s->head_tensor);
}

/* How often the machines double until there are as many as the plan takes. */
static double doublings_of(const question *q) {
  return ceil(log2(ceil(q->p * q->s->tensor * q->s->context * q->D / q->g->unit_devices)));
}

/* Tokens to experts and back. Micro-batches that fill and drain a pipeline have no other beside them. */
static double exchange_time(const question *q, const stages *st) {
  if (!q->s->mixture) return 0;
  double alone = stages_on_a_rank(q) == 2 ? 3 * q->p / 2 - 1 : q->p;
  double time = layers_term(q, st->slow, TF_STEP_exchange, "layers", "exposed, both ways", layer_exchange);
  if (st->alone > 0)
    time += plain(q, TF_STEP_exchange, TF_OF_NONE, "micro-batches with no other beside them", "exposed by itself − beside another",
                  alone < q->m ? alone : q->m, st->alone);
  return time;
}

static double host_time(const question *q, stage slow) {
  return layers_term(q, slow, TF_STEP_host, "layers", "launches beyond device time",
                   layer_host) +
         plain(q, TF_STEP_host, TF_OF_NONE, "each micro-batch", "fixed", q->m, q->g->micro_batch_time) +
         plain(q, TF_STEP_host, TF_OF_NONE, "each step", "fixed × (1 + growth per doubling × doublings of the machines)", 1,
               q->g->step_time * (1 + q->g->step_growth * doublings_of(q)));
}

static double gradient_time(const question *q, const stages *st, held_by h, double bubble) {
  const tf_block *s = q->s;
  const tf_machine *g = q->g;
  double z = q->z, m = q->m, together = h.together;
  if (h.ranks <= 1 || h.parameters <= 0) return 0;
  stage slow = st->slow;
  double forward = slow.embedding * s->embedding_forward + slow.head * s->head_forward;
  double backward = slow.embedding * s->embedding_backward + slow.head * s->head_backward;
  for (int k = 0; k < kinds_of(q); k++) {
    tf_layer l = kind_at(q, k);
    double ahead = l.forward + l.wait_forward + l.host_forward;
    forward += layers_of(q, slow, k) * ahead;
    backward += layers_of(q, slow, k) * (layer_time(l) - ahead);
  }
  forward *= h.share;
  backward *= h.share;
  bubble *= h.share;
  double last = g->data_overlap * (backward + (q->schedule == TF_INTERLEAVED ? bubble : 0));
  /* Calls: a layer's where all is sharded, else a bucket's. */
  double bucket = 1e6 * h.ranks > 40e6 ? 1e6 * h.ranks : 40e6;
  double calls = z > 2 && together > 1 ? s->layers / q->p : h.parameters * h.trained / bucket;
  double travelling = z >= 2 ? g->sharded_reduce_bytes : g->reduce_bytes;
  tf_path gradients = {.group = together, .stride = h.stride, .calls = calls, .bytes = h.parameters * h.trained * travelling};
  tf_path weights = gradients, whole = gradients, copies = gradients;
  weights.bytes = z > 2 ? h.parameters * g->gathered_weight_bytes : h.parameters * h.trained * g->weight_bytes;
  whole.group = h.ranks;
  if (z == 0) {
    double once = tf_all_reduce_naive(&whole, g->tiers);
    return beside(q, TF_STEP_data, "gradients, all-reduced once", "behind ω·(backward + drain)", 1, once, last, whole, 2);
  }
  copies.group = ceil(h.ranks / together);
  copies.stride = h.stride * together;
  copies.bytes = gradients.bytes / together;
  double reduce = tf_scatter_naive(&gradients, g->tiers), gather = tf_scatter_naive(&weights, g->tiers);
  double between = copies.group > 1 ? tf_all_reduce_naive(&copies, g->tiers) : 0;
  const char *gathered = "weights, gathered once", *replicas = "slices of gradients, all-reduced between copies";
  /* Both hide behind one window, the first before the second: the second has the rest of it. */
  double after = last > reduce ? last - reduce : 0;
  if (z == 1)
    return beside(q, TF_STEP_data, "gradients, scattered once", "behind ω·(backward + drain)", 1, reduce, last,
                  gradients, 1) +
           (between > 0 ? beside(q, TF_STEP_data, replicas, "behind what is left of that time", 1, between, after, copies, 2) : 0) +
           beside(q, TF_STEP_data, gathered, "behind ω·forward", 1, gather, g->gather_overlap * forward, weights, 1);
  double ahead = g->shard_overlap * forward, back = g->shard_overlap * backward;
  /* The last micro-batch has its own to hide first. */
  double left = fmax(0, last - fmin(back, z > 2 ? gather + reduce : reduce));
  double summed = between > 0 ? beside(q, TF_STEP_data, replicas, "behind ω·(backward + drain), what is left", 1, between, left, copies, 2)
                              : 0;
  if (z == 2)
    return beside(q, TF_STEP_data, "gradients, scattered each micro-batch", "behind ω·backward", m, reduce, back,
                  gradients, 1) +
           summed +
           beside(q, TF_STEP_data, gathered, "behind ω·forward", 1, gather, g->gather_overlap * forward, weights, 1);
  double rest = back > gather ? back - gather : 0;
  return beside(q, TF_STEP_data, "weights, gathered each micro-batch forward", "behind ω·forward", m, gather, ahead,
                weights, 1) +
         beside(q, TF_STEP_data, "weights, gathered each micro-batch backward", "behind ω·backward", m, gather, back,
                weights, 1) +
         beside(q, TF_STEP_data, "gradients, scattered each micro-batch", "behind what is left of that time", m, reduce, rest,
                gradients, 1) +
         summed;
}

/* Rows of spread tables to the ranks of their samples, and gradients back: all to all. */
static double lookup_time(const question *q) {
  if (q->s->table_weights <= 0 || q->D <= 1) return 0;
  double hops = ceil(log2(q->D)), rows = fmin(q->s->exchange_pooled * q->D, q->s->exchange_rows);
  double volume = rows * (q->D - 1) / q->D;
  tf_path path = {.group = q->D, .stride = 1, .bytes = volume}, empty = path;
  empty.bytes = 0;
  double latency = tf_send_naive(&empty, q->g->tiers);
  double raw = tf_send_naive(&path, q->g->tiers) + (hops - 1) * latency;
  for (int k = 0; k < TF_TIERS; k++) path.tier[k] += (hops - 1) * empty.tier[k];
  return noted(q, (tf_term){.part = TF_STEP_data, .what = "rows of tables, all to all, forward and back",
                            .formula = "⌈log2 D⌉·latency + bytes ÷ rate", .times = 2 * q->m, .raw = raw,
                            .amount = 2 * q->m * raw, .path = path});
}

#define TF_PLUS_EACH(name, column, words) + r->name[i]
static void evaluate_one(const tf_results *r, size_t i, const question *q) {
  const tf_block *s = q->s;
  const tf_machine *g = q->g;
  /* Where each rank holds two stages, as many ranks again hold the same. */
  double p = q->p, v = q->v, D = q->D, m = q->m, twice = stages_on_a_rank(q), ranks = twice * D * s->context;
  double together = ranks < q->shard ? ranks : q->shard;
  stages st = stages_of(q);
  st.parameters *= twice;
  st.experts *= twice;
  held_by dense = {st.parameters, s->trained, ranks, together, s->tensor, 1}, experts = {0, 0, 1, 1, 1, 0};
  if (s->mixture) {
    double same = ranks * s->tensor / s->mixture->expert_ranks;
    dense.share = st.parameters / (st.parameters + st.experts);
    experts = (held_by){st.experts, s->mixture->expert_trained, same, same < q->shard ? same : q->shard,
                        s->mixture->expert_ranks, 1 - dense.share};
  }

  tf_path hop = {.group = p, .stride = s->tensor * s->context * D, .bytes = s->boundary_bytes}, word = hop;
  word.bytes = 0;
  double sent = tf_send_naive(&hop, g->tiers), latency = tf_send_naive(&word, g->tiers);
  double exposed = (sent + s->boundary_gather) * (1 - g->pipeline_overlap) + g->send_time;
  double boundary = p > 1 ? 2 * v * exposed : 0;

  r->compute[i] = compute_time(q, st.slow);
  r->recompute[i] = layers_term(q, st.slow, TF_STEP_recompute, "layers", "what backward computes again", layer_recompute);
  r->tensor[i] = tensor_time(q, st.slow);
  r->context[i] = layers_term(q, st.slow, TF_STEP_context, "layers", "exposed, both ways", layer_context);
  r->exchange[i] = exchange_time(q, &st);
  r->pipeline[i] = noted(
      q, (tf_term){.part = TF_STEP_pipeline, .of = TF_OF_BOUNDARY, .what = "activations and their gradients between stages",
                   .formula = "(send + gather)·(1 − ω) + fixed", .times = p > 1 ? 2 * v * m : 0,
                   .raw = sent + s->boundary_gather + g->send_time,
                   .window = g->pipeline_overlap * (sent + s->boundary_gather),
                   .hidden = g->pipeline_overlap * (sent + s->boundary_gather), .amount = m * boundary, .path = hop});
  double idle = fmax(0, (st.all + p * boundary) - (st.time + boundary));
  r->bubble[i] =
      g->dual > 0 ? plain(q, TF_STEP_bubble, TF_OF_NONE, "filling and draining the pipeline from both ends",
                          "(all stages − the slowest one) · (p − 2) ÷ (3·(p − 1)) ÷ chunks", 1 / v,
                          p > 2 ? idle * (p - 2) / (3 * p - 3) : 0)
                  : plain(q, TF_STEP_bubble, TF_OF_NONE, "filling and draining the pipeline",
                          "(all stages − the slowest one) ÷ chunks", 1 / v, idle);
  r->data[i] = gradient_time(q, &st, dense, r->bubble[i]) + gradient_time(q, &st, experts, r->bubble[i]);
  if (p > 1 && s->tied_parameters * s->trained > 0) {
    tf_path tie = hop;
    tie.bytes = s->tied_parameters * s->trained * g->reduce_bytes;
    double raw = tf_send_naive(&tie, g->tiers) + latency;
    r->data[i] += noted(q, (tf_term){.part = TF_STEP_data, .what = "gradient of the embedding that first and last stage share",
                                     .formula = "2·latency + bytes ÷ rate", .times = 1, .raw = raw, .amount = raw,
                                     .path = tie});
  }
  r->data[i] += lookup_time(q);
  double updated = st.parameters * s->trained / (q->z >= 1 ? together : 1) +
                   st.experts * experts.trained / (q->z >= 1 ? experts.together : 1);
  r->optimizer[i] = plain(q, TF_STEP_optimizer, TF_OF_NONE, "update of the parameters of the fullest stage",
                          "trained ÷ sharing ranks × bytes read and written ÷ memory rate", 1,
                          updated * g->optimizer_traffic_bytes / g->optimizer_rate);
  if (g->update_time > 0)
    r->optimizer[i] += plain(q, TF_STEP_optimizer, TF_OF_NONE, "matrix products of the update, and the host's part of it",
                             "trained ÷ sharing ranks × (FLOPs ÷ matrix rate + time of the host and its link)", 1,
                             updated * g->update_time);
  double doublings = doublings_of(q);
  r->host[i] = host_time(q, st.slow);
  r->straggling[i] = plain(q, TF_STEP_straggling, TF_OF_NONE, "idling of the software, and waiting for the slowest machine",
                           "(idling + slow-down per doubling × doublings of the machines) × micro-batch", m,
                           (g->idling + g->straggling * doublings) * (st.time + boundary + g->micro_batch_time));
  r->step[i] = -0.0 TF_STEP_PARTS(TF_PLUS_EACH);
  r->memory[i] = memory(q, r, i, dense, experts);
}

static question asked(const tf_plans *plans, size_t i, const tf_block *s, const tf_machine *g, tf_trace *trace) {
  return (question){.s = s, .g = g, .p = plans->pipeline[i], .v = plans->interleave[i], .D = plans->data[i],
                    .z = plans->zero[i], .shard = plans->shard[i], .schedule = plans->schedule[i],
                    .m = floor(s->global_batch / (s->micro_batch * plans->data[i])), .trace = trace};
}

void tf_evaluate_plans_naive(const tf_results *results, const tf_plans *plans, size_t count, const tf_block *block,
                             const tf_machine *machine) {
  for (size_t i = 0; i < count; i++) {
    question q = asked(plans, i, block, machine, 0);
    evaluate_one(results, i, &q);
  }
}

void tf_trace_plan(tf_trace *trace, const tf_plans *plans, const tf_block *block, const tf_machine *machine) {
  double columns[TF_RESULT_COLUMNS];
  tf_results results = tf_results_at(columns, 1);
  question q = asked(plans, 0, block, machine, trace);
  evaluate_one(&results, 0, &q);
}
