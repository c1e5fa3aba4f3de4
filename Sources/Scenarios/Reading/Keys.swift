/// One key a file may have.
struct Key: Sendable {
  var name: String
  var required: Bool
  /// A legal value, for the help of a message about its absence.
  var example: String

  static func need(_ name: String, _ example: String) -> Key {
    Key(name: name, required: true, example: example)
  }
  static func may(_ name: String, _ example: String = "…") -> Key {
    Key(name: name, required: false, example: example)
  }
}

/// Every key of every kind of file, here and nowhere else: readers ask for keys by name, this table decides
/// which must be there and which are unknown. A test holds it equal to docs/Files.md.
enum Keys {
  static let header: [Key] = [
    .need("kind", "chip"), .need("version", "2"), .need("source", "https://…"),
    .need("retrieved", "2026-01-31"),
    .need("summary", "one line"), .may("note"),
  ]

  static func of(_ kind: FileKind) -> [Key] {
    let own: [Key] =
      switch kind {
      case .chip: chip
      case .nitroCard: nitroCard
      case .hostCPU: hostCPU
      case .instance: instance
      case .model: model
      case .stack: stack
      case .efficiency: efficiency
      case .job: job
      case .ownership: ownership
      case .provider: provider
      case .suite: suite
      case .sources: sources
      case .priors: priors
      case .posterior: posterior
      case .storage: storage
      case .data: data
      case .recovery: recovery
      case .practice: practice
      case .scaling: scaling
      case .budget: budget
      }
    return all(own, of: kind)
  }

  /// Those of a file: families of models have keys of their own, and what a file is like says what it leaves out.
  static func of(_ kind: FileKind, _ tree: Tree) -> [Key] {
    if [.chip, .efficiency].contains(kind), tree["like"] != nil {
      return of(kind).map { saidByOthers.contains($0.name) ? .may($0.name, $0.example) : $0 }
    }
    guard kind == .model else { return of(kind) }
    if tree["family"]?.word == Model.Family.recommender.rawValue { return all(recommender, of: kind) }
    return tree["blocks"] == nil ? of(kind) : all(modelOfBlocks, of: kind)
  }

  private static func all(_ own: [Key], of kind: FileKind) -> [Key] {
    guard [.job, .suite, .budget].contains(kind) else { return header + own }
    // These are the user's own: they need not say where they were read.
    return header.map { ["source", "retrieved", "summary"].contains($0.name) ? .may($0.name, $0.example) : $0 } + own
  }

  private static let saidByOthers = ["vendor", "class", "status", "memory_reserve"]

  static let sourced: [Key] = [
    .need("value", "2.9 TB/s"), .may("source"), .may("retrieved"), .may("note"),
  ]

  static let chip: [Key] = [
    .may("like", "h100"), .need("vendor", "AWS"), .need("class", "accelerator"), .may("architecture"),
    .may("generation"), .may("flash_attention"),
    .need("released", "2024"), .may("devices_per_chip"), .need("peak", "{bf16: 667 TFLOP/s}"), .may("ceiling"),
    .need("memory_capacity", "96 GiB"), .need("memory_bandwidth", "2.9 TB/s"), .may("on_chip_memory"),
    .may("matrix_tile_rows"), .may("matrix_tile_columns"), .may("matrix_units"),
    .may("link"), .may("device_link"), .may("host_link"), .may("power_max"), .may("power_idle"), .may("disputed"),
  ]
  static let link: [Key] = [
    .need("name", "NeuronLink"), .need("bandwidth", "640 GB/s"), .may("latency"),
  ]

  static let nitroCard: [Key] = [
    .need("generation", "6"), .need("card_bandwidth", "400 Gbit/s"), .may("card_bandwidth_accelerated"),
    .need("efa", "v4"), .may("latency"), .may("ebs_bandwidth"), .may("ebs_iops"), .may("encryption"),
    .may("hypervisor_share"), .may("features"), .may("disputed"),
  ]

  static let hostCPU: [Key] = [
    .may("cores"), .need("threads_per_core", "2"), .may("core_speed"), .may("released"), .may("disputed"),
  ]

  static let instance: [Key] = [
    .need("provider", "aws"), .may("released"), .may("chip"), .may("chips"), .may("members"), .may("sold_in"),
    .may("host"), .may("nitro"), .may("scale_up"), .may("network"), .may("ebs"), .may("local_storage"),
    .may("power_max"), .may("power_load"), .may("power_grade"), .may("power_idle"), .may("disputed"),
  ]
  static let members: [Key] = [.need("instance", "trn2u.48xlarge"), .need("count", "4")]
  static let host: [Key] = [.may("cpu"), .may("vcpus"), .may("cores"), .may("memory")]
  static let scaleUp: [Key] = [
    .need("name", "NeuronLink"), .need("topology", "torus-2d"), .need("chips", "16"), .may("bandwidth"),
    .may("latency"),
  ]
  static let network: [Key] = [
    .need("kind", "efa"), .may("efa"), .may("cards"), .need("bandwidth", "3200 Gbit/s"), .may("burst"),
    .may("latency"),
  ]
  static let ebs: [Key] = [.need("bandwidth", "80 Gbit/s"), .may("burst"), .may("iops")]
  static let localStorage: [Key] = [
    .need("drives", "4"), .need("capacity", "1.9 TB"), .may("read_iops"), .may("write_iops"), .may("read_bandwidth"),
    .may("write_bandwidth"),
  ]

  static let stack: [Key] = [
    .need("attention", "fused"), .need("gradient_type", "fp32"), .need("sequence_parallel", "true"),
    .need("context_parallel", "true"), .need("pipeline", "true"), .need("interleaving", "true"),
    .need("zero_stages", "[0, 1]"), .need("recompute", "[none, full]"), .may("family"), .may("reduce_type"),
    .may("sharded_reduce_type"), .may("tensor_parallel"),
    .may("context_exchange"), .may("selective"),
    .may("expert_parallel"), .may("expert_dispatch"), .may("expert_overlap"), .may("dispatch_type"),
    .may("softmax_rows"), .may("softmax_length"), .may("wide_products"), .may("compile_time"),
    .may("compile_time_cached"), .may("host_update"), .may("peak"), .may("logit_bytes"), .may("single_operators"),
    .may("separate_biases"), .may("waited_for"), .may("dual_pipe"),
  ]

  static let efficiency: [Key] =
    [
      .need("chip", "trainium2"), .need("stack", "neuron"), .may("like", "h100"), .may("default"),
      .need("status", "extrapolated"),
      .need("memory_reserve", "2 GiB"), .may("memory_spread"), .may("rows"), .may("data"), .may("fitted"),
    ]
    + EfficiencyParameter.allCases.map { .may($0.key, $0.neutralText) }

  static let priors: [Key] = [
    .need("population", "{gemm_16bit: {value: 0.7, population: 0.3}}"), .may("architectures"), .may("chips"),
    .need("default_stacks", "{h100: nemo}"), .need("memory_reserves", "{gpu: 4 GiB}"), .may("memory_spreads"),
    .may("memory_outside"),
    .may("unexplained"),
    .may("likeness"),
  ]
  static let unexplained: [Key] = [.may("core"), .may("freedom"), .may("other_layers"), .may("note")]
  static let likeness: [Key] = [.may("lengths"), .may("spreads"), .may("note")]
  static let likenessLengths: [Key] = Likeness.Feature.allCases.map { .may($0.rawValue) }
  static let likenessSpreads: [Key] = Likeness.Part.allCases.map { .may($0.rawValue) }
  static func prior(_ parameter: EfficiencyParameter) -> [Key] {
    [
      .need("value", parameter.neutralText), .need("population", "0.3"), .may("architecture"), .may("generation"),
      .may("chip"),
      .may("family"), .may("stack"),
    ]
  }
  static func observation(_ parameter: EfficiencyParameter) -> [Key] {
    [
      .need("value", parameter.neutralText), .need("spread", "0.2"), .may("apart"), .may("source"), .may("note"),
    ]
  }
  static let practice: [Key] = [
    .need("experienced", "{factor: 1.2, spread: 0.2}"), .need("first", "{factor: 1.6, spread: 0.3}"),
    .need("software", "{factor: 1.1, spread: 0.1}"), .need("untried", "{factor: 1.4, spread: 0.2}"),
  ]
  static let practicePart: [Key] = [.need("factor", "1.2"), .need("spread", "0.2"), .may("note")]
  static let scaling: [Key] = [
    .need("counts", "parameters"), .may("loss"), .may("tokens"), .may("batch"), .may("fitted_to"),
  ]
  static let scalingLoss: [Key] = [
    .need("irreducible", "{value: 1.8172, error: 0.03}"), .need("model_factor", "{value: 482.01}"),
    .need("model_exponent", "{value: 0.3478}"), .need("data_factor", "{value: 2085.43}"),
    .need("data_exponent", "{value: 0.3658}"),
  ]
  static let scalingTerm: [Key] = [.need("value", "1.8172"), .may("error")]
  static let scalingPower: [Key] = [.need("at", "1 YFLOP"), .need("amount", "1 T"), .need("exponent", "0.5")]

  static let budget: [Key] = [
    .need("dollars", "$10 M"), .may("days"), .need("on", "[trn2.48xlarge, p5.48xlarge]"), .may("pricing"),
    .may("region"), .may("models"), .may("laws"), .may("sequence_length"), .may("global_batch"), .may("precision"),
    .may("optimizer"), .may("stack"), .may("input"), .may("checkpoint"), .may("failures"), .may("practice"),
  ]

  static let posterior: [Key] = [
    .need("rows", "1700"), .need("data", "0123456789abcdef"), .may("likeness"),
    .need("elements", "|"), .need("factor", "|"),
  ]

  static let ownership: [Key] = [
    .need("capital", "$250 k"), .need("useful_life", "5 years"), .need("utilization", "0.8"),
    .need("power", "10.2 kW"), .need("pue", "1.15"), .need("electricity", "0.0871 $/kWh"),
    .may("rate_of_return"), .may("colocation"), .may("people"), .may("connection"),
  ]

  static let provider: [Key] = [
    .need("title", "CoreWeave"), .need("cloud", "true"), .may("grids"), .need("home_region", "us-east-1"),
    .may("near_regions"), .need("billing", "{on-demand: {portions: none}}"), .need("list", "[on-demand]"),
    .need("data_storage", "[nvme, shared]"), .need("checkpoint_storage", "shared"), .may("slow_network"),
    .may("disputed"),
  ]
  static let billing: [Key] = [
    .need("portions", "none"), .may("shortest"), .may("most_instances"), .may("commitment"), .may("ends_at"),
    .may("booked_ahead"), .may("paid_up_front"), .may("source"), .may("retrieved"), .may("note"),
  ]
  static let portion: [Key] = [.need("of", "1 h"), .may("up_to")]
  static let slowNetwork: [Key] = [.need("kind", "ena"), .need("called", "ENA"), .need("lacks", "EFA")]

  static let job: [Key] = [
    .need("model", "llama-3.1-8b"), .need("tokens", "1 T"), .need("sequence_length", "8192"),
    .need("global_batch", "1024"), .may("precision"), .may("optimizer"), .may("recompute"), .may("stack"),
    .may("size"), .may("plan"), .may("on"), .may("lora_rank"),
    .may("lora_targets"), .may("input"), .may("checkpoint"), .may("failures"), .may("practice"), .may("train"),
    .may("documents"),
  ]
  /// Of the texts behind `optimizer`, `train` and `documents`.
  static let optimizer: [Key] = [.may("name"), .may("master"), .may("gradients"), .may("offload")]
  static let train: [Key] = [
    .may("method"), .may("rank"), .may("on"), .may("frozen"), .may("loss"), .may("cross_entropy"),
    .may("offload"), .may("mtp"), .may("bf16_layers"),
  ]
  static let documents: [Key] = [.need("fill", "packed"), .need("mean", "600"), .may("spread")]
  static let input: [Key] = [.may("data"), .may("storage"), .may("prefetch")]
  static let checkpoint: [Key] = [.may("mode"), .may("storage"), .may("interval")]
  static let failures: [Key] = [
    .may("rate"), .may("spares"), .may("replacement"), .may("spot"), .may("compiled"),
  ]

  static let storage: [Key] = [
    .need("reach", "network"), .may("read_bandwidth"), .may("write_bandwidth"),
    .may("system_bandwidth"), .need("durable", "true"), .may("disputed"),
  ]
  static let data: [Key] = [
    .may("bytes_per_token"), .may("bytes_per_sample"), .may("core_time_per_token"), .may("core_time_per_sample"),
    .may("core_speed"), .may("disputed"),
  ]
  static let recovery: [Key] = [
    .need("detection", "5 min"), .need("restart", "10 min"), .need("replacement", "15 min"),
    .need("hard_share", "0.78"), .need("snapshot_bandwidth", "10 GB/s"), .need("checkpoint_overhead", "0.5 s"),
    .need("write_slowdown", "0.05"),
    .may("disputed"),
  ]

  static let suite: [Key] = [.may("defaults"), .may("matrix"), .may("cases"), .may("tags")]
  private static let work: [Key] = [
    .may("tokens"), .may("sequence_length"), .may("global_batch"), .may("precision"), .may("optimizer"),
    .may("recompute"), .may("stack"), .may("plan"), .may("region"), .may("expect"), .may("input"),
    .may("checkpoint"), .may("failures"), .may("practice"), .may("train"), .may("documents"),
  ]
  static let suiteDefaults: [Key] = work + [.may("size"), .may("pricing")]
  static let suiteMatrix: [Key] =
    [
      .may("name"), .may("jobs"), .may("models"), .need("instances", "[trn2.48xlarge, p5.48xlarge]"),
      .may("sizes"), .may("pricing"),
    ] + work
  static let suiteCase: [Key] =
    [
      .may("name"), .may("job"), .may("model"), .need("instance", "trn2.48xlarge"), .may("size"),
      .may("pricing"), .may("note"),
    ] + work
  static let expect: [Key] =
    [.may("feasible")] + Expectation.numbers.map { .may($0.column) } + [.may("bottleneck"), .may("why_not")]

  static let size: [Key] = [.may("instances"), .may("chips"), .may("deadline"), .may("budget")]
  static let plan: [Key] = [
    .may("tp"), .may("pp"), .may("vpp"), .may("dp"), .may("cp"), .may("ep"), .may("etp"), .may("zero"),
    .may("micro_batch"), .may("recompute"), .may("sequence_parallel"), .may("shard"),
    .may("ends"),
  ]
}

/// The word behind `kind:`.
enum FileKind: String, CaseIterable, Sendable {
  case chip
  case nitroCard = "nitro-card"
  case hostCPU = "host-cpu"
  case instance, model, stack, efficiency, job, ownership, provider, suite, sources, priors, posterior, storage, data
  case recovery, practice, scaling, budget
}
