import Foundation
import Testing

@testable import Reporting
@testable import Scenarios

@Suite struct JSONTests {
  private func parsed(_ rows: [ResultRow]) throws -> [String: Any] {
    let data = Data(JSON.text(ResultColumns.all, rows).utf8)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test("Results are one object that says who wrote it, with a row per option")
  func envelope() throws {
    let object = try parsed([Sample.row(), Sample.row("toy.16")])
    #expect(object["schema_version"] as? Int == 2)
    #expect(object["tool"] as? String == "trainfare")
    #expect(object["tool_version"] as? String == Release.version)
    let rows = try #require(object["rows"] as? [[String: Any]])
    #expect(rows.map { $0["instance"] as? String } == ["toy.8", "toy.16"])
  }

  @Test("Keys are the columns of the CSV, and unknown is null")
  func keys() throws {
    let rows = try #require(try parsed([Sample.row()])["rows"] as? [[String: Any]])
    #expect(Set(rows[0].keys) == Set(ResultColumns.all.map(\.name)))
    #expect(rows[0]["energy_j"] is NSNull)
    #expect(rows[0]["ep_comm_s"] as? Double == 0)
    #expect(rows[0]["feasible"] as? Bool == true)
    #expect(rows[0]["step_time_s"] as? Double == 10)
  }

  @Test("No rows are an empty list")
  func empty() throws {
    let rows = try #require(try parsed([])["rows"] as? [Any])
    #expect(rows.isEmpty)
  }

  @Test(
    "Any text comes back as it went in, without an apostrophe",
    arguments: [
      "=1+1", "\"quoted\"", "back\\slash", "line\nbreak", "tab\t", "\u{0}\u{1F}\u{7F}\u{9F}", "🚂", "\u{2028}",
    ])
  func texts(text: String) throws {
    let rows = try #require(try parsed([Sample.row(job: Sample.job(text))])["rows"] as? [[String: Any]])
    #expect(rows[0]["case"] as? String == text)
  }
}
