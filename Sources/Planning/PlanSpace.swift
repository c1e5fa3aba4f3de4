import Scenarios
import Simulation

/// The plans a search looks at: every one that is legal by `PlanRules`, in a fixed order.
///
/// Order of enumeration, each ascending: tensor, context, micro-batch, recomputation as the stack lists it, sequence
/// parallelism off before on; then pipeline, data, interleaving, sharding.
public struct PlanSpace: Sendable {
  public let rules: PlanRules
  public let shapes: [BlockShape]
  /// Shapes of which each degree is legal, but whose sequence does not split over tensor ranks. Counted, never run.
  let unsplittable: [BlockShape]
  private let request: PlanRequest
  private let job: Job
  let stages: [StageGroup]
  let zeroStages: [Int]
  /// Ranks that share one sharded copy; nil: all.
  var shard: Int? { request.shard }
  /// Data degrees that divide the global batch.
  let batchDivisors: [Int]

  /// One pipeline degree with the interleaving degrees that layers can be dealt to.
  struct StageGroup: Sendable {
    var pipeline: Int
    var interleaves: [Int]
    /// Interleaving degrees over whose chunks the layers do not spread.
    var unspread: Int
  }

  public init(job: Job, machine: Machine, request: PlanRequest, maxTensor: Int = .max) {
    self.job = job
    self.request = request
    let rules = PlanRules(job: job, machine: machine)
    self.rules = rules
    stages = PlanSpace.stages(job, rules, request)
    zeroStages = only(request.zero, rules.stack.zeroStages).filter(rules.stack.zeroStages.contains).sorted()
    batchDivisors = divisors(job.globalBatch)
    let stack = rules.stack
    // Of layers without heads, degrees of two.
    let tensorDegrees = job.model.widestHeads.map(divisors) ?? (0...10).map { 1 << $0 }
    let tensors = only(request.tensor, tensorDegrees.filter { $0 <= maxTensor && ($0 == 1 || stack.tensorParallel) })
    let contexts = only(request.context, PlanSpace.contexts(job, rules))
    let microBatches = only(request.microBatch, batchDivisors)
    let experts = only(request.expert, PlanSpace.expertDegrees(job, stack))
    // Not searched: few teams cut experts, and no fitted run has that.
    let slices = request.expertTensor ?? 1
    // What has data ranks alone has nothing to do again, and says so where it is asked to.
    let offered = job.model.hasDataRanksAlone ? [.none] : stack.recompute
    let modes = only(request.recompute ?? job.recompute, offered).filter {
      offered.contains($0.whole) && $0.layers ?? 0 <= job.model.layers
    }
    var shapes: [BlockShape] = [], unsplittable: [BlockShape] = []
    for t in tensors {
      let canSplit = t > 1 && stack.sequenceParallel
      // Experts under tensor parallelism need it.
      let mayNot = !job.model.hasExperts
      let splits = only(request.sequenceParallel, mayNot && canSplit ? [false, true] : [canSplit])
      for (c, e) in contexts.flatMap({ c in experts.map { (c, $0) } }) {
        // Micro-batches and recomputation decide nothing about these, so they are asked once.
        var known: [Bool: [PlanProblem]] = [:]
        for split in splits {
          known[split] = rules.shapeProblems(
            BlockShape(
              tensor: t, context: c, expert: e, expertTensor: slices, recompute: offered.first ?? .none,
              sequenceParallel: split))
        }
        for b in microBatches {
          for mode in modes {
            for split in splits {
              let shape = BlockShape(
                tensor: t, context: c, expert: e, expertTensor: slices, microBatch: b, recompute: mode,
                sequenceParallel: split, ends: request.ends)
              let problems = known[split] ?? []
              if problems.isEmpty {
                shapes.append(shape)
              } else if problems.allSatisfy(\.isAboutSequence) {
                unsplittable.append(shape)
              }
            }
          }
        }
      }
    }
    self.shapes = rules.stageProblems(pipeline: request.pipeline ?? 1).isEmpty ? shapes : []
    self.unsplittable = unsplittable
  }

  /// Appends every plan of one shape on `devices` ranks.
  public func plans(of shape: BlockShape, devices: Int, into batch: inout PlanBatch) {
    var counts = PlanCounts()
    plans(of: shape, .exactly(devices), into: &batch, &counts)
  }

  /// Device counts, ascending, for which some plan exists: products of its degrees. The only sizes worth trying.
  public func deviceCounts(multipleOf unit: Int, atMost limit: Int) -> [Int] {
    var found: Set<Int> = []
    var groups: Set<GroupKey> = []
    var last: GroupKey?
    for shape in shapes {
      // Shapes that differ otherwise stand together.
      let key = GroupKey(used: shape.tensor * shape.context, microBatch: shape.microBatch)
      if key != last { groups.insert(key) }
      last = key
    }
    for group in groups {
      for stage in stages where !stage.interleaves.isEmpty {
        let base = group.used * stage.pipeline
        // Products of large batches would leave the integers.
        for d in batchDivisors where d <= limit / base && job.globalBatch / d % group.microBatch == 0 {
          if base * d % unit == 0 { found.insert(base * d) }
        }
      }
    }
    return found.sorted()
  }

  private struct GroupKey: Hashable {
    var used: Int
    var microBatch: Int
  }

  /// Context degrees that the sequence splits over in balanced parts.
  private static func contexts(_ job: Job, _ rules: PlanRules) -> [Int] {
    rules.stack.contextParallel
      ? divisors(job.sequenceLength).filter { c in
        c == 1
          || rules.feedsAttention(context: c) && job.sequenceLength % (2 * c) == 0
            && job.model.ownLengths.allSatisfy { $0 % c == 0 }
      } : [1]
  }

  /// Degrees over which the experts of every mixture spread evenly.
  private static func expertDegrees(_ job: Job, _ stack: Stack) -> [Int] {
    let counts = job.model.experts.map(\.count)
    guard stack.expertParallel, let first = counts.first else { return [1] }
    return divisors(first).filter { degree in counts.allSatisfy { $0 % degree == 0 } }
  }

  private static func stages(_ job: Job, _ rules: PlanRules, _ request: PlanRequest) -> [StageGroup] {
    let layers = job.model.layers, stack = rules.stack
    let isSplit = stack.pipeline && rules.stageProblems(pipeline: 2).isEmpty
    let pipelines = only(request.pipeline, isSplit ? Array(1...layers) : [1])
    return pipelines.compactMap { p in
      guard p <= layers, p == 1 || stack.pipeline else { return nil }
      let most = p > 1 && stack.interleaving ? layers / p : 1
      let asked = only(request.interleave, Array(1...max(1, most))).filter { $0 <= most }
      let interleaves = asked.filter { rules.spreads(pipeline: p, interleave: $0, ends: request.ends) }
      return StageGroup(pipeline: p, interleaves: interleaves, unspread: asked.count - interleaves.count)
    }
  }
}

/// On how many devices.
enum SizeRange: Sendable {
  case exactly(Int)
  /// Any number of whole units, with a data degree that divides the global batch.
  case upTo(Int, multipleOf: Int)
}

extension PlanSpace {
  /// Appends every plan of a shape, and counts those that its degrees do not allow together, by their first reason.
  func plans(
    of shape: BlockShape, isLegal: Bool = true, _ sizes: SizeRange, into batch: inout PlanBatch,
    _ counts: inout PlanCounts
  ) {
    let used = shape.tensor * shape.context
    switch sizes {
    case .exactly(let devices):
      if devices % used != 0 { return }
      if let limit = rules.isolatedDevices, devices > limit { return }
      let rest = devices / used
      for group in stages where rest % group.pipeline == 0 {
        let data = rest / group.pipeline
        append(group, data, microBatches(shape, data), shape, isLegal, into: &batch, &counts)
      }
    case .upTo(let limit, let unit):
      let limit = min(limit, rules.isolatedDevices ?? limit)
      if used > limit { return }
      let rounds = batchDivisors.map { microBatches(shape, $0) }
      // Pipelines that share their factors with the unit need the same of the data degree.
      var known: [Int: [Int]] = [:]
      for group in stages {
        // Layers and batch are bounded where they are read, so these products stay among the integers.
        let base = used * group.pipeline
        if base > limit { continue }
        let need = unit / greatestCommonDivisor(base, unit), most = limit / base
        let places = known[need] ?? batchDivisors.indices.filter { batchDivisors[$0] % need == 0 }
        known[need] = places
        for place in places {
          let data = batchDivisors[place]
          if data > most { break }
          append(group, data, rounds[place], shape, isLegal, into: &batch, &counts)
        }
      }
    }
  }

  /// What of the devices is left to pipelines and data degrees, as each pair of them that the batch may split over.
  struct Split {
    var group: StageGroup
    var data: Int
  }

  /// Of so many tensor and context ranks.
  func splits(ranks: Int, devices: Int) -> [Split] {
    guard devices % ranks == 0, devices <= rules.isolatedDevices ?? devices else { return [] }
    let rest = devices / ranks
    return stages.compactMap { group in
      let data = rest / group.pipeline
      guard data * group.pipeline == rest, job.globalBatch % data == 0 else { return nil }
      return Split(group: group, data: data)
    }
  }

  /// Appends the plans of a shape with these splits, and counts nothing.
  ///
  /// - Parameter least: of a pipeline, the least interleaving that is worth looking at.
  func plans(
    of shape: BlockShape, _ splits: [Split], into batch: inout PlanBatch, leastInterleave least: (Int) -> Double
  ) {
    var uncounted = PlanCounts()
    for one in splits {
      guard let rounds = microBatches(shape, one.data), let most = one.group.interleaves.last else { continue }
      let interleave = least(one.group.pipeline)
      if Double(most) < interleave { continue }
      append(one.group, one.data, rounds, shape, true, least: interleave, into: &batch, &uncounted)
    }
  }

  /// Micro-batches in a step; nil where the batch does not split.
  private func microBatches(_ shape: BlockShape, _ data: Int) -> Int? {
    let (each, rest) = job.globalBatch.quotientAndRemainder(dividingBy: data)
    return rest == 0 && each > 0 && each % shape.microBatch == 0 ? each / shape.microBatch : nil
  }

  private func append(
    _ group: StageGroup, _ data: Int, _ rounds: Int?, _ shape: BlockShape, _ isLegal: Bool, least: Double = 0,
    into batch: inout PlanBatch, _ counts: inout PlanCounts
  ) {
    if let asked = request.data, asked != data { return }
    let zeros = zeroStages.count, spread = group.interleaves.count * zeros
    counts.enumerated += spread + group.unspread * zeros
    counts.add(group.unspread * zeros, .stagesDoNotSpread)
    if spread == 0 { return }
    guard isLegal else { return counts.add(spread, .sequenceDoesNotSplit) }
    guard let rounds else { return counts.add(spread, .batchDoesNotSplit) }
    if data * shape.context * shape.tensor % shape.expertRanks != 0 { return counts.add(spread, .expertsDoNotSpread) }
    let hasRounds = rounds % group.pipeline == 0
    let feedsBothEnds = rules.feedsBothEnds(pipeline: group.pipeline, microBatches: rounds)
    let ranks = data * shape.context
    let hasRanks = ranks > 1 && ranks % (shard ?? 1) == 0
    // Sharding that was asked for where one rank holds everything, and not by choice of the search, changes nothing.
    let isSettled = request.data == 1 || (request.tensor != nil && request.pipeline != nil)
    let isMoot =
      ranks == 1 && request.zero != nil && (shard ?? 1) == 1 && (isSettled || shape.tensor * group.pipeline == 1)
    for v in group.interleaves where Double(v) >= least {
      if v > 1, !hasRounds {
        counts.add(zeros, .interleaveNeedsMicroBatches)
        continue
      }
      guard feedsBothEnds else {
        counts.add(zeros, .dualPipeNeedsPairs)
        continue
      }
      for z in zeroStages {
        if z == 0, (shard ?? 1) > 1 {
          counts.add(1, .zeroNeedsRanks)
        } else if z > 0, isMoot {
          batch.append(pipeline: group.pipeline, interleave: v, data: data, zero: 0)
        } else if z > 0, !hasRanks {
          counts.add(1, .zeroNeedsRanks)
        } else if z > 1, group.pipeline > 1 {
          counts.add(1, .zeroNeedsWholeModel)
        } else {
          batch.append(pipeline: group.pipeline, interleave: v, data: data, zero: z, shard: z > 0 ? shard : nil)
        }
      }
    }
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  var (a, b) = (a, b)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}

extension PlanProblem {
  fileprivate var isAboutSequence: Bool {
    if case .sequenceDoesNotSplit = self { true } else { false }
  }
}

/// The asked-for value alone, or all candidates.
private func only<T>(_ asked: T?, _ candidates: [T]) -> [T] {
  asked.map { [$0] } ?? candidates
}
