import Quantities

/// A what-if: `chips.trainium2.memory_bandwidth=4 TB/s` replaces one field of one file as if it stood there.
///
/// It is applied to what the file says before anything is checked, so a replaced value must pass every check
/// that a written one must.
public struct Override: Hashable, Sendable {
  /// As given to `--set`.
  public let text: String
  /// `chips`, `instances`, … as in the folder's name.
  public let folder: String
  /// The name and the keys below it, `p5.48xlarge.nitro`: names have dots, so where one ends is the catalog's
  /// to say.
  let rest: String
  let value: String

  public init(parsing text: String) throws(Diagnostics) {
    let source = SourceText(name: "--set", text: text, isOption: true)
    func failed(_ message: String, _ help: String) -> Diagnostics {
      Diagnostics(Diagnostic(.error, message, help: help, at: source.place(line: 1, column: 1)))
    }
    let example = "write it like 'chips.trainium2.memory_bandwidth=4 TB/s'"
    guard let equals = text.firstIndex(of: "=") else {
      throw failed("\(quoted(text)) is not PATH=VALUE", example)
    }
    let path = text[..<equals]
    value = String(text[text.index(after: equals)...].drop { $0 == " " })
    guard let dot = path.firstIndex(of: "."), dot != path.startIndex else {
      throw failed("\(quoted(String(path))) is not a path to a field", example)
    }
    folder = String(path[..<dot])
    var rest = path[path.index(after: dot)...]
    while rest.last == " " { rest = rest.dropLast() }
    self.rest = String(rest)
    self.text = text
    let folders = Set(CatalogKind.allCases.filter { ![.prices, .regions].contains($0) }.map(\.folder)).sorted()
    if folder == "prices" {
      throw failed("prices are not set by --set", "write --price trn2.48xlarge=21.5")
    }
    if folder == "regions" {
      throw failed("grids are not set by --set", "name a folder with a regions/grids.csv of your own with --configs")
    }
    guard folders.contains(folder) else {
      let near = Spelling.nearest(to: folder, among: folders)
      throw failed(
        "\(quoted(folder)) is no kind of configuration",
        near.map { "did you mean '\($0)'?" } ?? "one of: \(folders.joined(separator: ", "))")
    }
    guard !rest.isEmpty, !value.isEmpty else { throw failed("\(quoted(text)) is not PATH=VALUE", example) }
  }

  /// Every `--set` of a command line, with all of their problems at once.
  public static func parse(_ texts: [String]) throws(Diagnostics) -> [Override] {
    var overrides: [Override] = []
    var problems: [Diagnostic] = []
    for text in texts {
      do {
        let one = try Override(parsing: text)
        if overrides.contains(where: { $0.folder == one.folder && $0.rest == one.rest }) {
          let place = one.source.place(line: 1, column: 1)
          problems.append(
            Diagnostic(.error, "\(one.folder).\(one.rest) is set twice", help: "keep one", at: place))
        }
        overrides.append(one)
      } catch {
        problems += error.all
      }
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    return overrides
  }

  var source: SourceText { SourceText(name: "--set", text: text, isOption: true) }
}

/// One step of a path into a file: a key, or a place in a list.
struct PathStep {
  var key: String
  /// In the option's text, 1-based.
  var column: Int
  var index: Int?
}

extension Override {
  /// The steps below a name: `scale_up[0].bandwidth` is a key, an index and a key.
  func steps(below name: String) throws(Diagnostics) -> [PathStep] {
    var steps: [PathStep] = []
    var column = folder.unicodeScalars.count + name.unicodeScalars.count + 3
    for part in rest.dropFirst(name.count + 1).split(separator: ".", omittingEmptySubsequences: false) {
      let key = part.prefix { $0 != "[" }
      let tail = part[key.endIndex...]
      var step = PathStep(key: String(key), column: column)
      if !tail.isEmpty {
        guard tail.last == "]", let index = Int(tail.dropFirst().dropLast()), index >= 0 else {
          throw failed(
            "\(quoted(String(part))) is not a place in a list", "write it like scale_up[0]", column)
        }
        step.index = index
      }
      if key.isEmpty {
        throw failed("a key is missing in the path", "write it like chips.h100.peak.bf16", column)
      }
      steps.append(step)
      column += part.unicodeScalars.count + 1
    }
    return steps
  }

  func failed(_ message: String, _ help: String?, _ column: Int) -> Diagnostics {
    Diagnostics(Diagnostic(.error, message, help: help, at: source.place(line: 1, column: column)))
  }

  /// What is put in place: a word, or a list or map where the text begins like one.
  func replacement() throws(Diagnostics) -> Tree {
    if value.first == "[" || value.first == "{" {
      return try YAMLText.parse(SourceText(name: "--set", text: value, isOption: true))
    }
    let before = text.unicodeScalars.count - value.unicodeScalars.count
    return Tree(word: value, source: source, column: before + 1)
  }
}
