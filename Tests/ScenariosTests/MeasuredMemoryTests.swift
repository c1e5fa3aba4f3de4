import Testing

@testable import Scenarios

/// Published peaks of memory as data.
@Suite struct MeasuredMemoryTests {
  private static let row =
    "a-1,paper,p. 1,2026-11-29,m1,,i1.large,8,bf16,s1,\"dp=8,zero=1,micro_batch=2,recompute=none\",full,adamw,2048,16,40.5,allocated,"

  private func catalog(_ rows: [String]) throws -> Catalog {
    try Folder.catalog("measurements/memory.csv", MeasuredMemory.columns, rows)
  }

  @Test("Shipped rows are read, every source with the day on which it was, and each row's plan fills its devices")
  func all() throws {
    let rows = try shipped.measuredMemory()
    #expect(rows.count >= 80 && Set(rows.map(\.source)).count >= 12)
    #expect(Set(rows.map(\.id)).count == rows.count)
    #expect(Set(rows.map(\.convention)) == Set(MeasuredMemory.Convention.allCases))
    for row in rows {
      #expect(row.peak.value > 1e9 && row.peak.value < 300 * 1_073_741_824, "\(row.id)")
      #expect(row.plan.devices >= 1 && row.job.globalBatch % (row.plan.microBatch * row.plan.data) == 0, "\(row.id)")
    }
    let titan = try #require(rows.first { $0.id == "mem-titan-001" })
    #expect(titan.series == "mem-titan" && titan.plan.zero == 3 && titan.plan.data == 8 && titan.plan.microBatch == 2)
    #expect(titan.instance.chip.name == "h100-hbm2e" && titan.peak.value == 82.4 * 1_073_741_824)
    // Qwen3 14B by its published size, of sizes that differ from the 8B's.
    let other = try #require(rows.first { $0.id == "mem-titandsv3-009" })
    #expect(abs(other.job.model.parameterCount.total / 14.77e9 - 1) < 0.01)
  }

  @Test("A row is read in the words of the command line") func reading() throws {
    let found = try catalog([Self.row]).measuredMemory()
    let row = try #require(found.first)
    #expect(row.plan == Plan(data: 8, zero: 1, microBatch: 2) && row.job.globalBatch == 16 && row.series == "a")
    #expect(row.job.training == Training(.full) && row.convention == .allocated)
  }

  @Test("A folder without the file has no rows") func none() throws {
    #expect(try Folder.sample().catalog().measuredMemory().isEmpty)
  }

  @Test(
    "What is wrong with a row is told",
    arguments: [
      ("dp=8", "dp=4", "'plan' is of 4 devices, and the row of 8"),
      ("recompute=none", "tp=1", "'plan' lacks micro_batch or recompute"),
      ("zero=1", "zorro=1", "'plan': key 'zorro' is unknown"),
      (",allocated,", ",guessed,", "'convention' is 'guessed', which is not known"),
      (",40.5,", ",much,", "'peak_gib': 'much' does not start with a number"),
      (",2048,", ",20.5,", "'sequence_length' is 20.5"),
      (",full,", ",lora=8,", "'train': key 'lora' is unknown"),
      (",adamw,", ",adam,", "'optimizer'"),
      ("2026-11-29", "yesterday", "'retrieved' is no day"),
      ("m1,,", "m1,depth=3,", "'shape': key 'depth' is unknown"),
      (",m1,", ",m9,", "no model is called 'm9'"),
      (",s1,", ",s9,", "no software stack is called 's9'"),
    ])
  func wrong(old: String, new: String, told: String) throws {
    let text = Self.row.replacing(old, with: new)
    #expect(text != Self.row)
    let catalog = try catalog([text])
    let found = problems { () throws(Diagnostics) in try catalog.measuredMemory() }
    #expect(found.contains { $0.message.hasPrefix(told) }, "\(found.map(\.message))")
    #expect(found.allSatisfy { $0.place?.line == 2 })
  }

  @Test("Two rows of one name are refused") func twice() throws {
    let catalog = try catalog([Self.row, Self.row])
    let found = problems { () throws(Diagnostics) in try catalog.measuredMemory() }
    #expect(found.map(\.message) == ["'a-1' is given twice, first in line 2"])
  }

  @Test("Sizes that differ are put in place of those of the model that it is like") func shape() throws {
    let text = Self.row.replacing("m1,,", with: "m1,\"layers=3,vocabulary_size=1000\",")
    let row = try #require(try catalog([text]).measuredMemory().first)
    #expect(row.job.model.layers == 3 && row.job.model.vocabularySize == 1000)
  }
}
