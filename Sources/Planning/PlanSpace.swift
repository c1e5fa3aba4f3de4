import Scenarios
import Simulation

/// The plans a search looks at: legal by `PlanRules`, and none that another of them always beats.
///
/// Left out on purpose, because they cannot win: tensor groups wider than one billed unit, no sequence parallelism
/// where the stack has it, selective recomputation where attention is fused (it repeats nothing there).
public struct PlanSpace: Sendable {
  public let rules: PlanRules
  public let shapes: [BlockShape]
  private let request: PlanRequest
  private let job: Job
  private let stages: [(pipeline: Int, interleave: Int)]
  private static let microBatchLimit = 64
  private static let contextLimit = 16
  /// Fewest tokens worth a context rank of their own.
  private static let contextTokens = 2048

  public init(job: Job, machine: Machine, request: PlanRequest) {
    self.job = job
    self.request = request
    let rules = PlanRules(job: job, machine: machine)
    self.rules = rules
    stages = PlanSpace.stages(job, rules.stack, request)
    let stack = rules.stack
    let tensors = only(request.tensor, divisors(job.model.heads).filter { $0 <= machine.instance.devices })
    let contexts = only(
      request.context,
      PlanSpace.powers(upTo: PlanSpace.contextLimit).filter {
        $0 == 1 || job.sequenceLength / $0 >= PlanSpace.contextTokens
      })
    let microBatches = only(request.microBatch, divisors(job.globalBatch).filter { $0 <= PlanSpace.microBatchLimit })
    let fused = stack.attention == .fused
    let modes = only(
      request.recompute ?? job.recompute, stack.recompute.filter { !(fused && $0 == .selective) })
    var shapes: [BlockShape] = []
    for t in tensors {
      let splits = only(request.sequenceParallel, [t > 1 && stack.sequenceParallel])
      for c in contexts {
        for b in microBatches {
          for mode in modes {
            for split in splits {
              var shape = BlockShape(
                tensor: t, context: c, microBatch: b, recompute: mode, sequenceParallel: split)
              // A length that does not split over ranks is a reason to do without, unless it was asked for.
              if request.sequenceParallel == nil, (job.sequenceLength / c) % t != 0 { shape.sequenceParallel = false }
              if rules.shapeProblems(shape).isEmpty { shapes.append(shape) }
            }
          }
        }
      }
    }
    self.shapes = shapes
  }

  /// Appends every plan of one shape on `devices` ranks.
  public func plans(of shape: BlockShape, devices: Int, into batch: inout PlanBatch) {
    let used = shape.tensor * shape.context
    guard devices % used == 0 else { return }
    if let limit = rules.isolatedDevices, devices > limit { return }
    let rest = devices / used
    for (p, v) in stages where rest % p == 0 {
      let d = rest / p
      if let asked = request.data, asked != d { continue }
      let share = shape.microBatch * d
      guard share <= job.globalBatch, job.globalBatch % share == 0 else { continue }
      if v > 1, (job.globalBatch / share) % p != 0 { continue }
      for z in zeroStages(data: d * shape.context, pipeline: p) {
        batch.append(pipeline: p, interleave: v, data: d, zero: z)
      }
    }
  }

  /// Device counts, ascending, for which some plan exists: products of its degrees. The only sizes worth trying.
  public func deviceCounts(multipleOf unit: Int, atMost limit: Int) -> [Int] {
    var found: Set<Int> = []
    let groups = Set(shapes.map { GroupKey(used: $0.tensor * $0.context, microBatch: $0.microBatch) })
    let batches = divisors(job.globalBatch)
    for group in groups {
      for (p, _) in stages {
        let base = group.used * p
        for d in batches where job.globalBatch % (d * group.microBatch) == 0 {
          let devices = base * d
          if devices <= limit, devices % unit == 0 { found.insert(devices) }
        }
      }
    }
    return found.sorted()
  }

  private struct GroupKey: Hashable {
    var used: Int
    var microBatch: Int
  }

  private func zeroStages(data: Int, pipeline: Int) -> [Int] {
    let legal = rules.stack.zeroStages.filter { ($0 == 0 || data > 1) && ($0 < 2 || pipeline == 1) }
    return only(request.zero, legal).filter { legal.contains($0) }
  }

  /// (pipeline, interleave) pairs whose chunks the layers fill.
  private static func stages(_ job: Job, _ stack: Stack, _ request: PlanRequest) -> [(pipeline: Int, interleave: Int)] {
    let layers = job.model.layers
    let pipelines = only(request.pipeline, stack.pipeline ? Array(1...layers) : [1])
    var list: [(pipeline: Int, interleave: Int)] = []
    for p in pipelines where p <= layers {
      let most = p > 1 && stack.interleaving ? layers / p : 1
      for v in only(request.interleave, Array(1...max(1, most)))
      where PlanRules.spreads(layers: layers, pipeline: p, interleave: v) && (v == 1 || (p > 1 && stack.interleaving)) {
        list.append((pipeline: p, interleave: v))
      }
    }
    return list
  }

  private static func powers(upTo limit: Int) -> [Int] {
    Array(sequence(first: 1) { $0 * 2 <= limit ? $0 * 2 : nil })
  }
}

/// The asked-for value alone, or all candidates.
private func only<T>(_ asked: T?, _ candidates: [T]) -> [T] {
  asked.map { [$0] } ?? candidates
}
