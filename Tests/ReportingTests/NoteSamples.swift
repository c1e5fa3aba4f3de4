import Calibration
import Costing
import Operating
import Quantities

@testable import Planning
@testable import Reporting
@testable import Scenarios
@testable import Simulation

/// One of everything that can be said; `NotesTests` finds out when a case is missing.
enum NoteSamples {
  static let all: [any Worded] =
    parts + machines + plans + running + energy + problems + prices + runs + skips + assumptions
  static let wordings: [Wording] = all.map(\.wording) + refusals.flatMap(\.wordings)

  private static let swap = CardSwap(
    instance: "a.1", old: "nitro-v4", new: "nitro-v6", network: ByteRate(8e11), before: ByteRate(4e11),
    limit: .link("PCIe", chips: 8, chip: "c", wanted: ByteRate(9e11)), keepsLatency: true)

  private static let parts: [PartNote] = [
    .hostShare(instance: "a.1", share: 0.9), .cards(swap), .ebsKept(instance: "a.1", old: "nitro-v4", new: "nitro-v6"),
    .hostSpeed(instance: "a.1", host: "cpu-b", was: "cpu-a", before: CountRate(30_000), after: CountRate(40_000)),
    .hostSpeedUnknown(instance: "a.1", host: "cpu-b", was: nil, unknown: "cpu-b"),
    .chipsAsked(instance: "a.1", used: 4, of: 8),
  ]

  private static let machines: [any Worded] = [
    MachineNote.chipLinkUnpublished(instance: "a.1"), MachineNote.part(parts[0]),
    AppliedOverride(path: "chips.c.peak", value: "2 PFLOP/s", before: "1 PFLOP/s"),
    Unsupported.format(.fp8, chip: "c", known: [.bf16, .fp16]), Unsupported.hostLinkUnknown(chip: "c"),
  ]

  static let plans: [PlanProblem] = [
    .tensorDoesNotDivideHeads(16, heads: 24), .tensorDoesNotDivideFeedForward(16, size: 6145),
    .tensorAndKeyValueHeads(16, keyValueHeads: 6), .sequenceParallelNeedsTensor,
    .sequenceDoesNotSplit(by: 16, length: 10), .contextDoesNotSplit(16, length: 10), .contextTooShort(16, length: 1024),
    .contextDoesNotDivideHeads(16, tensor: 2, heads: 12),
    .pipelineTooDeep(16, layers: 2),
    .pipelineUneven(pipeline: 16, interleave: 3, layers: 7), .interleaveNeedsPipeline(16),
    .interleaveNeedsMicroBatches(microBatches: 16, pipeline: 3), .dualPipeNeedsPairs(microBatches: 7, pipeline: 4),
    .batchDoesNotSplit(batch: 16, microBatch: 3, data: 2), .zeroNeedsWholeModel(zero: 2, pipeline: 16),
    .zeroNeedsRanks(3), .shardDoesNotDivide(5, ranks: 32), .stackLacks(.recomputation(.full), stack: "kit"),
    .devices(product: 16, available: 4), .leavesNode(devices: 16), .recommenderSplits(.tensor(2)),
    .recommenderRecomputes(.full), .convolutionSplits(.pipeline(4)), .convolutionRecomputes(.selective), .noExperts(4),
    .expertsDoNotSplit(5, experts: 16), .expertRanks(16, ranks: 8),
    .noExpertsToCut(2), .expertTensorDoesNotDivide(3, size: 512), .expertTensorRanks(4, expert: 4, ranks: 8),
    .expertsNeedSequenceParallel, .recomputesMoreThanAll(40, layers: 32),
    .endsNeedPipeline(ChunkEnds(first: 4, last: 1)),
    .endsDoNotSpread(ChunkEnds(first: 4, last: 1), chunks: 8, layers: 32),
    .frozenNeedsWholeModel(frozen: 8, pipeline: 16),
  ]

  private static let running: [OperatingNote] = [
    .failuresOfOthers(.instance, every: Seconds(1e7)), .practice(.experienced, factor: 1.2, software: 1.1),
    .inputCostUnknown(data: "jpeg"), .hostCoresUnknown,
    .coreAsMeasured(data: "jpeg"), .readRateUnknown(storage: "s3"), .noOtherHost(instance: "a.1"),
  ]

  private static let energy: [EnergyNote] = [
    .shareOfPublished(instance: "a.1", share: 0.76, most: Watts(10_200)),
    .estimatedDraw(instance: "a.1", draw: Watts(8000)), .restUnknown(instance: "a.1"), .drawUnknown(instance: "a.1"),
    .placeUnknown, .ownPlaceUnknown, .buildingUnpublished(region: "moon-1"), .ownBuildingUnknown,
    .gridUnknown(region: "moon-1"),
  ]

  private static let problems: [OperatingSetup.Problem] = [
    .noRecovery, .unknownStorage("s4", .checkpoint, known: ["nvme", "s3"]), .unknownData("jpg", known: ["jpeg"]),
    .noDrives(storage: "nvme", .input, instance: "a.1"), .noEBS(storage: "ebs", .checkpoint, instance: "a.1"),
    .lostWithInstance(storage: "nvme"),
  ]

  private static let unpriced = Unpriced(
    instance: "a.1", wanted: [.onDemand, .capacityBlock], region: "moon-1", others: [.spot])

  private static let prices: [any Worded] = [
    PriceNote.otherRegion(instance: "a.1", .named("moon-1"), home: "us-east-1"), PriceNote.spotFloor(instance: "a.1"),
    PriceNote.unsold(instance: "a.1", parts: ["nitro-v6", "cpu-b"], soldAs: "a.1"),
    PriceNote.onlyPartOf(instance: "a.1", unit: "u.4"),
    PriceNote.beyondPurchase(
      instance: "a.1", .capacityBlock, length: Seconds(86_400 * 190), longest: Seconds(86_400 * 182)),
    PriceNote.severalPurchases(instance: "a.1", .capacityBlock, instances: 100, most: 64),
    PriceNote.billedLonger(
      instance: "a.1", .onDemand, Billing(shortest: Seconds(60)), billed: Seconds(86_400), work: Seconds(3600)),
    PriceNote.notYetBookable(
      instance: "a.1", .capacityBlock, start: "2027-03-01", opens: "2027-01-04", ahead: Seconds(86_400 * 56)),
    PriceNote.commitment(instance: "a.1", length: Seconds(3 * 31_536_000), total: Dollars(1e6)),
    PriceNote.spotQuotes(instance: "a.1", quotes: 3, low: DollarRate(perHour: 8), high: DollarRate(perHour: 18)),
    PriceNote.oneSpotQuote(instance: "a.1", date: "2026-07-01"),
    PriceNote.old(instance: "a.1", .onDemand, date: "2026-07-01", days: 150),
    PriceNote.regionUnstated(
      instance: "a.1", .onDemand, taken: .unspecified, date: "2026-10-09", over: .named("moon-1"), dated: "2026-09-19"),
    PriceNote.availability(instance: "a.1", .spot, .generally, note: nil, date: ""),
    PriceNote.availability(instance: "a.1", .spot, .seldom, note: "why", date: "2026-10-03"),
    PriceNote.availability(instance: "a.1", .capacityBlock, .preview, note: nil, date: ""),
    PriceNote.availability(instance: "a.1", .spot, .unknown, note: nil, date: ""),
    PriceNote.beyondMost(instance: "a.1", .capacityBlock, instances: 300, most: 256),
    PriceNote.ownedWithout(instance: "a.1", ["people"]),
    PriceNote.spotInterruptionsUnknown(instance: "a.1", provider: "AWS"), PriceNote.spotRateUnused(instance: "a.1"),
    unpriced,
  ]

  private static let runs: [any Worded] =
    ([
      .networkBaseline(instance: "a.1", baseline: ByteRate(1e9), burst: ByteRate(2e9)), .profileExtrapolated("c.kit"),
      .profileComposed(chip: "c", stack: "kit"), .profileBegins(chip: "c", stack: "kit", with: .chip("d")),
      .profileBegins(chip: "c", stack: "kit", with: .population(architecture: "gpu")),
      .neverRun(chip: "c", stack: "kit", [.context, .sharding]), .publishedPlan(instance: "a.1", run: "lab-001"),
      .chipsIdle(instance: "a.1", used: 64, of: 72, batch: 1024),
      .beyondSequence(model: "m", length: 8192, longest: 2048), .expertsWithoutAdapters(model: "m"),
      .productsCast(instance: "a.1", from: .fp32, to: .bf16), .planUntried(instance: "a.1", slower: 0.2),
      .layersUneven(instance: "a.1", layers: 32, chunks: 3),
      .fixedTimesOfLanguageModels(profile: "c.kit", fixed: Seconds(0.01)),
      .slowNetwork(instance: "a.1", lacks: "EFA", called: "ENA", bandwidth: ByteRate(1e9), latency: Seconds(1e-5)),
      .memoryTight(instance: "a.1", probability: 0.8),
      .checkpointOverHostMemory(instance: "a.1", bytes: Bytes(9e12), memory: Bytes(2e12)),
      .sequenceReadAsSample(data: "jpeg", model: "m", length: 2048), .checkpointRateUnknown(instance: "a.1"),
      .zeroMoot(3), .stagesUneven(instance: "a.1", ends: ChunkEnds(first: 17, last: 15), saved: 0.05),
      .statesOverHostMemory(instance: "a.1", bytes: Bytes(2e12), memory: nil),
    ] as [RunNote]).map(Note.run)

  static let refusals: [RefusalReason] = [
    .unsupported(.format(.fp8, chip: "c", known: [.bf16])), .surroundings(.noRecovery),
    .plan([.zeroNeedsRanks(3), .sequenceParallelNeedsTensor]), .noLegalPlan, .noLegalSize(most: 100_000),
    .noPublishedPlan(chip: "c"),
    .noLegalPlanOfSize(
      NoPlanOfSize(
        units: 7, devices: 56, isAsked: true, obstacles: [.init(.batchDoesNotSplit, 12)], nearest: [6, 8])),
    .chipsNotWhole(chips: 100, each: 8), .devicesNotWhole(devices: 100, each: 8),
    .batchDoesNotGrow(batch: 512, devices: 96), .neverEnds(units: 7, instance: "a.1"), .planNeverEnds, Sample.tooLarge,
    .memory(needed: Bytes(9e10), there: Bytes(8e10)), .overMemoryLimit(needed: Bytes(9e10), limit: Bytes(8e10)),
    .hostMemory(needed: Bytes(3e12), there: Bytes(2e12)),
    .deadline(
      MissedDeadline(
        deadline: Seconds(86_400), globalBatch: 512, units: 64, instance: "a.1", time: Seconds(1e6), needed: 800)),
    .notSure(UnsureSize(confidence: 0.9, units: 64, instance: "a.1", late: 0.2, over: nil)),
    .fastestIsLate(Seconds(1e6), deadline: Seconds(86_400)), .late(Seconds(1e6), deadline: Seconds(86_400)),
    .budgetNeedsPrice(unpriced), .nothingFits,
    .budget(least: Dollars(5000), units: 3, instance: "a.1", share: 0.2), .cheapestIsOver(Dollars(5000)),
    .overBudget(Dollars(5000), budget: Dollars(1000)),
  ]

  private static let skips: [Skip] = [
    .mixtureOfExperts, .timeToTrain, .architecture("mamba"), .offloading, .noSource(series: "x"),
    .notStated(column: "tp"), .precisionNotStated, .machineUnknown("TPU"), .noStack(source: "a page"),
    .stackUnknown("nemoo"),
    .noProfile("c.kit"),
    .countingUnknown(.utilization), .noPeak(.fp8), .batchBeyondAll, .devicesNotWhole(chips: 0.3),
    .precisionUnknown("int3"), .recomputationUnknown("some"), .shardingUnknown("ZeRO-9"),
    .headsDoNotDivide(heads: 33, hidden: 4096), .degreesDoNotFill(devices: 64, product: 6),
    .dataDegreeDoesNotFill(stated: 15, left: 16), .batchDoesNotSplit(batch: 250, data: 16),
    .plan([.zeroNeedsRanks(3)]), .unsupported(.format(.fp8, chip: "c", known: [.bf16])), .beyondComputing,
  ]

  private static let assumptions: [RunAssumption] = [
    .stack("kit"), .machine("a.1"), .adapterRank(16), .adapterTargets(.attention), .convention(.causal),
    .heads(112, of: 128),
    .layers(72), .sharding(zero: 1), .shardGroup(8), .recompute(.full), .recomputeToFit(.full), .sequenceParallel(true),
    .interleave(6), .ends(ChunkEnds(first: 4, last: 1)),
    .microBatch(4), .expertTensor(2), .batch(256), .sampleTokens(197),
  ]
}
