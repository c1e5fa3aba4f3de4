import Costing
import Operating
import Quantities
import Scenarios
import Simulation

/// Something that is said of a run besides its figures, by whoever found it. Words are Reporting's.
public enum Note: Hashable, Sendable {
  case machine(MachineNote)
  case operation(OperatingNote)
  case price(PriceNote)
  case unpriced(Unpriced)
  case run(RunNote)
  /// `--set` changed a figure.
  case set(AppliedOverride)
}

/// What planning itself finds of a run.
public enum RunNote: Hashable, Sendable {
  /// The network's rate is the one that lasts, not its burst.
  case networkBaseline(instance: String, baseline: ByteRate, burst: ByteRate)
  /// No run of the chip with the stack was fitted.
  case profileExtrapolated(String)
  /// Runs of the chip were fitted and none of them with the stack.
  case profileComposed(chip: String, stack: String)
  /// Nobody measured the chip, and something else stands for it.
  case profileBegins(chip: String, stack: String, with: Efficiency.Base)
  case beyondSequence(model: String, length: Int, longest: Int)
  /// Chosen experts have no adapters.
  case expertsWithoutAdapters(model: String)
  /// Products run in another type than the job's, and MFU is against its peak.
  case productsCast(instance: String, from: DataType, to: DataType)
  /// What a step takes besides its work was fitted to language models, and this is a recommender on accelerators.
  case fixedTimesOfLanguageModels(profile: String, fixed: Seconds)
  case slowNetwork(instance: String, lacks: String, called: String, bandwidth: ByteRate, latency: Seconds)
  /// No measured run of the chip with the stack was split so.
  case neverRun(chip: String, stack: String, [PlanFeature])
  /// The plan is unlike all that were run, and counts as slower by a part of its step.
  case planUntried(instance: String, slower: Double)
  /// Stages differ in layers, which software has to be told.
  case layersUneven(instance: String, layers: Int, chunks: Int)
  /// The plan is that of a measured run.
  case publishedPlan(instance: String, run: String)
  /// No plan splits over all chips of a unit, and some of each do nothing.
  case chipsIdle(instance: String, used: Int, of: Int, batch: Int)
  /// The plan may not fit.
  case memoryTight(instance: String, probability: Double)
  /// A checkpoint's part does not fit beside the host's own work.
  case checkpointOverHostMemory(instance: String, bytes: Bytes, memory: Bytes)
  /// Data are counted by samples, and each sequence is taken for one.
  case sequenceReadAsSample(data: String, model: String, length: Int)
  /// A pipeline cut by hand would take so much less of a step.
  case stagesUneven(instance: String, ends: ChunkEnds, saved: Double)
  /// Sharding was asked for, and one rank holds everything.
  case zeroMoot(Int)
  /// What is offloaded of an instance's devices is more than its host's memory, or how much that is, is not known.
  case statesOverHostMemory(instance: String, bytes: Bytes, memory: Bytes?)
  /// A failure begins the run anew, since checkpoints are not counted.
  case checkpointRateUnknown(instance: String)
}

/// Why an option runs nothing, or a plan is no answer.
public enum RefusalReason: Hashable, Sendable {
  case unsupported(Unsupported)
  case surroundings(OperatingSetup.Problem)
  /// The plan asked for is not legal.
  case plan([PlanProblem])
  /// Of what was left open, nothing is legal.
  case noLegalPlan
  case noLegalSize(most: Int)
  /// Of the runs on the chip, none has a plan that this job can be run with.
  case noPublishedPlan(chip: String)
  case noLegalPlanOfSize(NoPlanOfSize)
  case chipsNotWhole(chips: Int, each: Int)
  case devicesNotWhole(devices: Int, each: Int)
  /// A global batch that grows with the devices is not whole on so many.
  case batchDoesNotGrow(batch: Int, devices: Int)
  case neverEnds(units: Int, instance: String)
  /// The same of a plan of a search.
  case planNeverEnds
  /// The plan that needs least does not fit.
  case leastMemory(needed: Bytes, there: Bytes)
  case memory(needed: Bytes, there: Bytes)
  case overMemoryLimit(needed: Bytes, limit: Bytes)
  /// What is offloaded of an instance's devices is more than its host's memory.
  case hostMemory(needed: Bytes, there: Bytes)
  case deadline(MissedDeadline)
  /// Sizes keep to the limits as predicted, and none as surely as asked.
  case notSure(UnsureSize)
  /// The fastest plan of a search is late.
  case fastestIsLate(Seconds, deadline: Seconds)
  case late(Seconds, deadline: Seconds)
  case budgetNeedsPrice(Unpriced)
  case nothingFits
  /// The cheapest size, and the part of the tokens that the budget pays for.
  case budget(least: Dollars, units: Int, instance: String, share: Double)
  /// The cheapest plan of a search is over the budget.
  case cheapestIsOver(Dollars)
  case overBudget(Dollars, budget: Dollars)
}

/// A size without a legal plan, and why the plans of its degrees are none.
public struct NoPlanOfSize: Hashable, Sendable {
  public struct Count: Hashable, Sendable {
    public var obstacle: PlanObstacle
    public var plans: Int
    public init(_ obstacle: PlanObstacle, _ plans: Int) {
      self.obstacle = obstacle
      self.plans = plans
    }
  }

  public var units: Int
  public var devices: Int
  /// Whether degrees were asked for.
  public var isAsked: Bool
  public var obstacles: [Count]
  /// Sizes in units that have one, the smaller first.
  public var nearest: [Int]

  public init(units: Int, devices: Int, isAsked: Bool, obstacles: [Count], nearest: [Int]) {
    self.units = units
    self.devices = devices
    self.isAsked = isAsked
    self.obstacles = obstacles
    self.nearest = nearest
  }
}

/// A deadline that no size meets.
public struct MissedDeadline: Hashable, Sendable {
  public var deadline: Seconds
  public var globalBatch: Int
  /// The fastest size, and what it takes.
  public var units: Int
  public var instance: String
  public var time: Seconds
  /// Units that it would take if work spread without end.
  public var needed: Double
  /// Units that can be had at most; nil where it is the work that does not spread further.
  public var most: Int?

  public init(
    deadline: Seconds, globalBatch: Int, units: Int, instance: String, time: Seconds, needed: Double, most: Int? = nil
  ) {
    self.most = most
    self.deadline = deadline
    self.globalBatch = globalBatch
    self.units = units
    self.instance = instance
    self.time = time
    self.needed = needed
  }
}

extension RefusalReason {
  /// Whether it is the number of devices that has no plan, and another number may.
  var isAboutSplitting: Bool {
    switch self {
    case .noLegalPlanOfSize, .noLegalSize: true
    default: false
    }
  }
}

/// Limits that no size keeps to as surely as asked.
public struct UnsureSize: Hashable, Sendable {
  public var confidence: Double
  /// The surest size.
  public var units: Int
  public var instance: String
  /// With what probability it is late or costs more; nil where that is no limit.
  public var late: Double?
  public var over: Double?

  public init(confidence: Double, units: Int, instance: String, late: Double?, over: Double?) {
    (self.confidence, self.units, self.instance, self.late, self.over) = (confidence, units, instance, late, over)
  }
}
