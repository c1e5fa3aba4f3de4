import Foundation
import Testing

@Suite struct SweepCommandTests {
  static func sweep(_ more: String...) throws -> Tool.Result {
    try Tool.start(["sweep"] + SearchCommandTests.job + more).finish()
  }

  @Test("Every combination is a row, the last key changing fastest, and each is what compare finds")
  func factorial() throws {
    let result = try Self.sweep(
      "--vary", "global_batch=32,64", "--vary", "devices=8,16", "--format", "csv")
    #expect(result.status == 0, "\(result.err)")
    let rows = SearchCommandTests.rows(result.out)
    #expect(
      rows.map { [$0["global_batch_sequences"], $0["devices"]] } == [
        ["32", "8"], ["32", "16"], ["64", "8"], ["64", "16"],
      ])
    #expect(rows.first?["case"]?.hasSuffix("global_batch=32 devices=8") == true)
    let one = try Tool.start(
      ["compare"] + SearchCommandTests.job + ["--instances", "2", "--format", "csv"]
    ).finish()
    let compared = SearchCommandTests.rows(one.out).first
    #expect(compared?["step_time_s"] == rows.last?["step_time_s"] && compared?["step_time_s"] != nil)
  }

  @Test("Values that have commas themselves are separated by semicolons, and padding costs what it adds")
  func semicolons() throws {
    let result = try Self.sweep(
      "--instances", "1", "--vary", "documents=packed,mean=600,spread=0;padded,mean=600,spread=0", "--vary",
      "train=full;lora,rank=8", "--format", "csv")
    #expect(result.status == 0, "\(result.err)")
    let rows = SearchCommandTests.rows(result.out)
    let packed = "packed,mean=600,spread=0", padded = "padded,mean=600,spread=0", lora = "lora,rank=8,on=attention"
    #expect(
      rows.map { [$0["documents"], $0["train"]] } == [
        [packed, "full"], [packed, lora], [padded, "full"], [padded, lora],
      ])
    let steps = rows.compactMap { $0["steps"].flatMap(Double.init) }
    let share = rows.compactMap { $0["useful_share"].flatMap(Double.init) }
    #expect(steps.count == 4 && share.count == 4 && share[0] == 1 && abs(steps[2] * share[2] / steps[0] - 1) < 0.01)
  }

  @Test("Weak scaling grows the batch with the devices, strong scaling leaves it")
  func scaling() throws {
    let weak = SearchCommandTests.rows(try Self.sweep("--weak-scaling", "8,16", "--format", "csv").out)
    #expect(weak.map { $0["global_batch_sequences"] } == ["64", "128"])
    let strong = try Self.sweep("--strong-scaling", "8,16,20")
    #expect(strong.status == 0)
    #expect(strong.out.contains("speed-up") && strong.out.contains("100.0%"))
    #expect(strong.out.contains("devices=20 p5.48xlarge: no. 20 devices are not whole instances of 8."))
  }

  @Test("Prices, degrees and fields of files are varied too")
  func everything() throws {
    let result = try Self.sweep(
      "--instances", "1", "--vary", "price=10,20", "--vary", "tp=1,2", "--vary",
      "chips.h100.memory_bandwidth=3 TB/s,4 TB/s", "--format", "csv")
    #expect(result.status == 0, "\(result.err)")
    let rows = SearchCommandTests.rows(result.out)
    #expect(rows.count == 8)
    #expect(rows.map { $0["plan_tp"] } == ["1", "1", "2", "2", "1", "1", "2", "2"])
    #expect(rows.first?["price_usd_per_instance_hour"] == "10")
    #expect(rows.last?["assumptions"]?.contains("memory_bandwidth=4 TB/s") == true)
    #expect(rows[0]["step_time_s"] != rows[1]["step_time_s"])
  }

  @Test("All that is wrong with what is varied is told at once, with status 64")
  func wrong() throws {
    let result = try Self.sweep(
      "--vary", "glbal_batch=2", "--vary", "tp=x", "--vary", "tokens=,", "--vary", "nothing", "--instances",
      "1")
    #expect(result.status == 64)
    for words in ["did you mean 'global_batch'?", "not 'x'", "value of tokens", "'nothing' is not KEY=V1,V2"] {
      #expect(result.err.contains(words), "\(words)")
    }
    #expect(try Self.sweep("--instances", "1").status == 64)
    #expect(try Self.sweep("--vary", "tp=1,2").status == 64)
    #expect(try Self.sweep("--strong-scaling", "8", "--vary", "devices=8").status == 64)
  }
}
