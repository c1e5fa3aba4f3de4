import Quantities
import TestSupport
import Testing

@testable import Operating
@testable import Scenarios

@Suite struct OperationTests {
  @Test("A checkpoint is shared by all instances and devices, and written as fast as the slowest part") func saving()
    throws
  {
    let saving = try #require(try operation().saving)
    #expect(saving.mode == .async && saving.storage.name == "s3")
    #expect(saving.bytesPerInstance.value == 1e12 / 16 && saving.bytesPerChip.value == 1e12 / 128)
    #expect(saving.write.value == 1e12 / 16 / 4e9 && saving.load.value == 1e12 / 16 / 8e9)
    #expect(saving.snapshot.value == 1e12 / 128 / 1e10)
    #expect(abs(saving.stall.value - (0.5 + saving.snapshot.value + 0.02 * saving.write.value)) < 1e-12)
    #expect(saving.lag == saving.write)
    let sync = try #require(try operation(job { $0.operating.checkpoint.mode = .sync }).saving)
    #expect(sync.lag == .zero && sync.stall.value == 0.5 + saving.snapshot.value + saving.write.value)
    let memory = try #require(try operation(job { $0.operating.checkpoint.mode = .replicated }).saving)
    #expect(memory.rate.value.value == 4e11 && memory.stall < saving.stall)
  }

  @Test("Bursts of EBS serve checkpoints for half an hour a day, and no longer") func bursts() throws {
    func rate(every minutes: Double) throws -> Double? {
      let job = job {
        $0.operating.checkpoint.storage = "ebs"
        $0.operating.checkpoint.interval = Seconds(minutes * 60)
      }
      let one = instance(ebs: (6.25e8, 2.5e9))
      return try operation(job, on: one, state: 2e12).saving?.rate.value.value
    }
    // 125 GB an instance: 50 s at the burst, 24 times a day.
    #expect(try rate(every: 60) == 2.5e9)
    #expect(try rate(every: 20) == 6.25e8)
  }

  @Test("Without failures a run is its steps, its checkpoints and what comes before and after") func none() throws {
    let job = job {
      $0.operating.failures.rate = EventRate(0)
      $0.operating.checkpoint.interval = Seconds(600)
    }
    let one = try operation(job), course = one.course(step: Seconds(1))
    let saving = try #require(one.saving)
    #expect(abs(course.checkpointStall.value - saving.stall.value / 600) < 1e-12)
    let expected = 1e6 * (1 + saving.stall.value / 600) + saving.snapshot.value + saving.write.value
    #expect(abs(course.wallTime.value / expected - 1) < 1e-12)
    #expect(course.failures == 0 && course.spares == 0)
    #expect(abs(course.goodput - 1) < 1e-4)
  }

  @Test("The parts of a course add up to it") func parts() throws {
    let course = try operation().course(step: Seconds(1))
    #expect(course.goodput < 1 && course.goodput > 0.9)
    #expect(abs(course.step.value - 1 - course.inputWait.value - course.checkpointStall.value) < 1e-12)
    #expect(abs(course.wallTime.value * course.goodput / (course.step.value * 1e6) - 1) < 1e-12)
    #expect(abs(course.failures / (128 / (1e5 * hour) * course.wallTime.value) - 1) < 1e-3)
  }

  @Test("The best interval is better than any other asked for") func best() throws {
    let best = try operation().pace.wallTime(step: 1)
    let interval = try #require(try operation().course(step: Seconds(1)).interval)
    for factor in [0.3, 0.8, 0.95, 1.05, 1.2, 3] {
      let other = job { $0.operating.checkpoint.interval = interval * factor }
      #expect(try operation(other).pace.wallTime(step: 1) > best)
    }
  }

  @Test("As many instances stand by as make the work cheapest") func spares() throws {
    func cost(_ spares: Int, units: Int, every hours: Double) throws -> Double {
      let one = try operation(
        job { $0.operating.failures.spares = spares }, units: units, facts: facts(failureEvery: hours))
      return Double(units + spares) * one.pace.wallTime(step: 1)
    }
    for (units, hours) in [(2, 1e5), (64, 2e4), (1000, 1e5), (2048, 5e4)] {
      let chosen = try operation(units: units, facts: facts(failureEvery: hours)).spares
      let costs = try (0...12).map { try cost($0, units: units, every: hours) }
      #expect(costs.indices.min { costs[$0] < costs[$1] } == chosen, "\(units) units")
    }
  }

  @Test("Played event by event, runs take what the closed form says, within four of their own errors") func simulated()
    throws
  {
    for (hours, units, spares) in [(1e4, 64, nil), (1e3, 64, nil), (3e3, 64, 0), (2e3, 16, 1)] as [(Double, Int, Int?)]
    {
      // Long enough for what failures take to be far more than what a beginning with all machines sound saves.
      let long = job {
        $0.tokens = Count(64e9 * 10)
        $0.operating.failures.spares = spares
      }
      let one = try operation(long, units: units, facts: facts(failureEvery: hours))
      let course = one.course(step: Seconds(1))
      let played = try #require(one.simulated(step: Seconds(1), runs: 200, seed: 7))
      let lost = course.wallTime.value - 1e7
      #expect(played.runs == 200 && played.low < played.high && lost > 20 * hour)
      let off = abs(played.mean.value - course.wallTime.value)
      #expect(off < 4 * played.standardError.value + hour, "\(hours) h, \(units) units: \(off) of \(lost)")
      #expect(one.simulated(step: Seconds(1), runs: 200, seed: 7)?.mean == played.mean)
    }
  }

  @Test("What would take long to play is not played, nor what the kernel does not know") func unplayed() throws {
    let often = try operation(
      job { $0.operating.failures.spares = 8 }, units: 64, facts: facts(failureEvery: 20))
    #expect(often.simulated(step: Seconds(1)) == nil)
    let spot = job { $0.operating.failures.spot = EventRate(perHour: 0.02) }
    #expect(try operation(spot, state: 1e11, spot: true).simulated(step: Seconds(1)) == nil)
  }

  @Test("A longer step, more failures, slower storage or recovery never make a shorter run") func laws() throws {
    var random = SplitMix64(seed: 5)
    // As many stand by at every rate, or more failures could pay for more of them and a shorter run.
    let alone = job { $0.operating.failures.spares = 1 }
    for _ in 0..<50 {
      let hours = 2000 * Double.random(in: 1...100, using: &random), units = Int.random(in: 1...200, using: &random)
      let step = Double.random(in: 0.05...30, using: &random)
      let base = try operation(alone, units: units, facts: facts(failureEvery: hours))
      let wall = base.pace.wallTime(step: step)
      #expect(wall >= step * 1e6)
      #expect(base.pace.wallTime(step: step * 1.01) >= wall)
      #expect(
        try operation(alone, units: units, facts: facts(failureEvery: hours / 2)).pace.wallTime(step: step)
          >= wall)
      var slower = facts(failureEvery: hours)
      slower.storages["s3"]?.writeBandwidth?.value = ByteRate(1e9)
      #expect(try operation(alone, units: units, facts: slower).pace.wallTime(step: step) >= wall * (1 - 1e-9))
      var later = facts(failureEvery: hours)
      later.recovery?.restart.value = Seconds(900)
      #expect(try operation(alone, units: units, facts: later).pace.wallTime(step: step) >= wall)
    }
  }

  @Test("A run that is shorter than the time between checkpoints saves at its end alone") func short() throws {
    let job = job { $0.tokens = Count(64e3 * 10) }
    let course = try operation(job).course(step: Seconds(1))
    #expect(course.interval == nil && course.checkpointStall == .zero)
    #expect(course.wallTime > course.startup)
  }

  @Test("A run that never gets from one checkpoint to the next is told from one that ends") func hopeless() throws {
    let job = job { $0.operating.checkpoint.mode = CheckpointMode.none }
    let one = try operation(job, units: 2000, facts: facts(failureEvery: 1e3))
    #expect(!one.course(step: Seconds(10)).ends)
    #expect(try operation().course(step: Seconds(10)).ends)
  }

  @Test("Announced interruptions cost a restart each, others lose work besides, and both take instances away")
  func spot() throws {
    let job = job {
      $0.operating.failures.spot = EventRate(perHour: 0.02)
      $0.operating.failures.rate = EventRate(0)
      $0.operating.failures.spares = 1
    }
    let one = try operation(job, state: 1e11, spot: true), rate = 16 * 0.02 / hour
    #expect(abs(one.hazards.announced / rate - 1) < 1e-12 && one.hazards.sudden == 0)
    // Up for exp(−λr) of the time that is not waited for an instance; two must be away for that.
    let load = rate * 1800, blocked = (load * load / 2) / (1 + load + load * load / 2)
    let share = (1 - blocked) * Logarithm.exponential(-rate * one.hazards.recovery)
    #expect(abs(one.course(step: Seconds(1)).goodput / share - 1) < 1e-3)
    let sudden = try operation(job, state: 1e14, spot: true)
    #expect(sudden.hazards.announced == 0 && abs(sudden.hazards.sudden / rate - 1) < 1e-12)
    #expect(sudden.pace.productive < one.pace.productive)
    #expect(try operation(job, state: 1e11).hazards.all == 0)
    // Standing by pays where instances are taken often.
    var free = job
    free.operating.failures.spares = nil
    #expect(try operation(free, state: 1e11, spot: true).spares > 0)
    // Taken more often than it comes back, a run never ends.
    free.operating.failures.spot = EventRate(perHour: 100)
    #expect(!(try operation(free, state: 1e11, spot: true).course(step: Seconds(1)).ends))
  }

  @Test("An interval in which no checkpoint is safe is longer than asked for") func asked() throws {
    let job = job {
      $0.operating.checkpoint.interval = Seconds(1)
      $0.operating.checkpoint.storage = "shared"
    }
    let one = try operation(job), saving = try #require(one.saving)
    #expect(one.course(step: Seconds(0.1)).interval == saving.lag - saving.stall)
    #expect(one.course(step: Seconds(1000)).interval == Seconds(1000))
  }

  @Test("One instance keeps no copy with another, and says so") func alone() throws {
    let job = job { $0.operating.checkpoint.mode = .replicated }
    let one = try operation(job, units: 1)
    #expect(one.saving?.mode == .async && one.assumptions == [.noOtherHost(instance: instance().name)])
    // The last checkpoint goes to storage.
    let two = try #require(try operation(job, units: 2).saving)
    #expect(two.mode == .replicated && two.last > two.write)
  }

  @Test("A restart reads the weights that nothing trains") func frozen() throws {
    let setup = try OperatingSetup(OperatingRequest(), on: instance(), facts())
    func load(_ frozen: Double) -> Double? {
      Saving(Bytes(1e9), frozen: Bytes(frozen), setup, on: instance(), units: 1, bursting: false)?.load.value
    }
    #expect(load(0) == 0.125 && load(15e9) == 2)
  }

  @Test("What is recovered and waited is the time in which nothing goes on") func stopped() throws {
    let one = try operation(
      job { $0.operating.failures.spares = 0 }, units: 64, facts: facts(failureEvery: 2e3))
    let course = one.course(step: Seconds(1))
    let wall = course.wallTime.value, up = wall - course.stopped.value
    // Steps that are kept, and those that are thrown away.
    #expect(up > course.step.value * 1e6 && up < course.step.value * 1e6 * 1.2)
    #expect(course.stopped.value > 0.1 * wall)
  }

  @Test("A compiler's work counts once, and at every restart where its results are not kept") func compiling() throws {
    var stack = stack
    stack.compileTime = sourced(Seconds(750))
    let kept = try operation(stack: stack)
    let lost = try operation(job { $0.operating.failures.compiled = false }, stack: stack)
    #expect(
      kept.course(step: Seconds(1)).startup.value - (try operation().course(step: Seconds(1)).startup.value) == 750)
    #expect(lost.hazards.recovery - kept.hazards.recovery == 750)
  }

  @Test("Drawn runs are those of their steps and failures") func draws() throws {
    let one = try operation(facts: facts(failureEvery: 5e3))
    #expect(abs(one.wallTimes(steps: [1, 2, 40], deviations: [0, 0, 0])[1] / one.pace.wallTime(step: 2) - 1) < 1e-12)
    var facts = facts()
    facts.logs.append(
      FailureLog(
        id: "other", source: "", architecture: "a100", unit: .chip, units: 1, hours: 1e10, failures: 1e6, leftOut: nil,
        note: nil))
    let unsure = try operation(facts: facts)
    #expect(unsure.hazards.spread > 0.3)
    let walls = unsure.wallTimes(steps: [1, 1, 1], deviations: [-1, 0, 1])
    #expect(walls[0] < walls[1] && walls[1] < walls[2])
  }
}
