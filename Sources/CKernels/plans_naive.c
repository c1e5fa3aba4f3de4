/* The step and the memory of one plan, told term by term in branches. Shares no code with the fast kernel: it is what
 * that is held to, and what `--explain` prints. */
#include "dispatch.h"

#include "naive.h"

#include <math.h>

/* One plan being worked out: what it is, and where terms are noted. */
typedef struct {
  const tf_block *s;
  const tf_machine *g;
  double p, v, D, z, shard, schedule, m;
  tf_trace *trace; /* NULL: nobody asks */
} question;

static double noted(const question *q, tf_term term) {
  tf_trace *trace = q->trace;
  if (trace) {
    if (trace->count < trace->capacity) trace->terms[trace->count] = term;
    trace->count++;
  }
  return term.amount;
}

/* A term that hides behind nothing. */
static double plain(const question *q, int part, int of, const char *what, const char *formula, double times,
                    double raw) {
  return noted(q, (tf_term){.part = part, .of = of, .what = what, .formula = formula, .times = times, .raw = raw,
                            .amount = times * raw});
}

/* One that takes place beside `window` seconds of other work, and slows it. */
static double beside(const question *q, int part, const char *what, const char *formula, double times, double raw,
                     double window, tf_path path) {
  double hidden = raw < window ? raw : window, contention = q->g->contention;
  return noted(q, (tf_term){.part = part, .what = what, .formula = formula, .times = times, .raw = raw,
                            .window = window, .hidden = hidden, .contention = contention,
                            .amount = times * (raw - hidden + contention * hidden), .path = path});
}

static double held(const question *q, int part, const char *what, const char *formula, double bytes) {
  return noted(q, (tf_term){.part = part, .is_memory = 1, .what = what, .formula = formula, .times = 1, .amount = bytes});
}

typedef struct {
  double layers, embedding, head; /* what a stage holds: layers, and 0 or 1 of the ends */
} stage;

static stage stage_at(const question *q, int index) {
  double p = q->p, base = ceil(q->s->layers / (p * q->v)), missing = base * p * q->v - q->s->layers;
  stage st = {base * q->v, index == 0, index == (int)p - 1};
  if (index == (int)p - 1) {
    if (missing > 0) st.layers -= 1;
  } else if (index == 0) {
    if (missing > 1) st.layers -= 1;
  } else if (missing - 2 >= index) {
    st.layers -= 1; /* the deficit left goes to stages 1, 2, … */
  }
  return st;
}

static double stage_time(const question *q, stage st) {
  const tf_block *s = q->s;
  double layer = s->layer_forward + s->layer_backward + s->layer_recompute + s->layer_tensor + s->layer_context +
                 s->layer_host_forward + s->layer_host_backward;
  return st.layers * layer + st.embedding * (s->embedding_forward + s->embedding_backward + s->embedding_tensor) +
         st.head * (s->head_forward + s->head_backward + s->head_tensor);
}

static double stage_parameters(const question *q, stage st) {
  const tf_block *s = q->s;
  return st.layers * s->layer_parameters + st.embedding * s->embedding_parameters +
         st.head * (s->head_parameters + (q->p > 1 ? s->tied_parameters : 0));
}

typedef struct {
  stage slow;
  double time, all, parameters; /* of the slowest stage, of all; of the fullest */
} stages;

/* Later stages win ties of edges over the middle, as the kernel's do. */
static stages stages_of(const question *q) {
  stages st = {.slow = stage_at(q, (int)q->p - 1)};
  if (stage_time(q, stage_at(q, 0)) > stage_time(q, st.slow)) st.slow = stage_at(q, 0);
  for (int k = 0; k < (int)q->p; k++) {
    stage one = stage_at(q, k);
    st.all += stage_time(q, one);
    if (stage_time(q, one) > stage_time(q, st.slow)) st.slow = one;
    st.parameters = fmax(st.parameters, stage_parameters(q, one));
  }
  st.time = stage_time(q, st.slow);
  return st;
}

static double compute_time(const question *q, stage slow) {
  const tf_block *s = q->s;
  double m = q->m;
  return plain(q, TF_STEP_compute, TF_OF_LAYERS, "layers", "forward + backward", m * slow.layers,
               s->layer_forward + s->layer_backward) +
         plain(q, TF_STEP_compute, TF_OF_EMBEDDING, "embedding", "forward + backward", m * slow.embedding,
               s->embedding_forward + s->embedding_backward) +
         plain(q, TF_STEP_compute, TF_OF_HEAD, "head", "forward + backward", m * slow.head, s->head_forward + s->head_backward);
}

static double tensor_time(const question *q, stage slow) {
  const tf_block *s = q->s;
  return plain(q, TF_STEP_tensor, TF_OF_LAYERS, "layers", "exposed, both ways", q->m * slow.layers, s->layer_tensor) +
         plain(q, TF_STEP_tensor, TF_OF_EMBEDDING, "embedding", "all-reduce or scatter", q->m * slow.embedding, s->embedding_tensor) +
         plain(q, TF_STEP_tensor, TF_OF_HEAD, "head", "gathers, scatter and loss", q->m * slow.head, s->head_tensor);
}

static double host_time(const question *q, stage slow) {
  double layer = q->s->layer_host_forward + q->s->layer_host_backward;
  return plain(q, TF_STEP_host, TF_OF_LAYERS, "layers", "launches beyond device time", q->m * slow.layers, layer) +
         plain(q, TF_STEP_host, TF_OF_NONE, "each micro-batch", "fixed", q->m, q->g->micro_batch_time) +
         plain(q, TF_STEP_host, TF_OF_NONE, "each step", "fixed", 1, q->g->step_time);
}

/* Gradients and parameters over data and context ranks, of which `together` share one sharded copy. */
static double gradient_time(const question *q, const stages *st, double together, double bubble) {
  const tf_block *s = q->s;
  const tf_machine *g = q->g;
  double ranks = q->D * s->context, z = q->z, m = q->m;
  if (ranks <= 1) return 0;
  stage slow = st->slow;
  double wait_backward = s->layer_tensor + s->layer_context - s->layer_wait_forward;
  double forward = slow.layers * (s->layer_forward + s->layer_wait_forward + s->layer_host_forward) +
                   slow.embedding * s->embedding_forward + slow.head * s->head_forward;
  double backward = slow.layers * (s->layer_backward + s->layer_recompute + wait_backward + s->layer_host_backward) +
                    slow.embedding * s->embedding_backward + slow.head * s->head_backward;
  double last = g->data_overlap * (backward + (q->schedule == TF_INTERLEAVED ? bubble : 0));
  tf_path gradients = {.group = together, .stride = s->tensor, .bytes = st->parameters * s->trained * g->reduce_bytes};
  tf_path weights = gradients, whole = gradients, copies = gradients;
  weights.bytes = st->parameters * (z > 2 ? 1 : s->trained) * g->weight_bytes;
  whole.group = ranks;
  if (z == 0) {
    double once = tf_all_reduce_naive(&whole, g->tiers);
    return beside(q, TF_STEP_data, "gradients, all-reduced once", "behind ω·(backward + drain)", 1, once, last, whole);
  }
  copies.group = ceil(ranks / together);
  copies.stride = s->tensor * together;
  copies.bytes = gradients.bytes / together;
  double reduce = tf_scatter_naive(&gradients, g->tiers), gather = tf_scatter_naive(&weights, g->tiers);
  double between = copies.group > 1 ? tf_all_reduce_naive(&copies, g->tiers) : 0;
  const char *gathered = "weights, gathered once", *replicas = "slices of gradients, all-reduced between copies";
  /* One after the other behind one window: what the first leaves of it is the second's. */
  double after = last > reduce ? last - reduce : 0;
  if (z == 1)
    return beside(q, TF_STEP_data, "gradients, scattered once", "behind ω·(backward + drain)", 1, reduce, last,
                  gradients) +
           (between > 0 ? beside(q, TF_STEP_data, replicas, "behind the rest of it", 1, between, after, copies) : 0) +
           beside(q, TF_STEP_data, gathered, "behind ω·forward", 1, gather, g->data_overlap * forward, weights);
  double summed = between > 0 ? beside(q, TF_STEP_data, replicas, "behind ω·(backward + drain)", 1, between, last, copies)
                              : 0;
  double ahead = g->shard_overlap * forward, back = g->shard_overlap * backward;
  if (z == 2)
    return beside(q, TF_STEP_data, "gradients, scattered each micro-batch", "behind ω·backward", m, reduce, back,
                  gradients) +
           summed +
           beside(q, TF_STEP_data, gathered, "behind ω·forward", 1, gather, g->data_overlap * forward, weights);
  double rest = back > gather ? back - gather : 0;
  return beside(q, TF_STEP_data, "weights, gathered each micro-batch forward", "behind ω·forward", m, gather, ahead,
                weights) +
         beside(q, TF_STEP_data, "weights, gathered each micro-batch backward", "behind ω·backward", m, gather, back,
                weights) +
         beside(q, TF_STEP_data, "gradients, scattered each micro-batch", "behind the rest of it", m, reduce, rest,
                gradients) +
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

/* What the fullest stage holds: the first, the last, and the second stage if there is one between. */
static double memory(const question *q, const tf_results *r, size_t i, double together) {
  const tf_block *s = q->s;
  const tf_machine *g = q->g;
  double p = q->p, v = q->v, z = q->z, m = q->m, best = -1, activations = 0, logits = 0, parameters = 0;
  stage middle = {ceil(s->layers / (p * v)) * v, 0, 0};
  double weight = g->weight_bytes / (z >= 3 ? together : 1);
  double gradient = s->trained * g->gradient_bytes / (z >= 2 ? together : 1);
  double state = s->trained * g->optimizer_state_bytes / (z >= 1 ? together : 1);
  for (int which = 0; which < (p > 2 ? 3 : 2); which++) {
    stage st = which == 0 ? stage_at(q, 0) : which == 1 ? stage_at(q, (int)p - 1) : middle;
    double k = which == 0 ? 0 : which == 1 ? p - 1 : 1;
    /* Warm-up of stage k: Megatron's schedule. */
    double flight = q->schedule == TF_INTERLEAVED ? (2 * (p - k - 1) + (v - 1) * p + 1) / v : p - k;
    double here = stage_parameters(q, st), each = st.layers * s->layer_activation + st.embedding * s->embedding_activation;
    double kept = each * (flight < m ? flight : m);
    double total = here * (weight + gradient + state) + kept + st.head * s->head_logits;
    if (total <= best) continue;
    best = total;
    parameters = here;
    activations = kept;
    logits = st.head * s->head_logits;

  }

  r->held_weights[i] = held(q, TF_MEMORY_weights, "weights", "parameters × bytes; ÷ sharing ranks under zero 3",
                            parameters * weight + s->table_weights / q->D);
  r->held_gradients[i] = held(q, TF_MEMORY_gradients, "gradients",
                              "parameters × bytes; ÷ sharing ranks from zero 2", parameters * gradient);
  r->held_optimizer[i] = held(q, TF_MEMORY_optimizer, "optimizer",
                              "parameters × bytes of master copy and moments; ÷ sharing ranks from zero 1",
                              parameters * state + s->table_states / q->D);
  r->held_activations[i] = held(q, TF_MEMORY_activations, "activations",
                                "what layers keep for backward × micro-batches in flight", activations);
  r->held_logits[i] = held(q, TF_MEMORY_logits, "logits", "the head's inputs and fp32 logits, on the last stage", logits);
  r->held_workspace[i] = held(q, TF_MEMORY_workspace, "workspace",
                              "alive only inside one layer; two layers' gathered weights under zero 3",
                              s->workspace + (z >= 3 ? 2 * s->layer_parameters * g->weight_bytes : 0));
  r->held_reserve[i] = held(q, TF_MEMORY_reserve, "reserve",
                            "held back by runtime, allocator and communication library", g->memory_reserve);
  return r->held_weights[i] + r->held_gradients[i] + r->held_optimizer[i] + r->held_activations[i] +
         r->held_logits[i] + r->held_workspace[i] + r->held_reserve[i];
}

#define TF_PLUS_EACH(name, column, words) + r->name[i]
static void evaluate_one(const tf_results *r, size_t i, const question *q) {
  const tf_block *s = q->s;
  const tf_machine *g = q->g;
  double p = q->p, v = q->v, D = q->D, m = q->m, ranks = D * s->context;
  double together = ranks < q->shard ? ranks : q->shard;
  stages st = stages_of(q);

  tf_path hop = {.group = p, .stride = s->tensor * s->context * D, .bytes = s->boundary_bytes}, word = hop;
  word.bytes = 0;
  double sent = tf_send_naive(&hop, g->tiers), latency = tf_send_naive(&word, g->tiers);
  double exposed = (sent + s->boundary_gather) * (1 - g->pipeline_overlap) + g->send_time;
  double boundary = p > 1 ? 2 * v * exposed : 0;

  r->compute[i] = compute_time(q, st.slow);
  r->recompute[i] = plain(q, TF_STEP_recompute, TF_OF_LAYERS, "layers", "what backward computes again", m * st.slow.layers,
                          s->layer_recompute);
  r->tensor[i] = tensor_time(q, st.slow);
  r->context[i] = plain(q, TF_STEP_context, TF_OF_LAYERS, "layers", "exposed, both ways", m * st.slow.layers, s->layer_context);
  r->pipeline[i] = noted(
      q, (tf_term){.part = TF_STEP_pipeline, .of = TF_OF_BOUNDARY, .what = "activations and their gradients between stages",
                   .formula = "(send + gather)·(1 − ω) + fixed", .times = p > 1 ? 2 * v * m : 0,
                   .raw = sent + s->boundary_gather + g->send_time,
                   .window = g->pipeline_overlap * (sent + s->boundary_gather),
                   .hidden = g->pipeline_overlap * (sent + s->boundary_gather), .amount = m * boundary, .path = hop});
  r->bubble[i] = plain(q, TF_STEP_bubble, TF_OF_NONE, "filling and draining the pipeline",
                       "(all stages − the slowest one) ÷ chunks", 1 / v, fmax(0, (st.all + p * boundary) - (st.time + boundary)));
  r->data[i] = gradient_time(q, &st, together, r->bubble[i]);
  if (p > 1 && s->tied_parameters * s->trained > 0) {
    tf_path tie = hop;
    tie.bytes = s->tied_parameters * s->trained * g->reduce_bytes;
    double raw = tf_send_naive(&tie, g->tiers) + latency;
    r->data[i] += noted(q, (tf_term){.part = TF_STEP_data, .what = "gradient of the embedding that both ends share",
                                     .formula = "2·latency + bytes ÷ rate", .times = 1, .raw = raw, .amount = raw,
                                     .path = tie});
  }
  r->data[i] += lookup_time(q);
  r->optimizer[i] = plain(q, TF_STEP_optimizer, TF_OF_NONE, "update of the parameters of the fullest stage",
                          "trained ÷ sharing ranks × bytes read and written ÷ memory rate", 1,
                          st.parameters * s->trained / (q->z >= 1 ? together : 1) * g->optimizer_traffic_bytes /
                              g->optimizer_rate);
  double doublings = ceil(log2(ceil(p * s->tensor * s->context * D / g->unit_devices)));
  r->host[i] = host_time(q, st.slow);
  r->straggling[i] = plain(q, TF_STEP_straggling, TF_OF_NONE, "idling of the software, and waiting for the slowest machine",
                           "(idling + slow-down a doubling × doublings) × micro-batch", m,
                           (g->idling + g->straggling * doublings) * (st.time + boundary + g->micro_batch_time));
  r->step[i] = -0.0 TF_STEP_PARTS(TF_PLUS_EACH);
  r->memory[i] = memory(q, r, i, together);
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
