import Quantities

extension Posterior {
  init(_ fields: Fields) {
    let table = fields.rows("elements")
    var elements: [Element] = [], means: [Double] = [], spreads: [Double] = []
    for row in table {
      guard row.count == 4, let parameter = EfficiencyParameter(key: row[0]), let scope = ParameterScope(text: row[1]),
        let mean = Double(row[2]), mean.isFinite, let spread = Double(row[3]), spread.isFinite, spread >= 0
      else {
        fields.error(
          "'elements' has a row that is not PARAMETER SCOPE MEAN SPREAD: \(quoted(row.joined(separator: " ")))",
          help: "write the file anew with 'trainfare calibrate'", at: "elements")
        break
      }
      elements.append(Element(parameter, scope))
      means.append(mean)
      spreads.append(spread)
    }
    let triangle = fields.rows("factor").map { row in row.compactMap(Double.init).filter(\.isFinite) }
    let size = triangle.count
    var factor = [Double](repeating: 0, count: size * size)
    for (i, row) in triangle.enumerated() {
      guard row.count == i + 1, size <= elements.count else {
        fields.error(
          "'factor' is not a lower triangle over 'elements': row \(i + 1) has \(row.count) numbers",
          help: "write the file anew with 'trainfare calibrate'", at: "factor")
        break
      }
      for (j, value) in row.enumerated() { factor[i * size + j] = value }
    }
    var residuals: [String: Double] = [:]
    for row in fields.rows("residuals") {
      guard row.count == 2, let spread = Double(row[1]), spread.isFinite, spread > 0 else {
        fields.error(
          "'residuals' has a row that is not STACK@CHIP SPREAD: \(quoted(row.joined(separator: " ")))",
          help: "a spread is above 0; write the file anew with 'trainfare calibrate'", at: "residuals")
        break
      }
      residuals[row[0]] = spread
    }
    self.init(
      elements: elements, means: means, spreads: spreads, correlated: size, factor: factor, residuals: residuals,
      laboratory: fields.number("laboratory") ?? 0, extrapolated: fields.number("extrapolated") ?? 0,
      shared: fields.fraction("shared", fromZero: true) ?? 0, rows: fields.int("rows", in: 0...1_000_000_000) ?? 0,
      data: fields.text("data") ?? "", origin: fields.origin)
    if residuals["*@*"] == nil { fields.error("'residuals' has no row '*@*'", at: "residuals") }
  }
}

extension Fields {
  /// A block of text as rows of words.
  func rows(_ key: String) -> [[String]] {
    guard let (text, _) = word(key, expected: "a block of text") else { return [] }
    return text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }.filter { !$0.isEmpty }
  }
}
