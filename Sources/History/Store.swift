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

  /// SQLite says what it found in a damaged file, and that may be anything: what cannot be printed becomes a question mark.
  public init(message: String, help: String? = nil) {
    func printable(_ text: String) -> String {
      let shown = text.unicodeScalars.map { one in
        one != "\n" && (0..<32 ~= one.value || 127..<160 ~= one.value) ? "?" : one
      }
      return String(String.UnicodeScalarView(shown))
    }
    self.message = printable(message)
    self.help = help.map(printable)
  }
}

/// Runs of suites in one SQLite file: readers see whole runs only, and a writer that is killed leaves none behind. Tables:
/// `runs`, `files`, and `results` with a column for each column of results.
public struct RunStore: Sendable {
  private let database: DatabaseQueue
  private let path: String

  /// SQLite's own version.
  public static var engine: String {
    let version = try? DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") }
    return version.flatMap { $0 } ?? "unknown"
  }

  /// How long one run waits for another that is writing, in seconds.
  public static let patience = 10.0

  /// - Parameter create: opens it for writing, and makes it where it is missing; else nothing is written, whatever the file is.
  public init(_ path: String, create: Bool) throws(StoreProblem) {
    self.path = path
    let file = try StoreFile(path)
    guard create || file.state != .missing else {
      throw StoreProblem(
        message: "there is no store '\(path)'", help: "make one with 'suite run … --store \(path)'")
    }
    var settings = Configuration()
    settings.busyMode = .timeout(RunStore.patience)
    settings.readonly = !create
    do {
      if create {
        database = try DatabaseQueue(path: file.plainPath, configuration: settings)
        try database.read { db in
          if file.state == .database, try !RunStore.isHalfMade(db) { try RunStore.check(db, path) }
        }
        try RunStore.schema.migrate(database)
        // Stores of earlier versions kept two files more beside them, which a reader had to be able to write.
        try? database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = DELETE") }
      } else {
        guard file.state == .database else { throw RunStore.foreign(path, "it is empty") }
        database = try file.reading { path in try DatabaseQueue(path: path, configuration: settings) }
        try database.read { db in
          if try RunStore.isHalfMade(db) { throw RunStore.foreign(path, "it is empty") }
          try RunStore.check(db, path)
        }
      }
    } catch {
      throw RunStore.problem(path, error)
    }
  }

  /// Whether a run that was making a store was killed before the store had its tables: GRDB notes what it has done in a table of its own,
  /// and makes that one first.
  private static func isHalfMade(_ db: Database) throws -> Bool {
    let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return try tables == ["grdb_migrations"] && schema.completedMigrations(db).isEmpty
  }

  /// Whether a database is a store of ours that this version knows.
  private static func check(_ db: Database, _ path: String) throws {
    let known = try db.tableExists("grdb_migrations")
    guard known, try schema.completedMigrations(db).first == firstMigration else {
      throw foreign(path, "it is a database of something else")
    }
    if try schema.hasBeenSuperseded(db) {
      throw StoreProblem(
        message: "cannot use the store '\(path)': a later version of trainfare made it", help: "use that version")
    }
    for (table, due) in tables {
      let columns = try db.tableExists(table) ? Set(db.columns(in: table).map(\.name)) : []
      guard let missing = due.first(where: { !columns.contains($0) }) else { continue }
      throw StoreProblem(
        message: "cannot use the store '\(path)': it is damaged: there is no column '\(missing)' in '\(table)'",
        help: "take a copy of it from before")
    }
  }

  private static func foreign(_ path: String, _ what: String) -> StoreProblem {
    StoreProblem(
      message: "cannot use the store '\(path)': \(what)",
      help: "name a file that 'suite run --store' made, or a new one")
  }

  private static let firstMigration = "1: runs, files, results"
  private static let tables = [
    ("runs", ["run", "token", "time", "tool_version", "version", "suites"]), ("files", ["run", "file", "fingerprint"]),
    ("results", ["run", "position"]),
  ]

  private static var schema: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration(firstMigration) { db in
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
        try Row.fetchAll(db, sql: "SELECT * FROM runs ORDER BY run").map { try RunStore.run($0) }
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
        var run = try RunStore.run(found)
        run.files = try Row.fetchAll(
          db, sql: "SELECT file, fingerprint FROM files WHERE run = ? ORDER BY file", arguments: [number]
        ).map { (try RunStore.text($0, "file"), try RunStore.text($0, "fingerprint")) }
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

  private static func run(_ row: Row) throws -> StoredRun {
    var run = StoredRun(
      token: try text(row, "token"), toolVersion: try text(row, "tool_version"), version: try text(row, "version"),
      suites: try text(row, "suites").split(separator: " ").map(String.init), files: [], columns: [], rows: [])
    run.number = Int64.fromDatabaseValue(row["run"]) ?? 0
    run.time = try text(row, "time")
    return run
  }

  /// A cell that must be text. Other programs may have written anything.
  private static func text(_ row: Row, _ column: String) throws -> String {
    if let text = String.fromDatabaseValue(row[column]) { return text }
    let number = row.hasColumn("run") ? Int64.fromDatabaseValue(row["run"]) : nil
    let run = number.map { " of run \($0)" } ?? ""
    throw Damage(text: "it is damaged: '\(column)'\(run) is no text")
  }

  private struct Damage: Error { var text: String }

  private static func problem(_ path: String, _ error: any Error) -> StoreProblem {
    if let known = error as? StoreProblem { return known }
    var reason = "\(error)", help: String?
    if let damage = error as? Damage { (reason, help) = (damage.text, "take a copy of it from before") }
    if let error = error as? DatabaseError {
      reason = error.message ?? "error \(error.resultCode.rawValue)"
      switch error.resultCode {
      case .SQLITE_BUSY, .SQLITE_LOCKED:
        (reason, help) = ("another run has been writing it for \(Int(patience)) s", "try again when that has ended")
      case .SQLITE_NOTADB: help = "name a file that 'suite run --store' made, or a new one"
      case .SQLITE_CORRUPT: help = "take a copy of it from before"
      case .SQLITE_READONLY: reason = "it is read-only"
      default: break
      }
    }
    return StoreProblem(message: "cannot use the store '\(path)': \(reason)", help: help)
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
