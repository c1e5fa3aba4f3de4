/// The columns of a measurements file, in the order in which the shipped one has them. A file may have them in any order,
/// and others besides.
enum MeasurementColumn: String, CaseIterable {
  case id, source
  case sourceLocation = "source_location"
  case year, model
  case parameters = "params_b"
  case hidden, layers, heads
  case keyValueHeads = "kv_heads"
  case ffn, vocab
  case sequenceLength = "seq_len"
  case moe, accelerator, instance, accelerators, precision, tp, pp, cp, ep, etp, dp, vp
  case sharding = "zero_or_fsdp"
  case microBatch = "micro_batch"
  case globalBatch = "global_batch_sequences"
  case recompute
  case sequenceParallel = "seq_parallel"
  case metric, value
  case derived = "derived_tokens_per_s_total"
  case notes, stack, train, optimizer, counting

  /// Without it no row can say what was run; a file without one of the others leaves it open for every row.
  var isRequired: Bool {
    switch self {
    case .id, .source, .model, .hidden, .layers, .heads, .vocab, .sequenceLength, .accelerator, .accelerators,
      .precision, .tp, .pp, .dp, .microBatch, .globalBatch, .metric, .value:
      true
    case .sourceLocation, .year, .parameters, .keyValueHeads, .ffn, .moe, .instance, .cp, .ep, .etp, .vp,
      .sharding, .recompute, .sequenceParallel, .derived, .notes, .stack, .train, .optimizer, .counting:
      false
    }
  }
}
