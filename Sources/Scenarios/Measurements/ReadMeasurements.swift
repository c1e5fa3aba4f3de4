import Quantities

extension Measurement {
  /// A hundred thousand rows are some fifty megabytes.
  private static let limit = 200_000_000

  /// Every row of a file, or everything that is wrong with it. `-` is standard input.
  ///
  /// A row that a prediction can do nothing with is no error: only what cannot be read is.
  public static func read(_ path: String) throws(Diagnostics) -> [Measurement] {
    try read(source(path))
  }

  fileprivate static func source(_ path: String) throws(Diagnostics) -> SourceText {
    try SourceFile.readOrInput(path, limit: limit)
  }

  static func read(_ source: SourceText) throws(Diagnostics) -> [Measurement] {
    var problems: [Diagnostic] = []
    var text = CSVText(source)
    let header = text.next(&problems)
    let reader = MeasurementReader(header, source, &problems)
    guard let reader, problems.isEmpty else { throw Diagnostics(problems) }
    var rows: [Measurement] = []
    var lines: [String: Int] = [:]
    while problems.count < Reading.limit, let record = text.next(&problems) {
      guard let row = reader.row(record, &problems) else { continue }
      if let first = lines.updateValue(row.line, forKey: row.id) {
        lines[row.id] = first
        problems.append(
          Diagnostic(
            .error, "the id \(quoted(row.id)) is given twice, first in line \(first)",
            help: "every run has an id of its own", at: reader.place(record, .id)))
      }
      rows.append(row)
    }
    if problems.count >= Reading.limit {
      problems.append(
        Diagnostic(.error, "there may be more problems than the \(problems.count) shown", at: source.place))
    }
    if problems.isEmpty, rows.isEmpty {
      problems.append(
        Diagnostic(
          .error, "there is no run below the names of columns", help: "write one run in each line", at: source.place))
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    return rows
  }
}

extension Catalog {
  /// The published runs that are shipped, or those that the user's own folder has in their place.
  public func measurementsFile() throws(Diagnostics) -> String {
    let problems = rootProblems()
    guard problems.isEmpty else { throw Diagnostics(problems) }
    let name = "measurements/runs.csv"
    if let root = roots.first(where: { files($0 + "/measurements").contains("runs.csv") }) { return "\(root)/\(name)" }
    throw Diagnostics(
      Diagnostic(
        .error, "no folder of configurations has a file '\(name)'", help: "name a file of measured runs",
        at: roots.first.map { Place(file: SourceFile.shown($0)) }))
  }

  /// The runs of a file, `-` being standard input; without one, those of the configurations.
  public func measuredRuns(_ file: String?) throws(Diagnostics) -> MeasuredRuns {
    let path = if let file { file } else { try measurementsFile() }
    let source = try Measurement.source(path)
    return MeasuredRuns(
      name: file.map { $0 == "-" ? "standard input" : $0 } ?? "measurements/runs.csv",
      rows: try Measurement.read(source), fingerprint: Fingerprint(source.text).text)
  }
}

/// A file of measured runs, read.
public struct MeasuredRuns: Sendable {
  /// As people are told of it.
  public var name: String
  public var rows: [Measurement]
  /// Of the file's text.
  public var fingerprint: String
}

/// Makes rows of records by the columns that a file's first line names.
private struct MeasurementReader {
  private let source: SourceText
  private let width: Int
  /// Which field of a record a column is; none where the file lacks it.
  private let fields: [MeasurementColumn: Int]

  init?(_ header: [CSVText.Field]?, _ source: SourceText, _ problems: inout [Diagnostic]) {
    let all = MeasurementColumn.allCases
    let form = "begin with the names of columns: \(all.map(\.rawValue).joined(separator: ","))"
    guard let header else {
      problems.append(Diagnostic(.error, "the file is empty", help: form, at: source.place))
      return nil
    }
    self.source = source
    width = header.count
    var places: [MeasurementColumn: Int] = [:]
    var strangers: [String] = []
    for (index, field) in header.enumerated() {
      guard let column = MeasurementColumn(rawValue: field.text) else {
        strangers.append(field.text)
        continue
      }
      if places.updateValue(index, forKey: column) != nil {
        problems.append(
          Diagnostic(
            .error, "column '\(field.text)' is named twice", help: "keep one of them",
            at: source.place(line: field.line, column: field.column)))
      }
    }
    fields = places
    // The lines of a large file are only looked for when one of them is to be shown.
    func first() -> Place? { header.first.map { source.place(line: $0.line, column: $0.column) } }
    if places.isEmpty {
      problems.append(Diagnostic(.error, "the first line does not name the columns", help: form, at: first()))
      return nil
    }
    for column in all where column.isRequired && places[column] == nil {
      let near = Spelling.nearest(to: column.rawValue, among: strangers).map { "is \(quoted($0)) meant to be it?" }
      problems.append(
        Diagnostic(
          .error, "column '\(column.rawValue)' is missing",
          help: near ?? "add it, and leave it empty where a run's source does not say", at: first()))
    }
  }

  func place(_ record: [CSVText.Field], _ column: MeasurementColumn) -> Place? {
    field(record, column).map { source.place(line: $0.line, column: $0.column) }
  }

  private func field(_ record: [CSVText.Field], _ column: MeasurementColumn) -> CSVText.Field? {
    fields[column].map { record[$0] }
  }

  func row(_ record: [CSVText.Field], _ problems: inout [Diagnostic]) -> Measurement? {
    let before = problems.count
    guard record.count == width else {
      problems.append(
        Diagnostic(
          .error, "this line has \(record.count) fields, and there are \(width) columns",
          help: "quote a field that has a comma in it; leave empty what is unknown",
          at: record.first.map { source.place(line: $0.line, column: $0.column) }))
      return nil
    }
    var cells = MeasurementCells(source: source)
    func word(_ column: MeasurementColumn) -> String? { cells.word(field(record, column)) }
    func int(_ column: MeasurementColumn) -> Int? { cells.int(field(record, column), column) }
    func number(_ column: MeasurementColumn) -> Double? { cells.number(field(record, column), column) }
    func due(_ column: MeasurementColumn) -> String { cells.due(field(record, column), column) }
    let metric = cells.metric(field(record, .metric))
    _ = due(.value)
    let row = Measurement(
      id: due(.id), source: due(.source), sourceLocation: word(.sourceLocation), year: int(.year), model: due(.model),
      billionParameters: number(.parameters), hiddenSize: int(.hidden), layers: int(.layers), heads: int(.heads),
      keyValueHeads: int(.keyValueHeads), feedForwardSize: int(.ffn), vocabularySize: int(.vocab),
      sequenceLength: int(.sequenceLength), experts: word(.moe), accelerator: due(.accelerator),
      instance: word(.instance), accelerators: number(.accelerators), precision: word(.precision), tensor: int(.tp),
      pipeline: int(.pp), context: int(.cp), expert: int(.ep), expertTensor: int(.etp), data: int(.dp),
      interleave: int(.vp), sharding: word(.sharding), microBatch: int(.microBatch), globalBatch: int(.globalBatch),
      recompute: word(.recompute), sequenceParallel: word(.sequenceParallel), metric: metric ?? .stepTime,
      value: number(.value) ?? 1, derivedTokensPerSecond: number(.derived), notes: word(.notes) ?? "",
      line: record.first?.line ?? 0, stack: word(.stack),
      training: cells.parsed(field(record, .train)) { text throws(Diagnostics) in
        try Training(parsing: text, option: "train")
      },
      optimizer: cells.parsed(field(record, .optimizer)) { text throws(Diagnostics) in
        try Optimizer(parsing: text, option: "optimizer")
      },
      counting: cells.choice(field(record, .counting), .counting))
    problems += cells.problems
    return problems.count == before ? row : nil
  }
}
