import ArgumentParser
import Reporting
import Scenarios

struct CatalogAddCommand: ParsableCommand {
  /// What can be added.
  enum What: String, CaseIterable { case chip, instance, price }

  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Writes a commented file for a chip, an instance type or a price of your own, to be filled in.",
    discussion: """
        trainfare catalog add chip mychip --like h100
        trainfare catalog add instance mybox --chip mychip
        trainfare catalog add price mybox
        trainfare catalog check

      The file goes into the first folder of --configs; without one, into the first of TRAINFARE_CONFIGS, else into \
      configs/ of the current folder or of the nearest one above it that has a file 'trainfare-configs' in it. A file that is there is never \
      overwritten. 'catalog check' names what is still to be filled in.
      """)

  @Argument(
    help: ArgumentHelp("One of \(What.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "what"),
    completion: .list(What.allCases.map(\.rawValue)))
  var what: String

  @Argument(
    help: ArgumentHelp("The name it is to have; of a price, that of the instance type.", valueName: "name"),
    completion: Names.of(.instances))
  var name: String

  @Option(
    help: ArgumentHelp(
      "For a chip: a known chip that is like it; it stands for all that the file leaves out.",
      discussion: "Example: --like h100", valueName: "chip"),
    completion: Names.of(.chips))
  var like: String?

  @Option(
    help: ArgumentHelp("Of an instance: the chip in it. Example: --chip mychip", valueName: "chip"),
    completion: Names.of(.chips))
  var chip: String?

  @OptionGroup(title: "What is known") var config: ConfigOptions

  func run() throws {
    var reader = OptionReader()
    let overrides = config.read(&reader)
    let what = reader.choice(what, "WHAT", among: What.allCases)
    // A folder that is to be made has nothing to be read.
    let catalog = config.catalog(overrides).ofFoldersThatExist
    if let what { check(what, catalog, &reader) }
    try reader.finish()
    guard let what else { return }
    let folder = Catalog.ownFolder(
      explicit: config.configs, environment: Environment["TRAINFARE_CONFIGS"],
      currentDirectory: Process.currentDirectory)
    try mark(folder)
    let (kind, text) = file(what, catalog, try Today.forFiles())
    let path = "\(folder)/\(kind.folder)/\(name).\(what == .price ? "csv" : "yaml")"
    try NewFile.write(text, to: path)
    var lines = ["wrote \(path)"]
    if what != .price, catalog.names(kind).contains(name) {
      lines.append("It takes the place of the \(kind.singular) '\(name)' that is known already.")
    }
    let configs = config.configs.map { " --configs \($0)" }.joined()
    lines.append(
      "Put your own in place of \(Template.blank) (\(text.blanks) times), then: trainfare catalog check\(configs)")
    try StandardOutput.write(lines.joined(separator: "\n") + "\n")
  }

  /// A folder that nobody names is read only where it says that it is ours.
  private func mark(_ folder: String) throws(Stop) {
    guard folder == "configs", config.configs.isEmpty, Environment["TRAINFARE_CONFIGS"] ?? "" == "" else { return }
    let marker = "\(folder)/\(Catalog.marker)"
    if OutputFile.exists(marker) { return }
    guard !OutputFile.exists(folder) else {
      throw Stop(
        status: 2,
        diagnostics: [
          Diagnostic(
            .error, "the folder '\(folder)' here is not marked as one of trainfare",
            help: "name a folder for your files, as in --configs mine; or make the file '\(marker)'")
        ])
    }
    try NewFile.write(Catalog.markerText, to: marker)
  }

  private func check(_ what: What, _ catalog: Catalog, _ reader: inout OptionReader) {
    if let like {
      if what != .chip {
        reader.problem("--like is of a chip", help: "leave it out", option: "--like", text: like)
      } else if like == name {
        reader.problem("a chip is not like itself", help: "name another", option: "--like", text: like)
      } else if !catalog.names(.chips).contains(like) {
        reader.unknown(like, "--like", among: catalog.names(.chips))
      }
    }
    if let chip {
      if what != .instance {
        reader.problem("--chip is of an instance", help: "leave it out", option: "--chip", text: chip)
      } else if !catalog.names(.chips).contains(chip) {
        reader.unknown(chip, "--chip", among: catalog.names(.chips))
      }
    }
    if what == .price {
      if !catalog.names(.instances).contains(name) { reader.unknown(name, "NAME", among: catalog.names(.instances)) }
      return
    }
    // What would be read as something else: a path, a profile CHIP.STACK, a type with parts, a Nitro card.
    let marks = what == .chip ? "-_" : "-_."
    let isWord = name.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || marks.unicodeScalars.contains($0))
    }
    if !isWord || name.first.map({ $0.isLetter || $0.isNumber }) != true || name.utf8.count > 80 {
      reader.problem(
        "'\(name)' cannot be the name of a file here",
        help: "use letters, digits and any of \(marks), such as mychip-2",
        option: "NAME", text: name)
    } else if what == .chip, name.hasPrefix("nitro-") {
      reader.problem(
        "names that begin with 'nitro-' are of Nitro cards", help: "choose another", option: "NAME", text: name)
    }
  }

  private func file(_ what: What, _ catalog: Catalog, _ date: String) -> (CatalogKind, String) {
    switch what {
    case .chip: return (.chips, Template.chip(name, like: like, date: date))
    case .instance: return (.instances, Template.instance(name, chip: chip, date: date))
    case .price:
      // Of a machine whose file is not filled in yet nobody knows who sells it.
      let known = (try? catalog.instance(name))?.provider ?? (try? catalog.provider("reference"))
      return (
        .prices,
        Template.price(
          name, provider: known?.name ?? "reference", region: known?.homeRegion ?? "unspecified",
          sold: known?.sold ?? [], date: date)
      )
    }
  }
}

extension String {
  /// How many places of a template are to be filled in, those that comments speak of left out.
  fileprivate var blanks: Int {
    split(separator: "\n").filter { !$0.hasPrefix("#") }.reduce(0) { $0 + $1.ranges(of: Template.blank).count }
  }
}
