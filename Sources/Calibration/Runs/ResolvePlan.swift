import Quantities
import Scenarios
import Simulation

// How the work was split.
extension Resolution {
  /// How devices were divided.
  struct Degrees {
    var tensor: Int
    var pipeline: Int
    var context: Int
    var data: Int
    var sharding: Sharding?
  }

  func degrees(_ one: Case) throws(Skip) -> Degrees {
    let row = one.row
    let sharding = try Sharding(row.sharding, node: one.instance.devices)
    // Data parallelism alone is a whole plan, fully sharded or of models that it is all there is for.
    let isWhole = sharding?.zero == 3 || one.kind.said.isDataParallel
    let tensor = try isWhole ? row.tensor ?? 1 : due(row.tensor, "tp")
    if row.experts != nil { _ = try due(row.expert, "ep") }
    let pipeline = row.pipeline ?? 1, context = row.context ?? 1
    let degrees = Double(tensor) * Double(pipeline) * Double(context)
    guard degrees <= Double(one.devices), one.devices % Int(degrees) == 0 else {
      throw .degreesDoNotFill(devices: one.devices, product: degrees)
    }
    let data = one.devices / Int(degrees)
    if let stated = row.data, stated != data {
      throw .dataDegreeDoesNotFill(stated: stated, left: data)
    }
    return Degrees(tensor: tensor, pipeline: pipeline, context: context, data: data, sharding: sharding)
  }

  func plan(_ one: inout Case, _ degrees: Degrees, batch: Int, layers: Int) throws(Skip) -> Plan {
    let row = one.row, assumed = one.source.assumed
    let tensor = degrees.tensor, pipeline = degrees.pipeline, context = degrees.context, data = degrees.data
    var sharding = degrees.sharding
    let ranks = data * context
    if sharding == nil, ranks > 1 {
      let zero = assumed.zero.flatMap { one.stack.zeroStages.contains($0) ? $0 : nil } ?? 0
      sharding = Sharding(zero: zero)
      one.assumptions.append(.sharding(zero: zero))
    }
    if sharding?.isHybrid == true {
      let group = min(sharding?.group ?? ranks, ranks)
      one.assumptions.append(.shardGroup(group))
    }
    // Under a pipeline PyTorch keeps parameters gathered, and gradients whole, from the first micro-batch to the last.
    if pipeline > 1, sharding?.zero == 3, one.stack.zeroStages.contains(1) { sharding?.zero = 1 }
    let (zero, shard) = (sharding ?? Sharding(zero: 0)).over(ranks)
    let interleave = self.interleave(&one, pipeline: pipeline, layers: layers)
    let microBatch = try microBatch(&one, batch: batch, data: data, pipeline: pipeline, interleave: interleave)
    return Plan(
      tensor: tensor, pipeline: pipeline, interleave: interleave, data: data, context: context, expert: row.expert ?? 1,
      expertTensor: expertTensor(&one, tensor), zero: zero, shard: shard, microBatch: microBatch,
      recompute: try recompute(&one),
      sequenceParallel: sequenceParallel(&one, tensor), ends: ends(&one, chunks: pipeline * interleave))
  }

  /// Ranks that each expert is cut over.
  private func expertTensor(_ one: inout Case, _ tensor: Int) -> Int {
    if let stated = one.row.expertTensor { return stated }
    guard one.row.experts != nil, tensor > 1, one.source.assumed.expertTensor == .tensor else { return 1 }
    one.assumptions.append(.expertTensor(tensor))
    return tensor
  }

  private func recompute(_ one: inout Case) throws(Skip) -> Recompute {
    if let text = one.row.recompute {
      guard let mode = Recompute(rawValue: text) else {
        throw .recomputationUnknown(text)
      }
      return mode
    }
    let mode = one.source.assumed.recompute ?? .none
    if one.source.assumed.recompute == nil { one.open.insert(.recompute) }
    one.assumptions.append(.recompute(mode))
    return mode
  }

  /// The part of a device's memory that the run takes, as counted. What a row does not say of recomputation it shows by
  /// having run: `least` is the least with which it fits, where the one that is taken does not. The step of a source that is described
  /// is taken as stated all the same, since frameworks repeat single operators where they can, and not whole layers.
  func memory(_ plan: Plan, _ one: inout Case, _ job: Job, _ efficiency: Efficiency) -> (
    share: Double?, least: Recompute?
  ) {
    guard let simulator = try? Simulator(job: job, instance: one.instance, efficiency: efficiency) else {
      return (nil, nil)
    }
    func share(_ plan: Plan) -> Double {
      let estimate = simulator.estimate(plan)
      return estimate.memory.total / estimate.memoryCapacity
    }
    let stated = share(plan)
    guard one.row.recompute == nil, stated > 1 else { return (stated, nil) }
    for mode in Recompute.allCases where mode != plan.recompute && one.stack.recompute.contains(mode) {
      var other = plan
      other.recompute = mode
      let found = share(other)
      if found <= 1 {
        one.assumptions.append(.recomputeToFit(mode))
        return (found, mode)
      }
    }
    return (stated, nil)
  }

  private func sequenceParallel(_ one: inout Case, _ tensor: Int) -> Bool {
    guard tensor > 1 else { return false }
    if let text = one.row.sequenceParallel { return text.lowercased() == "yes" }
    let used = (one.source.assumed.sequenceParallel ?? false) && one.stack.sequenceParallel
    one.assumptions.append(.sequenceParallel(used))
    return used
  }

  /// Chunks of a stage. An assumed number is taken only where the layers spread over it.
  private func interleave(_ one: inout Case, pipeline: Int, layers: Int) -> Int {
    guard pipeline > 1 else { return 1 }
    if let stated = one.row.interleave { return stated }
    if one.source.assumed.interleave == nil, one.stack.interleaving {
      one.open.insert(.interleave)
      if one.source.isFallback { one.assumptions.append(.interleave(1)) }
    }
    guard let assumed = one.source.assumed.interleave, assumed > 1, pipeline <= 100_000,
      layers % (pipeline * assumed) == 0
    else { return 1 }
    one.assumptions.append(.interleave(assumed))
    return assumed
  }

  /// Where it is known that those who publish the model cut its pipeline by hand.
  private func ends(_ one: inout Case, chunks: Int) -> ChunkEnds? {
    guard chunks > 1, let ends = one.kind.whole?.form.ends[chunks] else { return nil }
    one.assumptions.append(.ends(ends))
    return ends
  }

  /// Where it is not stated: the largest of 4, 2 and 1 sequences into which the batch splits and with which a pipeline
  /// idles for at most a quarter of its work, (p − 1)/m ≤ ¼.
  private func microBatch(
    _ one: inout Case, batch: Int, data: Int, pipeline: Int, interleave: Int
  ) throws(Skip) -> Int {
    if let stated = one.row.microBatch { return stated }
    guard batch % data == 0 else {
      throw .batchDoesNotSplit(batch: batch, data: data)
    }
    let share = batch / data
    func fits(_ size: Int) -> Bool {
      guard share % size == 0 else { return false }
      let count = share / size
      return count / 4 >= pipeline - 1 && (interleave == 1 || count % pipeline == 0)
    }
    let usual = one.kind.said.isDataParallel ? share : one.source.assumed.microBatch
    if usual == nil { one.open.insert(.microBatch) }
    let size = usual ?? [4, 2].first(where: fits) ?? 1
    one.assumptions.append(.microBatch(size))
    return size
  }
}

/// What data-parallel ranks share, from a source's words: `ZeRO-1 group 8`, `FSDP2 64`, `FSDP 128 x replicas 2`, `HSDP`.
struct Sharding {
  var zero: Int
  /// Ranks that share one copy; nil: all.
  var group: Int?
  /// Copies are named, but not how many ranks have one.
  var isHybrid = false

  init(zero: Int, group: Int? = nil) {
    self.zero = zero
    self.group = group
  }

  /// Nil for no words; `node` is the number of devices that hybrid sharding shares within.
  init?(_ text: String?, node: Int) throws(Skip) {
    guard let text else { return nil }
    let words = text.lowercased()
    if let stage = words.firstMatch(of: /zero[- ]?([0-3])/)?.output.1 ?? words.wholeMatch(of: /([0-3])/)?.output.1 {
      zero = Int(stage) ?? 1
    } else if ["ddp", "none", "no"].contains(words) {
      zero = 0
    } else if words.contains("fsdp") || words.contains("hsdp") {
      zero = 3
    } else if words.contains("distributed optimizer") {
      zero = 1
    } else {
      throw .shardingUnknown(text)
    }
    if let number = words.firstMatch(of: /group ([0-9]{1,8})/) ?? words.firstMatch(of: /fsdp2? ([0-9]{1,8})/) {
      group = Int(number.output.1)
    } else if words.contains("hsdp") {
      group = node
      isHybrid = true
    } else if words.contains("fsdp+dp") {
      isHybrid = true
    }
  }

  /// As a plan says it: groups are a part of the ranks, and one rank shares nothing.
  func over(_ ranks: Int) -> (zero: Int, shard: Int?) {
    guard ranks > 1, zero > 0 else { return (0, nil) }
    guard let group, group > 0, group < ranks else { return (zero, nil) }
    var (a, b) = (ranks, group)
    while b > 0 { (a, b) = (b, a % b) }
    return a == 1 ? (0, nil) : (zero, a)
  }
}
