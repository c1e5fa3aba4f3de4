import Foundation
import GRDB

/// One run of suites as it is kept: who made it, from which files, and its rows.
public struct StoredRun: Sendable {
  /// Counts up from 1 in each store; 0 before it is kept.
  public var number: Int64 = 0
  /// What tells this run from all others: one that is kept twice is there once.
  public var token: String
  /// When it was kept, ISO 8601 in UTC.
  public var time: String = ""
  public var toolVersion: String
  /// A fingerprint of all that the rows depend on.
  public var version: String
  public var suites: [String]
  public var files: [(file: String, fingerprint: String)]
  public var columns: [String]
  public var rows: [[StoredValue]]

  public init(
    token: String, toolVersion: String, version: String, suites: [String],
    files: [(file: String, fingerprint: String)], columns: [String], rows: [[StoredValue]]
  ) {
    self.token = token
    self.toolVersion = toolVersion
    self.version = version
    self.suites = suites
    self.files = files
    self.columns = columns
    self.rows = rows
  }
}

public enum StoredValue: Sendable, Equatable {
  case unknown
  case text(String)
  case integer(Int)
  case number(Double)
}

/// Why a store cannot be used, in words.
public struct StoreProblem: Error {
  public var message: String
  public var help: String?

  public init(message: String, help: String? = nil) {
    self.message = message
    self.help = help
  }
}

/// Runs of suites in one SQLite file, in write-ahead mode: readers see whole runs only, and a writer that is killed
/// leaves none behind. Tables: `runs`, `files`, and `results` with a column for each column of results.
public struct RunStore: Sendable {
  private let database: DatabaseQueue
  private let path: String

  /// - Parameter create: whether a file that is missing is made.
  public init(_ path: String, create: Bool) throws(StoreProblem) {
    self.path = path
    guard create || FileManager.default.fileExists(atPath: path) else {
      throw StoreProblem(
        message: "there is no store '\(path)'", help: "make one with 'suite run … --store \(path)'")
    }
    var settings = Configuration()
    settings.journalMode = .wal
    settings.busyMode = .timeout(10)
    do {
      database = try DatabaseQueue(path: path, configuration: settings)
      try RunStore.schema.migrate(database)
    } catch {
      throw RunStore.problem(path, error)
    }
  }

  private static var schema: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: runs, files, results") { db in
      try db.execute(
        sql: """
          CREATE TABLE runs (
            run INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, time TEXT NOT NULL, tool_version TEXT NOT NULL,
            version TEXT NOT NULL, suites TEXT NOT NULL);
          CREATE TABLE files (
            run INTEGER NOT NULL REFERENCES runs, file TEXT NOT NULL, fingerprint TEXT NOT NULL,
            PRIMARY KEY (run, file));
          CREATE TABLE results (
            run INTEGER NOT NULL REFERENCES runs, position INTEGER NOT NULL, PRIMARY KEY (run, position));
          """)
    }
    return migrator
  }

  /// Keeps a run, all of it or nothing, and gives its number; a run that is there already keeps its own.
  public func add(_ run: StoredRun) throws(StoreProblem) -> Int64 {
    do {
      return try database.write { db in
        if let known = try Int64.fetchOne(
          db, sql: "SELECT run FROM runs WHERE token = ?", arguments: [run.token])
        {
          return known
        }
        try db.execute(
          sql: "INSERT INTO runs (token, time, tool_version, version, suites) VALUES (?, ?, ?, ?, ?)",
          arguments: [
            run.token, Date().ISO8601Format(), run.toolVersion, run.version,
            run.suites.joined(separator: " "),
          ])
        let number = db.lastInsertedRowID
        for (file, fingerprint) in run.files {
          try db.execute(
            sql: "INSERT INTO files (run, file, fingerprint) VALUES (?, ?, ?)",
            arguments: [number, file, fingerprint])
        }
        try addColumns(run.columns, db)
        let names = run.columns.map(\.quotedDatabaseIdentifier).joined(separator: ", ")
        let marks = Array(repeating: "?", count: run.columns.count + 2).joined(separator: ", ")
        let insert = try db.makeStatement(
          sql: "INSERT INTO results (run, position, \(names)) VALUES (\(marks))")
        for (position, row) in run.rows.enumerated() {
          let values: [(any DatabaseValueConvertible)?] = [number, position + 1] + row.map(\.forDatabase)
          try insert.execute(arguments: StatementArguments(values))
        }
        return number
      }
    } catch {
      throw RunStore.problem(path, error)
    }
  }

  /// Columns that later versions add come to the end of the table. They have no type, so that values stay as given.
  private func addColumns(_ columns: [String], _ db: Database) throws {
    let known = Set(try db.columns(in: "results").map(\.name))
    for column in columns where !known.contains(column) {
      try db.execute(sql: "ALTER TABLE results ADD COLUMN \(column.quotedDatabaseIdentifier)")
    }
  }

  /// Every run without its rows, oldest first.
  public func runs() throws(StoreProblem) -> [StoredRun] {
    do {
      return try database.read { db in
        try Row.fetchAll(db, sql: "SELECT * FROM runs ORDER BY run").map(RunStore.run)
      }
    } catch {
      throw RunStore.problem(path, error)
    }
  }

  /// A run with its files and rows; nil where there is none of this number.
  public func run(_ number: Int64) throws(StoreProblem) -> StoredRun? {
    do {
      return try database.read { db in
        guard let found = try Row.fetchOne(db, sql: "SELECT * FROM runs WHERE run = ?", arguments: [number])
        else {
          return nil
        }
        var run = RunStore.run(found)
        run.files = try Row.fetchAll(
          db, sql: "SELECT file, fingerprint FROM files WHERE run = ? ORDER BY file", arguments: [number]
        ).map { ($0["file"], $0["fingerprint"]) }
        let rows = try Row.fetchAll(
          db, sql: "SELECT * FROM results WHERE run = ? ORDER BY position", arguments: [number])
        run.columns = try db.columns(in: "results").map(\.name).filter { $0 != "run" && $0 != "position" }
        run.rows = rows.map { row in run.columns.map { StoredValue(row[$0]) } }
        return run
      }
    } catch {
      throw RunStore.problem(path, error)
    }
  }

  private static func run(_ row: Row) -> StoredRun {
    var run = StoredRun(
      token: row["token"], toolVersion: row["tool_version"], version: row["version"],
      suites: (row["suites"] as String).split(separator: " ").map(String.init), files: [], columns: [],
      rows: [])
    run.number = row["run"]
    run.time = row["time"]
    return run
  }

  private static func problem(_ path: String, _ error: any Error) -> StoreProblem {
    let reason =
      (error as? DatabaseError).map { $0.message ?? "error \($0.resultCode.rawValue)" } ?? "\(error)"
    return StoreProblem(
      message: "cannot use the store '\(path)': \(reason)",
      help: reason.contains("not a database")
        ? "name a file that 'suite run --store' made, or a new one" : nil)
  }
}

extension StoredValue {
  fileprivate var forDatabase: (any DatabaseValueConvertible)? {
    switch self {
    case .unknown: nil
    case .text(let text): text
    case .integer(let value): value
    case .number(let value): value
    }
  }

  fileprivate init(_ value: DatabaseValue) {
    switch value.storage {
    case .int64(let integer): self = .integer(Int(integer))
    case .double(let number): self = .number(number)
    case .string(let text): self = .text(text)
    case .null, .blob: self = .unknown
    }
  }
}
