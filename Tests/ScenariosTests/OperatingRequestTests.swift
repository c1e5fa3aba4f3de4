import Quantities
import Testing

@testable import Scenarios

@Suite struct OperatingRequestTests {
  @Test("A job says how it is fed, saved and kept going") func job() throws {
    let operating = try Folder.sample().catalog().job("j1").operating
    #expect(operating.input.data == "d1" && operating.input.storage == "t1" && operating.input.prefetch == false)
    #expect(operating.checkpoint.mode == .sync && operating.checkpoint.storage == "t1")
    #expect(operating.checkpoint.interval == Seconds(1200))
    #expect(operating.failures.rate == EventRate(0) && operating.failures.spares == 0)
    #expect(operating.failures.replacement == Seconds(300) && operating.failures.compiled == false)
    #expect(abs((operating.failures.spot?.perHour ?? 0) * 24 - 0.1) < 1e-12)
  }

  @Test("What surrounds a run is read whole, with sources") func operatingFacts() throws {
    let facts = try Folder.sample().catalog().operatingFacts()
    let storage = try #require(facts.storages["t1"]), data = try #require(facts.data["d1"])
    #expect(storage.reach == .network && storage.writeBandwidth?.value.value == 4e9 && storage.isDurable)
    #expect(storage.systemBandwidth?.value.value == 1e11)
    #expect(data.bytesPerSample?.value.value == 1e5 && data.corePerToken?.value.value == 1e-9)
    #expect(data.coreSpeed?.value.value == 30_000)
    #expect(facts.recovery?.hardShare == 0.5 && facts.recovery?.writeSlowdown == 0)
    #expect(facts.logs.map(\.id) == ["one", "two"] && facts.logs[1].leftOut == "hearsay")
    #expect(facts.logs[1].architecture.isEmpty && facts.logs[1].unit == .instance)
    let grid = try #require(facts.grids["us-east-1"])
    #expect(abs((grid.intensity?.value.value ?? 0) * 3.6e6 - 0.4) < 1e-12 && grid.electricity == nil)
    #expect(grid.pue?.origin.source == "a report")
    let stack = try Folder.sample().catalog().stack("s1")
    #expect(stack.compileTime?.value == Seconds(720) && stack.compileTimeCached?.value == Seconds(20))
  }

  @Test("Options say the same as a job's maps, and all that is wrong with them is told at once") func options() throws {
    let operating = try OperatingRequest.parse(
      input: "data=jpeg,storage=s3", checkpoint: "mode=async,interval=10 min", failures: "rate=2e-5 /h,spares=3")
    #expect(operating.input.data == "jpeg" && operating.checkpoint.interval == Seconds(600))
    #expect(abs((operating.failures.rate?.perHour ?? 0) / 2e-5 - 1) < 1e-12 && operating.failures.spares == 3)
    let found = problems { () throws(Diagnostics) in
      _ = try OperatingRequest.parse(input: "dta=jpeg", checkpoint: "mode=asynch", failures: "rate=3")
    }
    #expect(found.count == 3)
    #expect(found.map { $0.place?.file ?? "" } == ["--input", "--checkpoint", "--failures"])
    #expect(found[1].help?.contains("async") == true)
  }

  @Test("What a case says wins over its suite, which wins over the job") func layers() throws {
    let own = try OperatingRequest.parse(checkpoint: "mode=sync"),
      other = try OperatingRequest.parse(checkpoint: "mode=async,interval=5 min")
    let both = own.over(other)
    #expect(both.checkpoint.mode == .sync && both.checkpoint.interval == Seconds(300))
  }

  @Test(
    "A slip in a sheet is told where it stands",
    arguments: [
      ("14,,", "x,,", "'failures'"), ("chip,1000", "chips,1000", "'unit' is 'chips'"),
      (",720,", ",,", "'hours' is empty"),
      ("one,a paper", "two,a paper", "given twice"), ("id,source", "name,source", "does not name the columns"),
      ("14,,\n", "14,\n", "has 8 fields"),
    ])
  func sheets(old: String, new: String, message: String) throws {
    let folder = try Folder.sample()
    #expect(Samples.failures.contains(old))
    try folder.write("reliability/failures.csv", Samples.failures.replacing(old, with: new))
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in _ = try catalog.operatingFacts() }
    #expect(found.first?.message.contains(message) == true, "\(found.map(\.rendered))")
    #expect(found.first?.place?.file.hasSuffix("reliability/failures.csv") == true && found.first?.place?.line ?? 0 > 0)
  }

  @Test("A name that no file has is told where it stands, with the nearest one") func names() throws {
    let folder = try Folder.sample()
    try folder.write("jobs/j1.yaml", Samples.job.replacing("input: {data: d1", with: "input: {data: d2"))
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in _ = try catalog.job("j1") }
    #expect(found.first?.message.contains("kind of data is called 'd2'") == true, "\(found.map(\.rendered))")
    #expect(found.first?.help?.contains("'d1'") == true && found.first?.place?.line == 18)
  }

  @Test("Data of which no byte is read is no data, and checkpoints that are not kept have no storage")
  func contradictions()
    throws
  {
    let folder = try Folder.sample()
    try folder.write(
      "data/d1.yaml",
      Samples.data.replacing("bytes_per_token: 2 B\n", with: "").replacing("bytes_per_sample: 100 kB\n", with: ""))
    let catalog = try folder.catalog()
    let found = problems { () throws(Diagnostics) in _ = try catalog.data("d1") }
    #expect(found.first?.message.contains("how much is read") == true)
    let none = problems { () throws(Diagnostics) in
      _ = try OperatingRequest.parse(checkpoint: "mode=none,interval=5 min")
    }
    #expect(none.first?.message.contains("mode: none") == true)
  }
}
