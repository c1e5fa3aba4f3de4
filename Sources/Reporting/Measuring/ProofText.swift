import Measuring

extension Proof.Row {
  public static let columns: [Column<Proof.Row>] = [
    .integer("layers") { $0.shape.layers },
    .integer("width") { $0.shape.width },
    .integer("heads") { $0.shape.heads },
    .integer("sequence_length") { $0.shape.sequence },
    .integer("batch_sequences") { $0.shape.batch },
    .bool("tied_embeddings") { $0.shape.tied },
    .integer("parameters") { $0.shape.parameters },
    .integer("threads") { $0.threads },
    .number("predicted_s", unit: "s") { $0.prediction.seconds },
    .number("predicted_p05_s", unit: "s") { $0.prediction.low },
    .number("predicted_p95_s", unit: "s") { $0.prediction.high },
    .number("measured_s", unit: "s") { $0.measured },
    .fraction("measured_spread_fraction") { $0.timing.spread },
    .number("error_fraction") { $0.error },
    .bool("covered") { $0.isCovered },
    .number("first_loss", unit: "nats per byte") { $0.firstLoss },
    .number("last_loss", unit: "nats per byte") { $0.lastLoss },
    .integer("samples") { $0.timing.count },
    .fraction("interrupted_fraction") { $0.timing.interruptedShare },
  ]
}

/// A proof as people read it: prediction and run side by side, then whether the bar is met.
public struct ProofText {
  let proof: Proof

  public init(_ proof: Proof) { self.proof = proof }

  public func table(_ screen: Screen) -> String {
    let style = Style(screen), prose = Prose(width: screen.proseWidth)
    let table = TextTable(ProofText.columns, proof.rows, width: screen.width)
    var lines = MachineText.lines(proof.profile.measurement, prose).enumerated().map { $0 == 0 ? style.bold($1) : $1 }
    lines += ["", style.dim(table.heading)] + table.rows + [""]
    lines += sentences.flatMap { prose.wrapped($0) }
    lines += prose.wrapped(verdict).map(proof.holds ? style.green : style.red)
    return lines.joined(separator: "\n") + "\n"
  }

  private static let columns: [Column<Proof.Row>] = [
    .shown("training step", .left) { $0.shape.name },
    .shown("parameters", dispensable: 2) { "\(Figures.significant(Double($0.shape.parameters) / 1e6)) M" },
    .shown("threads") { "\($0.threads)" },
    .shown("predicted") { milliseconds($0.prediction.seconds) },
    .shown("5–95 %") { "\(milliseconds($0.prediction.low)) … \(milliseconds($0.prediction.high))" },
    .shown("measured") { "\(milliseconds($0.measured)) ms" },
    .shown("error") { "\($0.error >= 0 ? "+" : "")\(Figures.percent($0.error))" },
    .shown("within", .left) { $0.isCovered ? "yes" : "no" },
    .shown("loss", dispensable: 1) { "\(Figures.fixed($0.firstLoss, 2)) → \(Figures.fixed($0.lastLoss, 2))" },
  ]

  private static func milliseconds(_ seconds: Double) -> String { Figures.significant(seconds * 1000) }

  private var sentences: [String] {
    let count = proof.rows.count, loud = proof.rows.filter { !$0.timing.isQuiet }.count
    let noise =
      loud == 0
      ? ""
      : " \(counted(loud, "step")) had no three samples without an interruption: those times are of a busy machine, and"
        + " say little about a prediction."
    return [
      "Median error \(Figures.percent(proof.medianError)), leaning \(Figures.percent(proof.medianBias)) over "
        + "\(counted(count, "step")) that no measurement was made at.",
      "\(proof.rows.filter(\.isCovered).count) of \(count) within their 5–95 % range: \(Figures.percent(proof.coverage)).",
      "The loss fell in \(proof.lossesFell) of \(count); it is in nats per byte of the text.",
      MachineText.noise(proof.profile.measurement)
        + " Repetitions of a step spread by \(Figures.percent(proof.noise))." + noise,
    ]
  }

  private var verdict: String {
    var missed: [String] = []
    if !proof.isAccurate { missed.append("the median error is above \(Figures.percent(Proof.mostError))") }
    if !proof.isCalibrated {
      let range = Proof.coverageRange
      missed.append(
        "coverage is outside \(Figures.percent(range.lowerBound)) to \(Figures.percent(range.upperBound))")
    }
    if proof.lossesFell < proof.rows.count { missed.append("a loss did not fall") }
    return missed.isEmpty ? "The bar is met." : "The bar is missed: \(listed(missed))."
  }
}
