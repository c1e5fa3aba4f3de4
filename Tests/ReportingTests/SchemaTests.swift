import Foundation
import Testing

@testable import Planning
@testable import Reporting
@testable import Scenarios

/// docs/results.schema.json is what a program may rely on: it says what the columns say, and JSON is as it says.
@Suite struct SchemaTests {
  static let path = repository + "/docs/results.schema.json"

  private static func shape(_ kind: Column<ResultRow>.Kind) -> String {
    switch kind {
    case .text: "\"type\": [\"string\", \"null\"]"
    case .integer: "\"type\": [\"integer\", \"null\"]"
    case .number, .fraction: "\"type\": [\"number\", \"null\"]"
    case .bool: "\"type\": [\"boolean\", \"null\"]"
    case .json: "\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/note\"}"
    }
  }

  /// Written from the columns and from what docs/Output.md says of each.
  private static func written() throws -> String {
    let page = try String(contentsOfFile: repository + "/docs/Output.md", encoding: .utf8)
    let section = page.components(separatedBy: "\n## ").first { $0.hasPrefix("Columns\n") } ?? ""
    var meanings: [String: String] = [:]
    for line in section.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      meanings[cells[1].replacingOccurrences(of: "`", with: "")] = [cells[3], cells[4]].filter { !$0.isEmpty }.joined(
        separator: "; ")
    }
    let properties = ResultColumns.all.map { column in
      let meaning = JSON.string((meanings[column.name] ?? "").replacingOccurrences(of: "`", with: ""))
      return "        \(JSON.string(column.name)): {\(shape(column.kind)), \"description\": \(meaning)}"
    }
    let required = ResultColumns.all.map { JSON.string($0.name) }.joined(separator: ", ")
    return """
      {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Results of trainfare: --format json",
        "description": "Units are in names; null is unknown, never 0. Later versions add properties to rows, and change nothing else while schema_version is \(Release.schemaVersion). A line of --format jsonl is a row.",
        "type": "object",
        "required": ["schema_version", "tool", "tool_version", "rows"],
        "properties": {
          "schema_version": {"const": \(Release.schemaVersion)},
          "tool": {"const": "trainfare"},
          "tool_version": {"type": "string"},
          "rows": {"type": "array", "items": {"$ref": "#/$defs/row"}}
        },
        "$defs": {
          "row": {
            "type": "object",
            "required": [\(required)],
            "properties": {
      \(properties.joined(separator: ",\n"))
            }
          },
          "note": {
            "type": "object",
            "required": ["code", "kind", "figures", "text"],
            "properties": {
              "code": {"type": "string"},
              "kind": {"enum": ["assumption", "warning", "refusal", "skip", "evidence"]},
              "figures": {"type": "object"},
              "text": {"type": "string"}
            }
          }
        }
      }

      """
  }

  @Test("The schema's file says what the columns say") func file() throws {
    let text = try Self.written()
    if ProcessInfo.processInfo.environment["TRAINFARE_GOLDEN"] == "write" {
      try text.write(toFile: Self.path, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOfFile: Self.path, encoding: .utf8) == text, "write it anew: TRAINFARE_GOLDEN=write")
  }

  /// As much of JSON Schema as the file uses, written apart from what makes it.
  private static func problems(_ value: Any, _ schema: [String: Any], _ root: [String: Any], _ at: String) -> [String] {
    if let reference = schema["$ref"] as? String {
      let name = String(reference.dropFirst("#/$defs/".count))
      guard let found = (root["$defs"] as? [String: Any])?[name] as? [String: Any] else {
        return ["\(at): no \(reference)"]
      }
      return problems(value, found, root, at)
    }
    var list: [String] = []
    if let const = schema["const"], "\(const)" != "\(value)" { list.append("\(at) is not \(const)") }
    if let words = schema["enum"] as? [String], !words.contains(value as? String ?? "") {
      list.append("\(at): \(value)")
    }
    let types = (schema["type"] as? [String]) ?? (schema["type"] as? String).map { [$0] }
    if let types, !types.contains(where: { isOf($0, value) }) { list.append("\(at) is not \(types): \(value)") }
    if let object = value as? [String: Any] {
      list += (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map { "\(at) lacks \($0)" }
      for (name, part) in schema["properties"] as? [String: Any] ?? [:] {
        guard let own = object[name], let part = part as? [String: Any] else { continue }
        list += problems(own, part, root, "\(at).\(name)")
      }
    }
    if let items = schema["items"] as? [String: Any], let values = value as? [Any] {
      for (i, one) in values.enumerated() { list += problems(one, items, root, "\(at)[\(i)]") }
    }
    return list
  }

  private static func isOf(_ type: String, _ value: Any) -> Bool {
    let isBool = value is Bool
    return switch type {
    case "null": value is NSNull
    case "string": value is String
    case "boolean": isBool
    case "number": value is NSNumber
    case "integer": (value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } ?? false
    case "array": value is [Any]
    case "object": value is [String: Any]
    default: false
    }
  }

  @Test("Rows that run and rows that do not are as the schema says") func rows() throws {
    let refusal = Refusal(.noLegalPlan, nearest: Sample.estimate, units: 2)
    let refused = ResultRow(job: Sample.job(), result: Sample.option("toy.8", .cannot(refusal)))
    let json = Data(JSON.text(ResultColumns.all, [Sample.row(), refused]).utf8)
    let schema = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: Self.path))) as? [String: Any])
    #expect(Self.problems(try JSONSerialization.jsonObject(with: json), schema, schema, "$") == [])
    // What is not as it says is found.
    let wrong = Data("{\"schema_version\": 1, \"tool\": \"trainfare\", \"rows\": [{\"case\": 3}]}".utf8)
    let found = Self.problems(try JSONSerialization.jsonObject(with: wrong), schema, schema, "$")
    for part in ["schema_version is not 2", "lacks tool_version", "rows[0] lacks instance", "rows[0].case is not"] {
      #expect(found.contains { $0.contains(part) }, "\(part)")
    }
  }
}
