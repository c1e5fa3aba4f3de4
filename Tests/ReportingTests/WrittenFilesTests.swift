import Foundation
import Testing

@testable import Reporting
@testable import Scenarios

/// What is written can be read, whatever names have in them.
@Suite struct WrittenFilesTests {
  private static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
  private static let shipped = Catalog(roots: [repository + "/configs"])
  private static let nasty = "a\"b\\c\n: [d]\r\n# é\u{0}\u{7}\u{85}\u{2028}\u{FEFF}🚂 {x}"

  /// A calibration of the shipped one's figures, with words of the user's in it.
  private static func write(data: String? = nil, runs count: Int? = nil) throws -> (path: String, profile: Efficiency) {
    let path = NSTemporaryDirectory() + "trainfare-written-\(UUID().uuidString)"
    for folder in ["efficiency", "calibration"] {
      try FileManager.default.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
    }
    var posterior = try #require(try shipped.posterior())
    var profile = try shipped.efficiency(chip: "h100", stack: "nemo")
    (profile.origin.source, profile.summary, posterior.origin.source) = (nasty, nasty, nasty)
    posterior.data = "0123456789abcdef"
    var runs = Array(try shipped.fittedRuns().prefix(3))
    runs[0].id = nasty + ","
    posterior.rows = count ?? 3
    for (name, text) in [
      ("efficiency/\(profile.name).yaml", FittedFiles.text(profile, rows: data ?? posterior.data)),
      ("calibration/posterior.yaml", FittedFiles.text(posterior)), ("calibration/runs.csv", FittedFiles.text(runs)),
    ] { try text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8) }
    return (path, profile)
  }

  private static func catalog(_ path: String) -> Catalog { Catalog(roots: [path] + shipped.roots) }

  @Test("A calibration comes back with its figures and its words") func roundTrip() throws {
    let (path, profile) = try Self.write()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let catalog = Self.catalog(path)
    let back = try catalog.efficiency(chip: "h100", stack: "nemo")
    #expect(back.origin.source == Self.nasty && back.summary == Self.nasty)
    for (one, other) in zip(back.values.all, profile.values.all) { #expect(abs(one - other) <= 1e-4 * abs(other)) }
    let posterior = try #require(try catalog.posterior()), own = try #require(try Self.shipped.posterior())
    #expect(posterior.origin.source == Self.nasty && posterior.elements == own.elements)
    // Runs of zeros come back as so many.
    #expect(posterior.factor.count == own.factor.count && posterior.factor.contains(0))
    #expect(zip(posterior.factor, own.factor).allSatisfy { abs($0 - $1) <= 0.0005001 })
    #expect(try catalog.fittedRuns().count == 3)
  }

  @Test("A profile of one fit and the posterior of another are refused") func otherFit() throws {
    let (path, _) = try Self.write(data: "fedcba9876543210")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let catalog = Self.catalog(path)
    for stack in ["nemo", nil] {
      #expect {
        _ = try catalog.efficiency(chip: "h100", stack: stack)
      } throws: {
        ($0 as? Diagnostics)?.all.first?.message.contains("they do not belong together") == true
      }
    }
    // Those that the folder does not have are of the calibration that it replaces whole: what it knows stands in their place.
    #expect(
      try catalog.isReplaced(catalog.profile("h100.torchtitan")) && !catalog.isReplaced(catalog.profile("h100.nemo")))
    #expect(try catalog.efficiency(chip: "h100", stack: "torchtitan").status != .fitted)
  }

  @Test("A profile in front of the posterior that was there before is refused: a disk was full, say") func half() throws
  {
    let (path, _) = try Self.write()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try FileManager.default.removeItem(atPath: path + "/calibration")
    #expect(throws: Diagnostics.self) { try Self.catalog(path).efficiency(chip: "h100", stack: nil) }
  }

  @Test("A list of runs that is not the posterior's is refused") func otherRuns() throws {
    let (path, _) = try Self.write(runs: 5)
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(throws: Diagnostics.self) { try Self.catalog(path).fittedRuns() }
  }
}
