import Quantities
import Testing

@testable import Scenarios
@testable import Simulation

/// What a step takes beside the work of its devices: hosts that launch it, fixed times, slower machines among many.
@Suite struct HostEffectsTests {
  static let job = ComputeEffectsTests.job

  private func step(_ plan: Plan, _ efficiency: Efficiency, job: Job = Self.job) throws -> StepParts {
    try estimate(job, plan, efficiency).step
  }

  private func detail(_ plan: Plan, _ efficiency: Efficiency = .perfect()) throws -> LoweredShape.Detail {
    let simulator = try Simulator(job: Self.job, instance: .node(), efficiency: efficiency)
    return simulator.lowered(BlockShape(plan)).detail()
  }

  private func host(forward: Double = 0, backward: Double = 0) -> Efficiency {
    var e = Efficiency.perfect()
    (e[.hostForward], e[.hostBackward]) = (forward, backward)
    return e
  }

  @Test("the device and its host share a queue: a soft maximum, half a tenth above both where they are equal")
  func softMaximum() {
    #expect(HostLaunch.wait(device: 3, host: 0) == 0)
    #expect(HostLaunch.wait(device: 0, host: 0) == 0)
    #expect(isClose(HostLaunch.wait(device: 2, host: 2), 0.1))
    // d = 1, h = 3: ½(4 + √(4 + 4·0.05²·3)) − 1.
    #expect(isClose(HostLaunch.wait(device: 1, host: 3), 0.5 * (4 + (4 + 0.03).squareRoot()) - 1))
    // Next to no host is next to no wait.
    #expect(HostLaunch.wait(device: 1, host: 1e-9) < 1e-10)
    // The rarer one is forgotten to less than a thousandth.
    #expect(isClose(HostLaunch.wait(device: 1, host: 1000), 999, 1e-3))
    #expect(HostLaunch.wait(device: 1000, host: 1) < 1)
    let times = [0, 0.1, 0.5, 0.9, 1, 1.1, 2, 10, 1000]
    for d in times {
      for h in times where h > 0 {
        let whole = d + HostLaunch.wait(device: d, host: h)
        #expect(whole >= max(d, h))
        #expect(d == 0 || isClose(whole, h + HostLaunch.wait(device: h, host: d)))
        #expect(whole <= 1.01 * d + HostLaunch.wait(device: 1.01 * d, host: h) + 1e-12)
      }
    }
  }

  @Test("a layer that takes its device less than its host takes the host's time, forward and backward apart")
  func floor() throws {
    let d = try detail(Plan())
    let (ahead, back) = (d.time(.layerForward), d.time(.layerBackward))
    #expect(ahead < 0.01 && back < 0.01)
    let forward = try step(Plan(), host(forward: 1)).host.value
    #expect(isClose(forward, 32 * 8 * HostLaunch.wait(device: ahead, host: 1)))
    #expect(isClose(forward, 32 * 8 * (1 - ahead), 0.01))
    let backward = try step(Plan(), host(backward: 2)).host.value
    #expect(isClose(backward, 32 * 8 * HostLaunch.wait(device: back, host: 2)))
    #expect(try isClose(step(Plan(), host(forward: 1, backward: 2)).host.value, forward + backward))
    // A host that is fast enough costs next to nothing, and its time does not make up for the other direction.
    let fast = try step(Plan(), host(forward: ahead / 100, backward: back / 100)).host.value
    #expect(fast < 0.001 * 32 * 8 * (ahead + back))
    #expect(try step(Plan(), host()).host == .zero)
    #expect(try step(Plan(), host(forward: 1)).compute == step(Plan(), host()).compute)
  }

  @Test("a slower host put in place takes that much longer to launch every layer, and no host is as before")
  func otherHost() throws {
    var slow = Instance.node()
    slow.launchFactor = 2
    let whole = try step(Plan(), host(forward: 2, backward: 4))
    #expect(try estimate(Self.job, Plan(), on: slow, host(forward: 1, backward: 2)).step.host == whole.host)
    #expect(try estimate(Self.job, Plan(), on: slow, host(forward: 1, backward: 2)).step.compute == whole.compute)
    #expect(try estimate(Self.job, Plan(), on: slow, host()).step.host == .zero)
  }

  @Test("what was assumed for an instance is assumed for every run on it")
  func assumed() throws {
    var instance = Instance.node()
    let note = PartNote.hostShare(instance: instance.name, share: 0.9)
    instance.assumed = [note]
    #expect(try Machine(instance: instance, efficiency: .perfect(), precision: .bf16).assumptions == [.part(note)])
  }

  @Test("what is recomputed is launched again, within backward")
  func recomputed() throws {
    let d = try detail(Plan())
    let found = try step(Plan(recompute: .full), host(forward: 1, backward: 2)).host.value
    let back = d.time(.layerBackward) + d.time(.layerForward)
    let waits = HostLaunch.wait(device: d.time(.layerForward), host: 1) + HostLaunch.wait(device: back, host: 3)
    #expect(isClose(found, 32 * 8 * waits))
  }

  @Test("communication that a layer waits for is time in which its host goes ahead")
  func communication() throws {
    let plan = Plan(tensor: 8), d = try detail(plan)
    let ahead = d.time(.layerForward) + d.time(.tensorForward)
    let back = d.time(.layerBackward) + d.time(.tensorBackward) + d.time(.tensorColumn)
    let found = try step(plan, host(forward: 1e-3, backward: 1e-3)).host.value
    let waits = HostLaunch.wait(device: ahead, host: 1e-3) + HostLaunch.wait(device: back, host: 1e-3)
    #expect(isClose(found, 32 * 8 * waits))
  }

  @Test("more tensor ranks have a slower slowest host")
  func perRank() throws {
    var e = host(forward: 1)
    e[.hostPerRank] = 0.5
    let plan = Plan(tensor: 8), d = try detail(plan)
    let ahead = d.time(.layerForward) + d.time(.tensorForward)
    #expect(try isClose(step(plan, e).host.value, 32 * 8 * HostLaunch.wait(device: ahead, host: 1 + 0.5 * 7)))
    #expect(try step(Plan(), e).host == step(Plan(), host(forward: 1)).host)
  }

  @Test("a softmax in pieces has more launches")
  func softmax() throws {
    var e = host(forward: 1)
    e[.hostSoftmax] = 0.25
    (e.stack.softmaxRows, e.stack.softmaxLength) = (4, 2048)
    let fused = try step(Plan(), e).host
    e.stack.softmaxLength = 1024
    let bare = try step(Plan(), e).host
    #expect(isClose(bare.value / fused.value, 1.25, 0.002))
    e.stack.attention = .fused
    #expect(try isClose(step(Plan(), e).host.value / fused.value, 1, 0.002))
  }

  @Test("stages wait for their hosts like for their devices: the bubble is as much longer")
  func bubble() throws {
    let e = host(forward: 1, backward: 2), d = try detail(Plan(pipeline: 4))
    let layer =
      HostLaunch.wait(device: d.time(.layerForward), host: 1)
      + HostLaunch.wait(device: d.time(.layerBackward), host: 2)
    let with = try step(Plan(pipeline: 4), e), without = try step(Plan(pipeline: 4), host())
    #expect(isClose((with.bubble - without.bubble).value, 3 * 2 * layer))
    #expect(isClose(with.host.value, 32 * 2 * layer))
  }

  @Test("a micro-batch and a step have a price of their own")
  func fixed() throws {
    var e = Efficiency.perfect()
    e[.microBatchTime] = 0.25
    #expect(try isClose(step(Plan(), e).host.value, 32 * 0.25))
    #expect(try isClose(step(Plan(microBatch: 4), e).host.value, 8 * 0.25))
    e[.stepTime] = 3
    #expect(try isClose(step(Plan(microBatch: 4), e).host.value, 8 * 0.25 + 3))
    e[.microBatchTime] = 0
    #expect(try step(Plan(), e).host == Seconds(3))
    #expect(try step(Plan(), e).bubble == step(Plan(), .perfect()).bubble)
  }

  @Test("the fixed time of a step grows by a share for each doubling of the machines, which meet at its end")
  func growth() throws {
    var e = Efficiency.perfect()
    e[.stepTime] = 3
    e[.stepGrowth] = 0.5
    var job = Self.job
    job.globalBatch = 192
    for (data, doublings) in [(1, 0.0), (8, 0), (16, 1), (24, 2), (64, 3)] {
      #expect(try isClose(step(Plan(data: data), e, job: job).host.value, 3 * (1 + 0.5 * doublings)), "\(data)")
    }
  }

  @Test("the micro-batches slow by a share for each doubling of the machines, rounded up")
  func straggling() throws {
    var e = Efficiency.perfect()
    e[.straggling] = 0.125
    e[.idling] = 0
    e[.microBatchTime] = 0.01
    var job = Self.job
    job.globalBatch = 192
    for (data, doublings) in [(1, 0.0), (8, 0), (16, 1), (24, 2), (32, 2), (64, 3)] {
      let found = try step(Plan(data: data), e, job: job)
      let batches = 192 / Double(data)
      #expect(isClose(found.straggling.value, 0.125 * doublings * (found.compute.value + batches * 0.01)), "\(data)")
    }
    // All stages and tensor ranks are machines too, and what they wait for is slower.
    let plan = Plan(tensor: 8, pipeline: 4), found = try step(plan, e)
    let all = found.compute + found.tensor + found.pipeline
    #expect(isClose(found.straggling.value, 0.125 * 2 * (all.value + 32 * 0.01)))
    // One domain of links is one machine, however many instances are in it.
    let large = try estimate(job, Plan(data: 64), on: .node(chips: 64), e).step
    #expect(large.straggling == .zero)
  }
}
