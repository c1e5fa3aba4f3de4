import Quantities
import Testing

@testable import Operating
@testable import Scenarios

@Suite struct FeedingTests {
  private func feeding(
    _ data: String, storage: String? = nil, prefetch: Bool? = nil, on one: Instance = instance(), units: Int = 1
  ) throws -> Feeding {
    let job = job {
      $0.operating.input.data = data
      $0.operating.input.storage = storage
      $0.operating.input.prefetch = prefetch
    }
    return try #require(Feeding(job, OperatingSetup(job.operating, on: one, facts()), on: one, units: units))
  }

  private func wait(_ feeding: Feeding, _ step: Double) -> Double { feeding.times.wait(step) }

  @Test("Preparing takes core time over the cores that launching leaves free") func host() throws {
    let one = try feeding("jpeg", on: instance(cores: 96))
    // 64 pictures of 2 ms on 96 - 8 cores.
    #expect(abs((one.host?.value ?? 0) / (64 * 2e-3 / 88) - 1) < 1e-12)
    let two = try feeding("jpeg", on: instance(cores: 96), units: 4)
    #expect(abs((two.host?.value ?? 0) * 4 / (one.host?.value ?? 1) - 1) < 1e-12)
    let faster = try feeding("jpeg", on: instance(cores: 96, speed: 60_000))
    #expect(abs((faster.host?.value ?? 0) * 2 / (one.host?.value ?? 1) - 1) < 1e-12)
  }

  @Test("A step waits for the shortfall only, without prefetching for all of it") func shortfall() throws {
    let one = try feeding("jpeg", on: instance(cores: 9))
    let time = try #require(one.host)
    #expect(time.value == 0.128)
    #expect(wait(one, 1) == 0)
    #expect(abs(wait(one, 0.1) - 0.028) < 1e-12)
    #expect(one.times.limit(0.1) == .host)
    let patient = try feeding("jpeg", prefetch: false, on: instance(cores: 9))
    #expect(abs(wait(patient, 1) - 0.128 - 64e5 / 16e9) < 1e-12)
  }

  @Test("Cores that train cannot prepare at the same time") func cpu() throws {
    let one = try feeding("jpeg", on: instance(chip("graviton4", .cpu), chips: 2, cores: 192))
    #expect(abs(wait(one, 10) - 0.128 / 192) < 1e-12)
    // Reading hides behind the step, preparing does not: that is what it waits for.
    #expect(one.times.adds && one.times.limit(10) == .host)
  }

  @Test(
    "Storage gives the least of what leads there, of one client and of a share of the whole",
    arguments: [("nvme", 1, 16e9), ("ebs", 1, 1e10), ("s3", 1, 8e9), ("shared", 5, 1e9), ("shared", 20, 5e8)])
  func storage(name: String, units: Int, rate: Double) throws {
    #expect(try feeding("tabular", storage: name, units: units).rate?.value.value == rate)
  }

  @Test("Slow storage is what a step waits for") func slowStorage() throws {
    let one = try feeding("jpeg", storage: "ebs", on: instance(ebs: (1e6, nil)))
    #expect(one.times.limit(1) == .storage)
    #expect(abs(wait(one, 1) - 5.4) < 1e-9)
  }

  @Test("What is not known is told and not counted") func gaps() throws {
    let rows = try feeding("tabular")
    #expect(rows.host == nil && rows.gaps.count == 1 && wait(rows, 1) == 0)
    let unknown = try feeding("jpeg", on: instance(cores: nil))
    #expect(unknown.host == nil && unknown.gaps.first == .hostCoresUnknown)
    var bare = instance()
    bare.localStorage?.readBandwidth = nil
    #expect(try feeding("jpeg", on: bare).gaps.first == .readRateUnknown(storage: "nvme"))
  }

  @Test("A storage that an instance has not, or that loses checkpoints, is refused with the reason") func refused() {
    func reason(_ change: (inout OperatingRequest) -> Void, _ one: Instance = instance()) -> OperatingSetup.Problem? {
      var operating = OperatingRequest()
      change(&operating)
      do {
        _ = try OperatingSetup(operating, on: one, facts())
        return nil
      } catch {
        return error
      }
    }
    let name = instance().name
    #expect(reason { $0.input.storage = "nvme" } == nil)
    #expect(
      reason({ $0.input.storage = "nvme" }, instance(drives: nil))
        == .noDrives(storage: "nvme", .input, instance: name))
    #expect(
      reason({ $0.checkpoint.storage = "ebs" }, instance(ebs: nil))
        == .noEBS(storage: "ebs", .checkpoint, instance: name))
    #expect(reason { $0.checkpoint.storage = "nvme" } == .lostWithInstance(storage: "nvme"))
    #expect(reason { $0.input.data = "jpg" } == .unknownData("jpg", known: facts().data.keys.sorted()))
    #expect(
      reason { $0.checkpoint.storage = "s4" }
        == .unknownStorage("s4", .checkpoint, known: facts().storages.keys.sorted()))
  }
}
