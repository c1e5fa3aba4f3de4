import Quantities

extension Stack {
  init(_ fields: Fields, name: String) {
    self.init(
      name: name,
      summary: fields.text("summary") ?? "",
      family: fields.text("family") ?? name,
      attention: fields.choice("attention", Attention.self) ?? .fused,
      gradientType: fields.choice("gradient_type", DataType.self, allowed: [.fp32, .bf16, .fp16]) ?? .fp32,
      reduceType: fields.choice("reduce_type", DataType.self, allowed: [.fp32, .bf16, .fp16])
        ?? fields.choice("gradient_type", DataType.self, allowed: [.fp32, .bf16, .fp16]) ?? .fp32,
      shardedReduceType: fields.choice("sharded_reduce_type", DataType.self, allowed: [.fp32, .bf16, .fp16]),
      softmaxRows: fields.int("softmax_rows", in: 1...1024),
      softmaxLength: fields.int("softmax_length", in: 1...1_000_000),
      wideProducts: fields.choice("wide_products", DataType.self, allowed: [.bf16, .tf32]),
      tensorParallel: fields.bool("tensor_parallel") ?? true,
      sequenceParallel: fields.bool("sequence_parallel") ?? false,
      contextParallel: fields.bool("context_parallel") ?? false,
      contextExchange: fields.choice("context_exchange", ContextExchange.self) ?? .keys,
      expertParallel: fields.bool("expert_parallel") ?? false,
      expertDispatch: fields.choice("expert_dispatch", ExpertDispatch.self) ?? .perExpert,
      expertOverlap: fields.choice("expert_overlap", ExpertOverlap.self) ?? .layer,
      dispatchType: fields.choice("dispatch_type", DataType.self, allowed: [.fp8, .mxfp8]),
      pipeline: fields.bool("pipeline") ?? false,
      interleaving: fields.bool("interleaving") ?? false,
      zeroStages: (fields.list("zero_stages") ?? []).compactMap { item in
        fields.word(item, called: "zero_stages", expected: "numbers").flatMap {
          fields.int($0, called: "zero_stages", in: 0...3, at: item)
        }
      },
      recompute: fields.choices("recompute", Recompute.self) ?? [],
      selective: fields.choice("selective", Selective.self) ?? .scores,
      compileTime: fields.sourced("compile_time"), compileTimeCached: fields.sourced("compile_time_cached"),
      hostUpdate: fields.sourced("host_update"), peak: fields.choice("peak", Peak.self) ?? .sum,
      logitBytes: fields.number("logit_bytes"), singleOperators: fields.bool("single_operators") ?? false,
      separateBiases: fields.bool("separate_biases") ?? false,
      waitedFor: fields.choices("waited_for", Communication.self) ?? [],
      dualPipe: fields.bool("dual_pipe") ?? false,
      origin: fields.origin)
    if fields.has("zero_stages"), zeroStages.isEmpty {
      fields.error("'zero_stages' is empty", help: "write '[0]' where nothing is sharded", at: "zero_stages")
    }
    if fields.has("recompute"), recompute.isEmpty {
      fields.error(
        "'recompute' is empty", help: "write '[none]' where nothing is recomputed", at: "recompute")
    }
    if dualPipe, !pipeline {
      fields.error("DualPipe is a pipeline", help: "set 'pipeline: true'", at: "dual_pipe")
    }
    if dualPipe, interleaving {
      fields.error("DualPipe does not interleave stages", help: "set 'interleaving: false'", at: "dual_pipe")
    }
    if interleaving, !pipeline {
      fields.error("interleaving needs a pipeline", help: "set 'pipeline: true'", at: "interleaving")
    }
  }
}

extension Efficiency {
  /// - Parameter base: the profile that it begins with, where it names a chip like its own.
  init(_ fields: Fields, name: String, stack: Stack, base: Efficiency? = nil) {
    var values = base?.values ?? .neutral
    for parameter in EfficiencyParameter.allCases {
      values[parameter] = fields.value(parameter.key, parameter) ?? values[parameter]
    }
    let fit = Fit(
      rows: fields.int("rows", in: 0...1_000_000_000), data: fields.text("data"), date: fields.date("fitted"))
    self.init(
      name: name, summary: fields.text("summary") ?? "", chip: fields.name("chip")?.text ?? "", stack: stack,
      isDefault: fields.bool("default") ?? false, status: fields.choice("status", Status.self) ?? .extrapolated,
      values: values, fit: fit == Fit() ? nil : fit,
      memoryReserve: fields.quantity("memory_reserve", fromZero: true) ?? base?.memoryReserve ?? .zero,
      memorySpread: fields.number("memory_spread") ?? base?.memorySpread ?? 0, origin: fields.origin)
    if let base { self.base = .chip(base.chip) } else { unstated = Unstated(fields) }
  }
}
