import Foundation
import Testing

@testable import Scenarios

/// docs/Files.md is the contract; the table of keys is the code. Neither may know a key the other does not.
@Suite struct FilesPageTests {
  struct Row {
    var key: String
    var type: String
    var meaning: String
  }

  /// The tables of the page by the first word of the heading above them.
  static func tables() throws -> [String: [Row]] {
    let page = try String(contentsOfFile: repository + "/docs/Files.md", encoding: .utf8)
    var tables: [String: [Row]] = [:]
    var heading = ""
    for line in page.split(separator: "\n") {
      if line.hasPrefix("## ") { heading = String(line.dropFirst(3).prefix { $0 != " " }) }
      guard line.hasPrefix("| `") else { continue }
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let key = cells[0].trimmingCharacters(in: ["`"])
      tables[heading, default: []].append(
        Row(key: key, type: cells[1], meaning: cells.count > 2 ? cells[2] : ""))
    }
    return tables
  }

  private static func own(_ kind: FileKind) -> [Key] {
    Keys.of(kind).filter { key in !Keys.header.contains { $0.name == key.name } }
  }

  @Test(
    "Every kind has a table with exactly the keys that are read, optional where they are",
    arguments: FileKind.allCases)
  func keys(kind: FileKind) throws {
    let rows = try Self.tables()[kind.rawValue] ?? []
    let keys = Self.own(kind)
    #expect(rows.map(\.key) == keys.map(\.name))
    for (row, key) in zip(rows, keys) {
      let optional = row.type.hasSuffix("?") || row.type.contains("?,")
      #expect(optional == !key.required, "\(kind.rawValue) \(key.name): \(row.type)")
    }
  }

  @Test("The keys that all kinds share are named above the tables") func header() throws {
    let page = try String(contentsOfFile: repository + "/docs/Files.md", encoding: .utf8)
    let paragraph = page.split(separator: "\n\n").first { $0.contains("Keys every kind of file has") } ?? ""
    for key in Keys.header { #expect(paragraph.contains("`\(key.name)`"), "\(key.name)") }
  }

  static let nested: [(kind: FileKind, key: String, keys: [Key])] = [
    (.chip, "link", Keys.link), (.chip, "device_link", Keys.link),
    (.chip, "host_link", Keys.link), (.instance, "members", Keys.members),
    (.instance, "host", Keys.host), (.instance, "scale_up", Keys.scaleUp),
    (.instance, "network", Keys.network),
    (.instance, "ebs", Keys.ebs), (.instance, "local_storage", Keys.localStorage), (.job, "size", Keys.size),
    (.job, "plan", Keys.plan), (.job, "input", Keys.input), (.job, "checkpoint", Keys.checkpoint),
    (.job, "failures", Keys.failures), (.suite, "defaults", Keys.suiteDefaults), (.suite, "matrix", Keys.suiteMatrix),
    (.suite, "cases", Keys.suiteCase), (.sources, "sources", Keys.measurementSource),
    (.sources, "models", Keys.measuredModels), (.priors, "unexplained", Keys.unexplained),
    (.priors, "likeness", Keys.likeness), (.practice, "untried", Keys.practicePart),
    (.provider, "slow_network", Keys.slowNetwork), (.model, "experts", Keys.experts),
    (.model, "latent_attention", Keys.latentAttention), (.model, "state_space", Keys.stateSpace),
    (.model, "gated_delta", Keys.gatedDelta), (.model, "diffusion", Keys.diffusion),
    (.model, "convolution", Keys.convolution), (.model, "projection", Keys.projection),
  ]

  @Test("The keys of nested maps are named in their row, and no others", arguments: nested)
  func nestedKeys(kind: FileKind, key: String, keys: [Key]) throws {
    let row = try #require(try Self.tables()[kind.rawValue]?.first { $0.key == key })
    let parts = row.meaning.split(separator: "`", omittingEmptySubsequences: false)
    let named = Set(
      parts.indices.filter { $0 % 2 == 1 }.map { String(parts[$0]) }.filter { !$0.contains("$") })
    #expect(named == Set(keys.map(\.name)))
  }

  @Test("Recommenders have a table of their own, with exactly the keys that are read") func recommender() throws {
    let rows = try Self.tables()["recommender"] ?? []
    #expect(rows.map(\.key) == Keys.recommender.map(\.name))
    for (row, key) in zip(rows, Keys.recommender) {
      #expect((row.type.hasSuffix("?") || row.type.contains("?,")) == !key.required, "\(key.name): \(row.type)")
    }
    let table = try #require(rows.first { $0.key == "tables" })
    for key in Keys.table { #expect(table.meaning.contains("`\(key.name)`"), "\(key.name)") }
  }

  @Test("What a suite may expect is named below its table") func expect() throws {
    let page = try String(contentsOfFile: repository + "/docs/Files.md", encoding: .utf8)
    let paragraph = page.split(separator: "\n\n").first { $0.hasPrefix("`expect` has bounds") } ?? ""
    for key in Keys.expect { #expect(paragraph.contains("`\(key.name)`"), "\(key.name)") }
  }

  @Test("What a source may assume is named below its table, and how its stacks are told apart") func assume() throws {
    let page = try String(contentsOfFile: repository + "/docs/Files.md", encoding: .utf8)
    let paragraphs = page.components(separatedBy: "\n\n")
    for (start, keys) in [
      ("`assume` says", Keys.assume), ("`stacks` tells", Keys.measurementStack), ("A form is", Keys.measuredForm),
    ] {
      let paragraph = paragraphs.first { $0.hasPrefix(start) } ?? ""
      for key in keys { #expect(paragraph.contains("`\(key.name)`"), "\(key.name)") }
    }
    let paragraph = paragraphs.first { $0.hasPrefix("`assume` says") } ?? ""
    for convention in AssumedPlan.FLOPConvention.allCases { #expect(paragraph.contains(convention.rawValue)) }
  }

  @Test("The keys of a way of buying are named below the provider's table") func billing() throws {
    let page = try String(contentsOfFile: repository + "/docs/Files.md", encoding: .utf8)
    let paragraph = page.components(separatedBy: "\n\n").first { $0.hasPrefix("A way of buying has") } ?? ""
    for key in Keys.billing { #expect(paragraph.contains("`\(key.name)`"), "\(key.name)") }
    for key in Keys.portion { #expect(paragraph.contains("\(key.name):"), "\(key.name)") }
  }

  @Test("The price list has the columns that the page gives, and the ways to buy") func prices() throws {
    let page = try String(contentsOfFile: repository + "/docs/Files.md", encoding: .utf8)
    #expect(page.contains("`\(PriceList.columns.joined(separator: ","))`"))
    let words = page.replacing("\n", with: " ")
    for model in PricingModel.allCases { #expect(words.contains(model.rawValue), "\(model.rawValue)") }
  }
}
