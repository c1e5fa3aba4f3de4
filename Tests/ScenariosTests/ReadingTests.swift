import Quantities
import Testing

@testable import Scenarios

@Suite struct ReadingTests {
  @Test("Every figure of a chip arrives in base units with its source") func chip() throws {
    let chip = try Folder.sample().catalog().chip("c1")
    #expect(chip.vendor == "Acme" && chip.chipClass == .accelerator && chip.released == 2024)
    #expect(chip.devicesPerChip == 4)
    #expect(chip.peak[.bf16]?.value.value == 600e12)
    #expect(chip.peak[.bf16]?.origin.source == "a datasheet")
    #expect(chip.peak[.bf16]?.origin.location == "chips/c1.yaml:12")
    #expect(chip.peak[.fp8]?.origin.source == "a talk")
    #expect(chip.peak[.fp8]?.origin.retrieved == "2026-02-01")
    #expect(chip.peak[.fp8]?.origin.note == "measured")
    #expect(chip.attainable(.bf16)?.value.value == 550e12)
    #expect(chip.attainable(.fp8)?.value.value == 1200e12)
    #expect(chip.attainable(.fp16) == nil)
    #expect(chip.memoryCapacity.value.value == 96 * 1_073_741_824)
    #expect(chip.memoryBandwidth.value.value == 2.9e12)
    #expect(chip.onChipMemory?.value.value == 25_165_824.0)
    #expect(chip.matrixUnit.rows == 128 && chip.matrixUnit.columns == 512 && chip.matrixUnit.units == 8)
    #expect(chip.link?.bandwidth.value.value == 500e9 && chip.link?.latency?.value.value == 2e-6)
    #expect(chip.deviceLink?.name == "inner" && chip.deviceLink?.latency == nil)
    #expect(chip.powerMax?.value.value == 500 && chip.powerIdle?.value.value == 90)
    #expect(chip.disputed == ["one says 3 TB/s"])
    #expect(chip.origin.note == "some words")
  }

  @Test("An instance takes what it leaves out from its chip's link and its Nitro card") func instance() throws {
    let instance = try Folder.sample().catalog().instance("i1.large")
    #expect(instance.chips == 16 && instance.devices == 64 && instance.chip.name == "c1")
    #expect(instance.host.vcpus == 192 && instance.host.cores == 96 && instance.host.cpu == "some cpu")
    #expect(instance.scaleUp.map(\.bandwidth.value.value) == [1e12, 500e9])
    #expect(instance.scaleUp.map(\.latency.value.value) == [1e-6, 2e-6])
    #expect(instance.scaleUp.map(\.topology) == [.ring, .torus2D])
    #expect(instance.network?.bandwidth.value.value == 4e11)
    #expect(instance.network?.latency.value.value == 15e-6)
    #expect(instance.network?.latency.origin.note == "smallest message")
    #expect(instance.network?.efaVersion == "v3" && instance.network?.cards == 16)
    #expect(instance.ebs?.bandwidth.value.value == 1e10 && instance.ebs?.iops == 260_000)
    #expect(instance.localStorage?.drives == 4 && instance.localStorage?.readIOPS == 1e6)
    #expect(instance.soldIn == "u1" && instance.powerMax?.value.value == 10_000)
  }

  @Test("A group has the sum of its members") func group() throws {
    let group = try Folder.sample().catalog().instance("u1")
    #expect(group.members?.instance == "i1.large" && group.members?.count == 2)
    #expect(group.chips == 32 && group.devices == 128)
    #expect(group.host.vcpus == 384 && group.host.cores == 192)
    #expect(group.host.memory?.value.value == 4_398_046_511_104.0)
    #expect(group.network?.bandwidth.value.value == 8e11 && group.network?.cards == 32)
    #expect(group.network?.latency.value.value == 15e-6)
    #expect(group.network?.bandwidth.origin.note == "2 × i1.large")
    #expect(group.ebs?.bandwidth.value.value == 2e10 && group.ebs?.iops == 520_000)
    #expect(group.localStorage?.drives == 8 && group.localStorage?.capacity.value.value == 1.9e12)
    #expect(group.powerMax?.value.value == 20_000)
    #expect(group.scaleUp.map(\.chips) == [32])
  }

  @Test("A profile brings its stack, a job its model, size and plan") func others() throws {
    let catalog = try Folder.sample().catalog()
    let profile = try catalog.efficiency(chip: "c1", stack: nil)
    #expect(profile.stack.zeroStages == [0, 1, 3] && profile.stack.recompute == [.none, .full])
    #expect(profile.stack.reduceType == .bf16 && profile.stack.gradientType == .fp32)
    #expect(profile.stack.shardedReduceType == .fp32)
    #expect(profile.stack.softmaxRows == 4 && profile.stack.softmaxLength == 2048)
    #expect(profile.stack.wideProducts == .bf16)
    #expect(profile.values.gemm(.bf16) == 0.8 && profile[.tensorOverlap] == 0 && profile[.dataOverlap] == 1)
    #expect(profile[.launchTime] == 5e-6 && profile.memoryReserve.value == 2_147_483_648)
    #expect(profile.isDefault && profile.status == .fitted && profile[.gemmDepthHalf] == 512)
    #expect(profile.fit == Efficiency.Fit(rows: 12, data: "runs.csv", date: "2026-02-03"))
    let job = try catalog.job("j1")
    #expect(job.model.name == "m1" && job.tokens.value == 1e12 && job.optimizer == .adamwBF16)
    #expect(job.size == .deadline(Seconds(2_592_000)))
    #expect(job.plan.tensor == 8 && job.plan.interleave == 2 && job.plan.zero == 1)
    #expect(job.plan.sequenceParallel == true && job.plan.recompute == nil && job.recompute == .selective)
    #expect(job.options == ["i1.large", "u1"] && job.stack == "s1" && job.loraRank == 16 && job.plan.shard == 2)
    let model = try catalog.model("m1")
    #expect(model.queryKeyNorm == .head && model.normsPerLayer == 4 && model.tokenTypes == 2 && model.dropout)
  }

  @Test("Every efficiency parameter arrives by its own key, in base units") func parameters() throws {
    let profile = try Folder.sample().catalog().profile("c1.s1")
    let expected: [Double] = [
      0.8, 0.7, 0.65, 0.5, 0.75, 0.6, 0.55, 0.35, 0.3, 0.4, 512, 0.5, 0.4, 0.65, 300, 0.8, 0.7, 0.6, 0.9, 1.5, 2.5,
      5e-6,
      0.85,
      0.75,
      0.65, 2, 1.25, 3e-5, 2e-4, 0.7, 0.5, 0, 0.1, 1, 0.9, 0.25, 0.5, 0.35, 0.1, 3e-4, 4.5e-4, 0.02, 0.1, 0.15, 1e-3,
      0.02, 0.5, 0,
      0.04,
      0.01,
    ]
    #expect(profile.values.all.count == expected.count)
    for (parameter, value) in zip(EfficiencyParameter.allCases, expected) {
      #expect(abs(profile[parameter] - value) <= 1e-15 * value, "\(parameter.key)")
      #expect(EfficiencyParameter(key: parameter.key) == parameter)
    }
    #expect(EfficiencyParameter.keys.count == EfficiencyParameter.count)
    #expect(EfficiencyParameter(key: "gemm") == nil)
  }

  @Test("Software that loses and adds nothing reaches all of each fraction, and hides nothing") func neutral() {
    for parameter in EfficiencyParameter.allCases {
      let value = EfficiencyValues.neutral[parameter]
      switch parameter.scale {
      case .fraction: #expect(value == 1)
      case .overlap: #expect(value == (parameter == .tileLoss ? 1 : 0))
      case .number:
        #expect([.castPasses, .scaleUpLatency, .scaleOutLatency].contains(parameter) ? value == 1 : value == 0)
      case .seconds: #expect(value == 0)
      }
    }
    let types: [(DataType, EfficiencyParameter)] = [
      (.fp64, .gemm32bit), (.fp32, .gemm32bit), (.tf32, .gemm32bit), (.bf16, .gemm16bit), (.fp16, .gemm16bit),
      (.fp8, .gemmFP8), (.mxfp8, .gemmMXFP8), (.fp4, .gemmFP4),
    ]
    #expect(types.count == DataType.allCases.count)
    for (type, parameter) in types { #expect(EfficiencyParameter.gemm(type) == parameter) }
  }

  @Test("Gradients travel in the type they are accumulated in, and nothing was fitted, unless the files say so")
  func leftOut() throws {
    let folder = try Folder.sample()
    try folder.write("stacks/s1.yaml", Samples.stack.replacing("reduce_type: bf16\n", with: ""))
    var profile = Samples.efficiency
    for line in ["rows: 12\n", "data: runs.csv\n", "fitted: 2026-02-03\n"] {
      profile = profile.replacing(line, with: "")
    }
    try folder.write("efficiency/c1.s1.yaml", profile.replacing("status: fitted", with: "status: extrapolated"))
    let found = try folder.catalog().profile("c1.s1")
    #expect(found.stack.reduceType == .fp32 && found.fit == nil && found.status == .extrapolated)
  }
}
