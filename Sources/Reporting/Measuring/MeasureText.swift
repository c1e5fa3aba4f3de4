import Measuring

/// A measured point, as a row of CSV and JSON.
public struct MeasureRow: Sendable {
  var work: Work
  var threads: Int
  var timing: Timing

  public static func rows(_ measurement: MachineMeasurement) -> [MeasureRow] {
    measurement.points.map { MeasureRow(work: $0.work, threads: $0.threads, timing: $0.timing) }
  }

  public static let columns: [Column<MeasureRow>] = [
    .text("routine") { $0.work.routine.rawValue },
    .integer("rows") { $0.work.rows },
    .integer("columns") { $0.work.columns },
    .integer("depth") { $0.work.routine.isProduct ? $0.work.depth : nil },
    .text("turned") { $0.work.routine.isProduct ? ["none", "right", "left"][$0.work.turn.rawValue] : nil },
    .integer("threads") { $0.work.routine.isThreaded ? $0.threads : 1 },
    .number("time_s", unit: "s") { $0.timing.seconds },
    .fraction("spread_fraction") { $0.timing.spread },
    .number("flops_per_s", unit: "FLOP/s") { $0.work.flops > 0 ? $0.work.flops / $0.timing.seconds : nil },
    .number("bytes_per_s", unit: "bytes/s") {
      $0.work.routine.isProduct ? nil : $0.work.bytes / $0.timing.seconds
    },
    .integer("samples") { $0.timing.count },
    .integer("samples_taken") { $0.timing.taken },
    .fraction("interrupted_fraction") { $0.timing.interruptedShare },
  ]
}

/// What was measured, as people read it: the machine, its rates by shape and threads, and what was fitted.
public struct MeasureText: Sendable {
  let profile: Profile
  /// Files that were written.
  let files: [String]

  public init(_ profile: Profile, files: [String] = []) {
    self.profile = profile
    self.files = files
  }

  private var measurement: MachineMeasurement { profile.measurement }

  public func table(_ screen: Screen) -> String {
    let style = Style(screen), prose = Prose(width: screen.proseWidth)
    var lines = MachineText.lines(measurement, prose).enumerated().map { $0 == 0 ? style.bold($1) : $1 }
    for (heading, routines) in MeasureText.groups {
      let table = TextTable(columns(heading), works(routines), width: screen.width)
      if table.rows.isEmpty { continue }
      lines += ["", style.dim(table.heading)] + table.rows
    }
    lines.append("")
    lines += sentences.flatMap { prose.wrapped($0) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let groups: [(String, [Work.Routine])] = [
    ("fp32 product", [.product]), ("of one attention head", [.headProduct]), ("fp64 product", [.doubleProduct]),
    ("bf16 product", [.bf16Product]), ("memory", [.copy, .triad]),
    (
      "layer, one thread",
      [
        .embed, .embedBack, .normalize, .normalizeBack, .addBias, .biasBack, .gelu, .geluBack, .softmax, .softmaxBack,
        .crossEntropy, .adamw,
      ]
    ),
  ]

  /// Products as they stand, not turned; of layers the largest. All are in the other formats.
  private func works(_ routines: [Work.Routine]) -> [Work] {
    routines.flatMap { routine in
      let all = distinctWorks(routine)
      if routine == .product { return all.filter { $0.turn == .none && $0.columns <= 2 * $0.depth } }
      if routine.isProduct { return all }
      return all.max { $0.bytes < $1.bytes }.map { [$0] } ?? []
    }
  }

  private func distinctWorks(_ routine: Work.Routine) -> [Work] {
    distinct(measurement.points.map(\.work).filter { $0.routine == routine })
  }

  private func columns(_ heading: String) -> [Column<Work>] {
    let threads = heading == "layer, one thread" ? Array(measurement.threads.prefix(1)) : measurement.threads
    return [.shown(heading, .left) { $0.routine.isProduct ? $0.shape : "\($0.routine.rawValue) \($0.shape)" }]
      + threads.map { count in
        let unit = heading.hasSuffix("product") || heading.hasSuffix("head") ? "GFLOP/s" : "GB/s"
        let of = heading == "layer, one thread" ? "" : ", \(counted(count, "thread"))"
        return .shown("\(unit)\(of)") { rate($0, threads: count) }
      }
  }

  /// `103 ± 1`: median and median absolute deviation.
  private func rate(_ work: Work, threads: Int) -> String? {
    let point = measurement.points.first { $0.work == work && $0.threads == threads }
    guard let timing = point?.timing, !timing.isEmpty else { return nil }
    let rate = (work.routine.isProduct ? work.flops : work.bytes) / timing.seconds / 1e9
    return "\(Figures.significant(rate)) ± \(Figures.significant(rate * timing.spread, 2))"
  }

  private var sentences: [String] {
    let most = measurement.threads.last ?? 1
    var all: [String] = []
    for threads in measurement.threads {
      if let cost = measurement.forkJoin(threads: threads) {
        all.append("Sharing a product among \(threads) threads costs \(Figures.significant(cost * 1e6, 2)) µs.")
      }
    }
    if let family = profile.family(.product, threads: most) {
      all.append(
        "The operator model alone is off by \(Figures.percent(family.modelSpread)) on products in "
          + "\(counted(most, "thread")) (root mean square); carried from shape to shape, each left out in turn, by "
          + "\(Figures.percent(family.correctedSpread)).")
    }
    all.append(MachineText.noise(measurement))
    all.append("Every point is in --format csv: \(counted(measurement.points.count, "point")).")
    if !files.isEmpty { all.append("Wrote \(listed(files)).") }
    return all
  }
}

/// What a measurement says of the machine itself.
enum MachineText {
  static func lines(_ measurement: MachineMeasurement, _ prose: Prose) -> [String] {
    let facts = measurement.facts
    let name = facts.processor ?? "a processor that does not tell its name"
    let memory = Figures.significant(facts.memoryBytes / 1_073_741_824)
    var lines = ["\(facts.host): \(name), \(counted(facts.processors, "processor")), \(memory) GiB"]
    let bf16 = facts.hasBF16 ? "with bf16 products" : "bf16 products absent"
    lines += prose.wrapped("\(facts.blasBuild.trimmingTrailingBlanks); kernels for \(facts.blasCore); \(bf16)")
    for (name, value) in facts.variables.sorted(by: { $0.key < $1.key }) { lines.append("\(name)=\(value)") }
    return lines
  }

  static func noise(_ measurement: MachineMeasurement) -> String {
    "Noise: repetitions spread by \(Figures.percent(measurement.noise)) (median absolute deviation, median of all "
      + "points); \(Figures.percent(measurement.interrupted)) of samples were interrupted by something else."
  }
}
