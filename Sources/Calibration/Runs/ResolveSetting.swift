import Quantities
import Scenarios

// On which machines, with which software, in which number format.
extension Resolution {
  func setting(_ row: Measurement, _ source: MeasurementSource, _ kind: ModelKind) throws(Skip) -> Case {
    guard let instance = machine(row, source) else {
      throw .machineUnknown(row.accelerator)
    }
    let stack = try software(row, source)
    let chips = try due(row.accelerators, "accelerators")
    let devices = chips * Double(instance.chip.devicesPerChip)
    guard devices >= 1, devices <= 1e7, devices == devices.rounded() else {
      throw .devicesNotWhole(chips: chips)
    }
    var one = Case(
      row: row, source: source, instance: instance, stack: stack, chips: chips, devices: Int(devices),
      precision: try precision(row, instance.chip), kind: kind)
    if source.isFallback {
      if row.stack == nil { one.assumptions.append(.stack(stack.name)) }
      one.assumptions.append(.machine(instance.name))
    }
    return one
  }

  /// What a row says of its software goes before what its source does.
  private func software(_ row: Measurement, _ source: MeasurementSource) throws(Skip) -> Stack {
    if let name = row.stack {
      guard let stack = stacks[name] ?? (try? catalog.stack(name)) else { throw .stackUnknown(name) }
      return stack
    }
    guard let software = source.software(of: row), let stack = stacks[software.stack].map(software.changing) else {
      throw .noStack(source: source.title)
    }
    return stack
  }

  func machine(_ row: Measurement, _ source: MeasurementSource) -> Instance? {
    sources.machine(row.accelerator, of: source).flatMap { machines[$0] }
      ?? (source.isFallback ? named(row, source) : nil)
  }

  /// Of a file of one's own: an instance type, or a chip as people write it, such as `h100` or `NVIDIA H100 80GB HBM3`. Nil where that
  /// may be several.
  private func named(_ row: Measurement, _ source: MeasurementSource) -> Instance? {
    func plain(_ text: some StringProtocol) -> String {
      text.lowercased().replacing("nvidia", with: "").replacing("trainium", with: "trn").filter {
        $0.isLetter || $0.isNumber
      }
    }
    let asked = plain(row.accelerator), types = catalog.names(.instances)
    // Cards for slots have other clocks and links than modules of the name.
    if asked.contains("pcie") { return nil }
    for word in [row.accelerator, row.instance ?? ""].map({ $0.lowercased() }) where types.contains(word) {
      if let found = try? catalog.instance(word) { return found }
    }
    if let instance = machines.first(where: { plain($0.key) == asked }) { return instance.value }
    let known = source.machines.map { (parts: $0.key.split(separator: "-").map(plain), instance: $0.value) }
    let alike = known.filter { one in one.parts.first.map(asked.hasPrefix) ?? false }
    let exact = alike.filter { one in one.parts.count > 1 && asked.contains(one.parts[1]) }
    let found = Set((exact.isEmpty ? alike : exact).map(\.instance))
    return found.count == 1 ? found.first.flatMap { machines[$0] } : nil
  }

  /// The profile of a chip and a stack; one that loses nothing where there is none to be read.
  func profile(_ chip: String, _ stack: Stack) -> (efficiency: Efficiency, isRead: Bool) {
    if let efficiency = try? catalog.efficiency(chip: chip, stack: stack.name) { return (efficiency, true) }
    return (Efficiency(name: "\(chip).\(stack.name)", chip: chip, stack: stack, origin: stack.origin), false)
  }

  /// The format of products, from a source's words: what is narrowest in them.
  private func precision(_ row: Measurement, _ chip: Chip) throws(Skip) -> DataType {
    guard let text = row.precision else { throw .precisionNotStated }
    let words = text.lowercased()
    if words.contains("mx"), words.contains("8") {
      // Block scaling without hardware for it is fp8 with more casts.
      return chip.peak[.mxfp8] == nil ? .fp8 : .mxfp8
    }
    let types: [DataType] = [.fp4, .fp8, .bf16, .fp16, .fp32]
    guard let type = types.first(where: { words.contains($0.rawValue) }) else {
      throw .precisionUnknown(text)
    }
    return type
  }

  /// What waits in the host's memory, by a row's words of its sharding; states of 16 bits; and logits of some rows at a time, by its notes;
  /// Liger's kernels have that too.
  func saveMemory(_ job: inout Job, _ row: Measurement) throws(Skip) {
    let words = (row.sharding ?? "").lowercased()
    func change(_ body: (inout Training) -> Void) {
      var training = job.training ?? Training(.full)
      body(&training)
      job.training = training
    }
    if words.contains("offload") {
      if words.contains("nvme") { throw .offloading }
      // "Activations of 20 layers offloaded" leaves the states where they are.
      let isOfActivations =
        words.contains("activations of") && !["optimizer", "states"].contains(where: words.contains)
      if !isOfActivations { job.optimizer.offload = .states }
      if words.contains("activation") { change { $0.offload = .activations } }
    }
    let notes = row.notes.lowercased()
    // Stochastic rounding takes the place of an fp32 copy: weights and moments are bf16, and gradients with them.
    if row.precision?.lowercased().contains("+sr") == true || notes.contains("adamw with stochastic rounding") {
      job.optimizer.states = .bf16
      job.optimizer.hasMaster = false
    }
    if ["liger", "chunked cross-entropy", "chunked loss", "loss chunks", "loss in chunks"].contains(
      where: notes.contains)
    {
      change { $0.crossEntropy = .chunked }
    }
  }

  /// How documents filled sequences, by a row's notes: `packed documents of about 190 tokens`.
  func documents(_ row: Measurement) -> Documents? {
    let words = row.notes.lowercased().firstMatch(of: /packed documents of about ([0-9]{1,7}) tokens/)
    return words.flatMap { Double($0.output.1) }.flatMap { $0 > 0 ? Documents(.packed, mean: $0) : nil }
  }

  /// Rows say LoRA, in the model's name or the notes, where adapters alone are trained; what `train` says stands before that.
  private func hasAdapters(_ row: Measurement) -> Bool {
    guard row.training == nil else { return false }
    return row.model.lowercased().contains("lora") || row.notes.lowercased().contains("lora")
  }

  /// r of adapters; nil where all weights are trained.
  func adapterRank(_ one: inout Case) throws(Skip) -> Int? {
    let notes = one.row.notes.lowercased()
    guard hasAdapters(one.row) else { return nil }
    if let rank = notes.firstMatch(of: /lora r(?:ank)? ?([0-9]{1,4})\b/).flatMap({ Int($0.output.1) }), rank > 0 {
      return rank
    }
    guard let rank = one.source.assumed.loraRank else { throw .notStated(column: "the rank of the adapters") }
    one.assumptions.append(.adapterRank(rank))
    return rank
  }

  /// The matrices with adapters: all where the notes say so, else what the source is assumed to do.
  func adapterTargets(_ one: inout Case) throws(Skip) -> LoRATargets {
    let notes = one.row.notes.lowercased()
    guard hasAdapters(one.row) else { return .attention }
    if notes.contains("all 7 projections") || notes.contains("all projections") { return .all }
    guard let targets = one.source.assumed.loraTargets else { throw .notStated(column: "the matrices with adapters") }
    one.assumptions.append(.adapterTargets(targets))
    return targets
  }
}
