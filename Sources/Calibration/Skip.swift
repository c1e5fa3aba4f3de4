import Scenarios
import Simulation

/// Why a measured run is not held against a prediction.
public enum Skip: Error, Hashable, Sendable {
  // What is not modelled.
  case mixtureOfExperts
  case timeToTrain
  case architecture(String)
  case offloading
  // What the row or its source does not say.
  case noSource(series: String)
  /// A column without which no job can be made.
  case notStated(column: String)
  case precisionNotStated
  case machineUnknown(String)
  case noStack(source: String)
  case stackUnknown(String)
  case noProfile(String)
  case countingUnknown(Measurement.Metric)
  case noPeak(DataType)
  // What it says and cannot be.
  case batchBeyondAll
  case devicesNotWhole(chips: Double)
  case precisionUnknown(String)
  case recomputationUnknown(String)
  case shardingUnknown(String)
  case headsDoNotDivide(heads: Int, hidden: Int)
  case degreesDoNotFill(devices: Int, product: Double)
  case dataDegreeDoesNotFill(stated: Int, left: Int)
  case batchDoesNotSplit(batch: Int, data: Int)
  case plan([PlanProblem])
  case unsupported(Unsupported)
  case beyondComputing
}

/// What a measured run does not say and was taken to be so.
public enum RunAssumption: Hashable, Sendable {
  /// The chip's default.
  case stack(String)
  case machine(String)
  case adapterRank(Int)
  case adapterTargets(LoRATargets)
  case convention(AssumedPlan.FLOPConvention)
  case heads(Int, of: Int)
  case layers(Int)
  case sharding(zero: Int)
  case shardGroup(Int)
  case recompute(Recompute)
  /// Since without it the run, which took place, would not fit.
  case recomputeToFit(Recompute)
  case sequenceParallel(Bool)
  case interleave(Int)
  /// As its publishers deal them to so many chunks.
  case ends(ChunkEnds)
  case microBatch(Int)
  /// Tensor ranks over which experts are cut.
  case expertTensor(Int)
  /// Sequences of a step: as many as devices work on at once.
  case batch(Int)
  /// Of a sample, where samples are counted.
  case sampleTokens(Int)
}
