import Quantities

extension Stack {
  init(_ fields: Fields, name: String) {
    self.init(
      name: name,
      summary: fields.text("summary") ?? "",
      attention: fields.choice("attention", Attention.self) ?? .fused,
      gradientType: fields.choice("gradient_type", DataType.self, allowed: [.fp32, .bf16, .fp16]) ?? .fp32,
      sequenceParallel: fields.bool("sequence_parallel") ?? false,
      contextParallel: fields.bool("context_parallel") ?? false,
      pipeline: fields.bool("pipeline") ?? false,
      interleaving: fields.bool("interleaving") ?? false,
      zeroStages: (fields.list("zero_stages") ?? []).compactMap { item in
        fields.word(item, called: "zero_stages", expected: "numbers").flatMap {
          fields.int($0, called: "zero_stages", in: 0...3, at: item)
        }
      },
      recompute: fields.choices("recompute", Recompute.self) ?? [],
      origin: fields.origin)
    if fields.has("zero_stages"), zeroStages.isEmpty {
      fields.error("'zero_stages' is empty", help: "write '[0]' where nothing is sharded", at: "zero_stages")
    }
    if fields.has("recompute"), recompute.isEmpty {
      fields.error(
        "'recompute' is empty", help: "write '[none]' where nothing is recomputed", at: "recompute")
    }
    if interleaving, !pipeline {
      fields.error("interleaving needs a pipeline", help: "set 'pipeline: true'", at: "interleaving")
    }
  }
}

extension Efficiency {
  init(_ fields: Fields, name: String, stack: Stack) {
    func overlap(_ key: String) -> Double { fields.fraction(key, fromZero: true) ?? 0 }
    func fraction(_ key: String) -> Double { fields.fraction(key) ?? 1 }
    self.init(
      name: name,
      summary: fields.text("summary") ?? "",
      chip: fields.name("chip")?.text ?? "",
      stack: stack,
      isDefault: fields.bool("default") ?? false,
      status: fields.choice("status", Status.self) ?? .notFitted,
      gemmFraction: fields.byType("gemm_fraction") { tree, name in
        fields.word(tree, called: name, expected: "a fraction").flatMap {
          fields.fraction($0, called: name, at: tree)
        }
      } ?? [:],
      gemmDepthHalf: Double(fields.int("gemm_depth_half", in: 1...10_000_000) ?? 1),
      attentionForward: fraction("attention_forward"),
      attentionBackward: fraction("attention_backward"),
      elementwise: fraction("elementwise"),
      normalization: fraction("normalization"),
      softmax: fraction("softmax"),
      optimizer: fraction("optimizer"),
      launchTime: fields.quantity("launch_time") ?? .zero,
      deviceLinkFraction: fraction("device_link"),
      scaleUpFraction: fraction("scale_up"),
      scaleOutFraction: fraction("scale_out"),
      tensorOverlap: overlap("tensor_overlap"),
      dataOverlap: overlap("data_overlap"),
      pipelineOverlap: overlap("pipeline_overlap"),
      contextOverlap: overlap("context_overlap"),
      contention: overlap("contention"),
      memoryReserve: fields.quantity("memory_reserve") ?? .zero,
      origin: fields.origin)
  }
}
