import Quantities

/// The form in which a reader tries other inputs: price, discount and MFU of each option, and the tokens of all. Without scripts it is
/// not seen.
struct OptionForm {
  /// Those that run.
  let options: [OptionRow]
  let scale: TimeScale
  /// What it is called to whoever does not see it, where a page has several.
  let label: String

  private static let title = "With other prices, MFU and tokens"

  /// - Parameter level: of its heading.
  func html(_ script: inout PageScript, level: Int) -> HTML {
    guard let tokens = options.first?.amount(.tokens) else { return .ready("") }
    let heads = [
      "", "$ an instance-hour", "discount, %", "MFU, %", "bill", "expected cost", "$/M tokens", scale.heading, "rank",
    ]
    let head = HTML.element("tr", heads.map { HTML.element("th", [("scope", "col")], $0) })
    let rows = options.map { row($0, &script) }
    let seldom = options.filter(\.isSeldom).map(\.name)
    let name = label.isEmpty ? OptionForm.title : "\(label): \(OptionForm.title.continued)"
    let table = HTML.element(
      "table", [.element("caption", "Type into any field"), .element("thead", [head]), .element("tbody", rows)])
    let field = HTML.element(
      "label",
      [
        .text("Tokens of the job: "),
        Self.field("tokens", .tokens, Self.exact(tokens), scale: 1, words: nil, 1...1e18),
      ])
    return .element(
      "form", [("class", "inputs js"), ("data-hours", Self.exact(scale.seconds / 3600)), ("hidden", "hidden")],
      [.element("h\(level)", OptionForm.title), .element("p", [field]), HTML.wide(name, table)]
        + [.element("p", [.element("output", [("aria-live", "polite")], [])])]
        + (seldom.isEmpty
          ? [] : [.element("p", "Seldom available this way, and so without a rank: \(listed(seldom)).")])
        + [
          .element(
            "p",
            "The bill is what trainfare predicts with such inputs, and the expected cost stays in proportion to it. The number of "
              + "instances and the plan stay as they are; trainfare would choose them anew."),
          .element("p", [.element("button", [("type", "reset")], "As it was")]),
        ])
  }

  private func row(_ option: OptionRow, _ script: inout PageScript) -> HTML {
    func cell(_ field: HTML) -> HTML { .element("td", [("class", "n")], [field]) }
    let price = option.amount(.price), share = option.amount(.utilization)
    let rule = script.number(of: OptionRule(option))
    return .element(
      "tr",
      [("data-rule", "\(rule)"), ("data-name", option.name), ("data-given", Self.given(option))]
        + (option.isSeldom ? [("data-seldom", "yes")] : []),
      [
        .element("th", [("scope", "row")], option.name),
        cell(
          Self.field(
            "price", .price, price.map { Self.rounded($0, 1e6) } ?? "", scale: 1,
            words: "\(option.name): dollars an instance-hour", 0...1e6)),
        cell(
          Self.field("off", .discount, "0", scale: 100, words: "\(option.name): discount in percent", 0...100)),
        share.map {
          cell(
            Self.field(
              "mfu", .utilization, Self.rounded($0 * 100, 100), scale: 100, words: "\(option.name): MFU in percent",
              1e-4...100))
        } ?? .element("td", [("class", "n")], "–"),
        .element("td", [("class", "n bill")], ""), .element("td", [("class", "n cost")], ""),
        .element("td", [("class", "n million")], ""),
        .element("td", [("class", "n time")], ""), .element("td", [("class", "n rank")], ""),
      ])
  }

  private static func field(
    _ kind: String, _ key: OptionKey, _ value: String, scale: Double, words: String?, _ limits: ClosedRange<Double>
  ) -> HTML {
    .void(
      "input",
      [
        ("class", kind), ("type", "number"), ("step", "any"), ("value", value), ("data-key", key.rawValue),
        ("data-scale", exact(scale)), ("min", exact(limits.lowerBound)), ("max", exact(limits.upperBound)),
      ] + (words.map { [("aria-label", $0)] } ?? []))
  }

  /// All that the arithmetic starts from, in full. What is not known is not there. Where nothing tells how wrong a prediction may be,
  /// what is expected is what is predicted.
  private static func given(_ option: OptionRow) -> String {
    let keys = OptionKey.allCases.filter { key in
      [.input, .given].contains(key.group) || key == .instances || key == .step && option.amount(.fastestStep) == nil
    }
    let sure: Set<OptionKey> = [.timeFactor, .costFactor]
    let known = keys.filter { ![.lowFactor, .highFactor].contains($0) }.compactMap { key in
      (option.amount(key) ?? (sure.contains(key) ? 1 : nil)).map { "\"\(key.rawValue)\":\(exact($0))" }
    }
    return "{\(known.joined(separator: ","))}"
  }

  private static func rounded(_ value: Double, _ scale: Double) -> String { exact((value * scale).rounded() / scale) }
  private static func exact(_ value: Double) -> String { Cell.number(value).exact ?? "" }
}

extension String {
  /// With a small letter first, to go on with in a sentence.
  fileprivate var continued: String { prefix(1).lowercased() + dropFirst() }
}
