// What `configs/measurements/sources.yaml` may say of published runs: their teams, software and models.
extension Keys {
  static let sources: [Key] = [.need("sources", "[{series: [mine], title: …, licence: …}]"), .may("models")]
  static let measuredModels: [Key] = [
    .may("names"), .need("forms", "[{like: llama-2-7b}]"), .may("sample_tokens"), .may("data_parallel"),
    .may("fitted"), .may("note"),
  ]
  static let measuredForm: [Key] = [
    .need("like", "llama-2-7b"), .may("whole"), .may("tied_embeddings"), .may("activation"), .may("positions"),
    .may("query_key_norm"),
    .may("query_key_value_bias"), .may("biases"), .may("head_dimension"),
    .may("mtp"), .may("ends"),
  ]
  static let measuredCut: [Key] = [.need("chunks", "16"), .need("ends", "4:1")]
  static let measurementSource: [Key] = [
    .need("series", "[mine]"), .may("team"), .need("title", "…"), .need("licence", "MIT"), .may("stack"),
    .may("stacks"), .may("machines"), .may("assume"), .may("note"),
  ]
  static let measurementStack: [Key] = [
    .need("when", "eager"), .may("and"), .need("stack", "torchtitan"), .may("attention"), .may("expert_dispatch"),
    .may("expert_overlap"), .may("selective"), .may("reduce_type"), .may("waited_for"),
  ]
  static let assume: [Key] = [
    .may("zero"), .may("recompute"), .may("sequence_parallel"), .may("interleave"), .may("micro_batch"),
    .may("etp"), .may("dropout"), .may("flops"), .may("lora_rank"), .may("lora_targets"),
  ]
}
