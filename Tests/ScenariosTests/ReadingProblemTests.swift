import Quantities
import Testing

@testable import Scenarios

/// What is wrong with a file, and how it is told.
@Suite struct ReadingProblemTests {
  @Test("The samples have no problems, so every test below breaks one thing") func samples() throws {
    #expect(try Folder.sample().catalog().check().map(\.rendered) == [])
  }

  @Test("Every key of every kind is read: nonsense behind it is a problem on its line", arguments: kinds)
  func everyKeyIsRead(kind: FileKind) throws {
    for key in Keys.of(kind) where key.name != "note" {
      let folder = try Folder.sample()
      let (file, text) = sample(kind)
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let number = lines.firstIndex { $0.hasPrefix(key.name + ":") } ?? lines.count - 1
      lines[number] = "\(key.name): [[what]]"
      try folder.write(file, lines.joined(separator: "\n"))
      let found = folder.load(kind, catalog: try folder.catalog())
      #expect(
        found.contains { $0.place?.line == number + 1 }, "\(kind) \(key.name): \(found.map(\.rendered))")
    }
  }

  @Test("A required key that is missing is named, an optional one may be left out", arguments: kinds)
  func missingKeys(kind: FileKind) throws {
    for key in Keys.of(kind) {
      let folder = try Folder.sample()
      let (file, text) = sample(kind)
      let lines = text.split(separator: "\n").filter { !$0.hasPrefix(key.name + ":") }
      try folder.write(file, lines.joined(separator: "\n"))
      let found = folder.load(kind, catalog: try folder.catalog())
      // Optional by themselves, but what they bring is needed from somewhere.
      if kind == .instance, key.name == "nitro" { continue }
      let needed = kind == .instance && ["chip", "chips"].contains(key.name)
      if key.required || needed {
        #expect(found.contains { $0.message.contains("'\(key.name)'") }, "\(kind) \(key.name): \(found)")
      } else {
        #expect(found.isEmpty, "\(kind) \(key.name): \(found.map(\.rendered))")
      }
    }
  }

  @Test(
    "A problem is placed at its character and says what would have worked",
    arguments: [
      Slip("vendor: Acme", "▸vender: Acme", "key 'vender' is unknown", "did you mean 'vendor'?"),
      Slip(
        "class: accelerator", "class: ▸acelerator", "'class' is 'acelerator'", "did you mean 'accelerator'?"),
      Slip("memory_bandwidth: 2.9 TB/s", "memory_bandwidth: ▸3.35 TB", "'3.35 TB' is bytes", "'3.35 TB/s'"),
      Slip("memory_capacity: 96 GiB", "memory_capacity: ▸NaN GB", "not a finite number", "leave out"),
      Slip("memory_capacity: 96 GiB", "memory_capacity: ▸.inf", "not a finite number", "leave out"),
      Slip("memory_capacity: 96 GiB", "memory_capacity: ▸1e400 GB", "too large", "check the exponent"),
      Slip("memory_capacity: 96 GiB", "memory_capacity: ▸-0 GB", "minus sign", "never negative"),
      Slip(
        "memory_capacity: 96 GiB", "memory_capacity: ▸0 GB", "not above zero", "leave out what is unknown"),
      Slip("memory_capacity: 96 GiB", "memory_capacity: ▸96", "has no unit", "add a unit"),
      Slip("memory_capacity: 96 GiB", "▸memory_capacity:", "has no value", "leave out what is unknown"),
      Slip("memory_capacity: 96 GiB", "▸memory_capacity: ~", "has no value", "leave out what is unknown"),
      Slip("released: 2024", "released: ▸2024.5", "takes a whole number", "digits only"),
      Slip("released: 2024", "released: ▸20", "'released' is '20'", "from 1990 to 2200"),
      Slip("devices_per_chip: 4", "devices_per_chip: ▸1_000", "takes a whole number", "write 1000"),
      Slip("devices_per_chip: 4", "devices_per_chip: ▸4.0", "takes a whole number", "write 4"),
      Slip("devices_per_chip: 4", "devices_per_chip: ▸0", "is '0'", "from 1 to"),
      Slip("devices_per_chip: 4", "devices_per_chip: ▸99999999999999999999", "is '9999", "from 1 to"),
      Slip("devices_per_chip: 4", "devices_per_chip: ▸1:30", "takes a whole number", "digits only"),
      Slip("retrieved: 2026-01-31", "retrieved: ▸31.1.2026", "which is not a date", "2026-01-31"),
      Slip("retrieved: 2026-01-31", "retrieved: ▸2026-13-31", "which is not a date", "2026-01-31"),
      Slip("disputed: [one says 3 TB/s]", "disputed: ▸one", "takes a list", "[one]"),
      Slip("power_idle: 90 W", "power_idle: ▸600 W", "above 'power_max'", "swapped"),
      Slip("ceiling: {bf16: 550", "ceiling: ▸{bf16: 650", "is above its peak", "leave out"),
      Slip("ceiling: {bf16: 550", "ceiling: ▸{fp64: 550", "'peak' has not", "add it to 'peak'"),
      Slip(
        "device_link: {name: inner, bandwidth: 1 TB/s}", "device_link: ▸{name: inner}",
        "'bandwidth' is missing", "GB/s"),
      Slip(
        "device_link: {name: inner, bandwidth: 1 TB/s}", "device_link: ▸x", "keys and values are due",
        "begin with"),
      Slip(
        ", source: a talk, retrieved: 2026-02-01", ", source: ▸a talk", "its own 'retrieved'",
        "add 'retrieved"),
      Slip("version: 1", "version: ▸3", "'version' is '3'", "reads version 1 and 2"),
      Slip("kind: chip", "kind: ▸chop", "'kind' is 'chop'", "did you mean 'chip'?"),
      Slip("kind: chip", "kind: ▸model", "this file is of kind 'model'", "a file of kind 'chip' is due"),
      Slip("vendor: Acme", "vendor: ▸!x Acme", "tags are not used here", "leave it out"),
      Slip("vendor: Acme", "vendor: {▸[a]: b}", "a key is a single word", nil),
    ])
  func slips(slip: Slip) throws {
    try slip.check(in: "chips/c1.yaml", Samples.chip) { catalog in
      problems { () throws(Diagnostics) in try catalog.chip("c1") }
    }
  }

  @Test(
    "Shapes that cannot be are told with the values that can",
    arguments: [
      Slip(
        "key_value_heads: 4", "key_value_heads: ▸3", "3 key/value heads do not divide",
        "use one of: 1, 2, 4, 8"),
      Slip(
        "attention_heads: 8\nkey_value_heads: 4\nhead_dimension: 8", "attention_heads: ▸7",
        "do not divide the hidden size 64", "head_dimension"),
      Slip(
        "positions: rotary", "positions: rotary\n▸layers: 4", "'layers' is given twice, first on line 7",
        "keep one"),
      Slip(
        "max_sequence_length: 512\nactivation: swiglu\nnormalization: rmsnorm\nnorms_per_layer: 4\npositions: rotary",
        "activation: swiglu\nnormalization: rmsnorm\npositions: ▸learned", "learned positions need", "longest"
      ),
      Slip("norms_per_layer: 4", "norms_per_layer: ▸3", "is 3", "one of: 1, 2, 4"),
      Slip(
        "tied_embeddings: false", "tied_embeddings: ▸no", "takes true or false, not 'no'",
        "write true or false"),
    ])
  func shapes(slip: Slip) throws {
    try slip.check(in: "models/m1.yaml", Samples.model) { catalog in
      problems { () throws(Diagnostics) in try catalog.model("m1") }
    }
  }

  @Test(
    "An instance that cannot be is refused",
    arguments: [
      Slip("chip: c1", "chip: ▸c2", "no chip is called 'c2'", "did you mean 'c1'?"),
      Slip("nitro: nitro-v9", "nitro: ▸nitro-v8", "no Nitro card is called 'nitro-v8'", "nitro-v9"),
      Slip("torus-2d, chips: 16", "torus-2d, chips: ▸32", "reaches 32 chips, and there are 16", "at most 16"),
      Slip("torus-2d, chips: 16", "torus-2d, chips: ▸2", "fewer chips than the tier before", "innermost"),
      Slip("nitro: nitro-v9\n", "", "no 'latency', and no Nitro card", "add 'latency: 15 us'"),
      Slip("kind: efa, efa: v3", "kind: ena, efa: ▸v3", "'kind' is ena", "set 'kind: efa'"),
      Slip("topology: ring", "topology: ▸rings", "'topology' is 'rings'", "did you mean 'ring'?"),
      Slip(
        "provider: aws", "provider: ▸azure", "no provider is called 'azure'",
        "known: aws; or describe it in 'providers/azure.yaml' of your --configs"),
    ])
  func instances(slip: Slip) throws {
    try slip.check(in: "instances/i1.large.yaml", Samples.instance) { catalog in
      problems { () throws(Diagnostics) in try catalog.instance("i1.large") }
    }
  }

  @Test(
    "Fractions are above zero and at most one",
    arguments: [
      Slip("softmax: 0.6", "softmax: ▸1.2", "takes a number above 0 and at most 1", "cannot exceed 1"),
      Slip("softmax: 0.6", "softmax: ▸0", "takes a number above 0", nil),
      Slip("softmax: 0.6", "softmax: ▸80%", "takes a number above 0", "write 0.8"),
      Slip("data_overlap: 1", "data_overlap: ▸-0.1", "a number from 0 to 1", nil),
      Slip("tile_loss: 0.4", "tile_loss: ▸1.01", "a number from 0 to 1", "cannot exceed 1"),
      Slip("gemm_16bit: 0.8", "gemm_16bit: ▸8", "'gemm_16bit' takes", "cannot exceed 1"),
      Slip("gemm_16bit: 0.8", "gemm_16bit: ▸{}", "gemm_16bit", nil),
      Slip("contention: 0.1", "contention: ▸-0.1", "'contention' takes a number of zero or more", "never negative"),
      Slip("straggling: 0.01", "straggling: ▸1%", "'straggling' takes a number of zero or more", nil),
      Slip("cast_passes: 1.5", "cast_passes: ▸two", "'cast_passes' takes a number of zero or more", nil),
      Slip("host_forward: 300 us", "host_forward: ▸300", "has no unit", "add a unit"),
      Slip("host_forward: 300 us", "host_forward: ▸-3 us", "minus sign", "never negative"),
      Slip("step_time: 20 ms", "step_time: ▸20 MB", "is bytes, and time is due", nil),
      Slip("status: fitted", "status: ▸not-fitted", "'status' is 'not-fitted'", "extrapolated"),
      Slip(
        "shard_overlap: 0.9", "▸shard_overlop: 0.9", "key 'shard_overlop' is unknown", "did you mean 'shard_overlap'?"),
      Slip("fitted: 2026-02-03", "fitted: ▸yesterday", "which is not a date", "2026-01-31"),
      Slip("stack: s1", "stack: ▸s2", "no software stack is called 's2'", "did you mean 's1'?"),
    ])
  func fractions(slip: Slip) throws {
    try slip.check(in: "efficiency/c1.s1.yaml", Samples.efficiency) { catalog in
      problems { () throws(Diagnostics) in try catalog.efficiency(chip: "c1", stack: "s1") }
    }
  }

  @Test(
    "A stack that cannot be is refused",
    arguments: [
      Slip("reduce_type: bf16", "reduce_type: ▸fp8", "'reduce_type' is 'fp8'", "one of: fp32, bf16, fp16"),
      Slip("softmax_rows: 4", "softmax_rows: ▸0", "'softmax_rows' is '0'", "from 1 to 1024"),
      Slip("softmax_length: 2048", "softmax_length: ▸2k", "takes a whole number", nil),
      Slip("waited_for: [tensor", "waited_for: [▸experts", "'waited_for' is 'experts'", "tensor_forward, data, shard"),
      Slip("dual_pipe: false", "dual_pipe: ▸true", "DualPipe does not interleave", "interleaving: false"),
      Slip("wide_products: bf16", "wide_products: ▸fp16", "'wide_products' is 'fp16'", "one of: bf16, tf32"),
    ])
  func stacks(slip: Slip) throws {
    try slip.check(in: "stacks/s1.yaml", Samples.stack) { catalog in
      problems { () throws(Diagnostics) in try catalog.stack("s1") }
    }
  }

  @Test(
    "A job that cannot be is refused",
    arguments: [
      Slip(
        "size: {deadline: 30 d}", "size: ▸{deadline: 30 d, chips: 8}", "gives chips and deadline",
        "one of"),
      Slip("size: {deadline: 30 d}", "size: ▸{}", "gives nothing", "one of"),
      Slip("size: {deadline: 30 d}", "size: {budget: ▸3 d}", "is time, and US dollars is due", "$"),
      Slip("plan: {tp: 8", "plan: {▸tpp: 8", "key 'tpp' is unknown", "did you mean"),
      Slip("zero: 1", "zero: ▸4", "'zero' is '4'", "from 0 to 3"),
      Slip("shard: 2", "shard: ▸0", "'shard' is '0'", "from 1 to"),
      Slip("lora_rank: 16", "lora_rank: ▸0", "'lora_rank' is '0'", "from 1 to 100000"),
      Slip("plan: {tp: 8, pp: 2", "plan: ▸{tp: 1000000, pp: 1000000", "multiply to", "at most 10 M"),
      Slip("precision: bf16", "precision: ▸fp64", "'precision' is 'fp64'", "one of: fp32, bf16"),
      Slip("model: m1", "model: ▸m2", "no model is called 'm2'", "did you mean 'm1'?"),
      Slip("stack: s1", "stack: ▸s9", "no software stack is called 's9'", "s1"),
      Slip("tokens: 1 T", "tokens: ▸1,000 B", "separators", "1000 B"),
      Slip("tokens: 1 T", "tokens: ▸1e30", "'tokens' is 1e+18 T", "from 1 to 10^18"),
      Slip("tokens: 1 T", "tokens: ▸1e-5", "'tokens' is 1e-05", "from 1 to 10^18"),
    ])
  func jobs(slip: Slip) throws {
    try slip.check(in: "jobs/j1.yaml", Samples.job) { catalog in
      problems { () throws(Diagnostics) in try catalog.job("j1") }
    }
  }

  @Test(
    "What no calibration writes is refused: its intervals would say nothing",
    arguments: [
      Slip("population 1.1 0.2", "population 1.1 2e9", "'elements' has a row", "spreads from 0 to 10"),
      Slip("population 1.1 0.2", "population -1e6 0.2", "'elements' has a row", "means reach from"),
      Slip("factor: \"1\"", "factor: \"7\"", "'factor' is not", "anew"),
      Slip("factor: \"1\"", "factor: \"~9\"", "'factor' is not", "anew"),
      Slip("factor: \"1\"", "factor: \"~-1\"", "'factor' is not", "anew"),
      Slip("factor: \"1\"", "factor: \"\(String(repeating: "~4096 ", count: 1000))\"", "'factor' is not", "anew"),
      Slip("{team: 0.2}", "{team: ▸20}", "'team' is above 10", "like 0.14"),
    ])
  func posteriors(slip: Slip) throws {
    try slip.check(in: "calibration/posterior.yaml", Samples.posterior) { catalog in
      problems { () throws(Diagnostics) in _ = try catalog.posterior() }
    }
  }

  @Test("All problems of a file come at once, in the order of its lines") func collected() throws {
    let folder = try Folder.sample()
    let text = Samples.chip.replacing("vendor: Acme", with: "vender: Acme")
      .replacing("power_max: 500 W", with: "power_max: 500").replacing("class: acc", with: "class: bcc")
    try folder.write("chips/c1.yaml", text)
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.chip("c1") }
    #expect(found.map { $0.place?.line ?? 0 } == [1, 7, 8, 23])
  }

  @Test("A file of nonsense is answered with a hundred problems, not a hundred thousand") func capped() throws {
    let folder = try Folder.sample()
    try folder.write("chips/c1.yaml", (0..<60_000).map { "key\($0): 1" }.joined(separator: "\n"))
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try catalog.chip("c1") }
    #expect(found.count == 101)
    #expect(found.contains { $0.message.contains("more problems than the 100") })
  }

  static let kinds = FileKind.allCases

  private func sample(_ kind: FileKind) -> (file: String, text: String) {
    switch kind {
    case .chip: ("chips/c1.yaml", Samples.chip)
    case .nitroCard: ("chips/nitro-v9.yaml", Samples.nitroCard)
    case .hostCPU: ("hosts/cpu-a.yaml", Samples.hostCPU)
    // `members` is the other way to say what `chip` and `chips` say; it has its own tests.
    case .instance: ("instances/i1.large.yaml", Samples.instance)
    case .model: ("models/m1.yaml", Samples.model)
    case .stack: ("stacks/s1.yaml", Samples.stack)
    case .efficiency: ("efficiency/c1.s1.yaml", Samples.efficiency)
    case .job: ("jobs/j1.yaml", Samples.job)
    case .ownership: ("ownership/i1.large.yaml", Samples.ownership)
    case .provider: ("providers/aws.yaml", Samples.provider)
    case .suite: ("suites/b1.yaml", Samples.suite)
    case .sources: ("measurements/sources.yaml", Samples.sources)
    case .priors: ("calibration/priors.yaml", Samples.priors)
    case .posterior: ("calibration/posterior.yaml", Samples.posterior)
    case .storage: ("storage/t1.yaml", Samples.storage)
    case .data: ("data/d1.yaml", Samples.data)
    case .recovery: ("reliability/recovery.yaml", Samples.recovery)
    case .practice: ("practice/practice.yaml", Samples.practice)
    case .scaling: ("scaling/l1.yaml", Samples.scaling)
    case .budget: ("budgets/g1.yaml", Samples.budget)
    }
  }
}
