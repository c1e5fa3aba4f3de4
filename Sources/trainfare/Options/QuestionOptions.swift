import ArgumentParser
import Costing
import Planning
import Quantities
import Scenarios

/// How many machines.
struct SizeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("This many instances. Example: --instances 16", valueName: "n"))
  var instances: String?

  @Option(help: ArgumentHelp("This many chips. Example: --chips 1024", valueName: "n"))
  var chips: String?

  @Option(
    help: ArgumentHelp("The cheapest count that finishes in this time. Example: --deadline '30 d'", valueName: "time"))
  var deadline: String?

  @Option(
    help: ArgumentHelp(
      "The fastest count within this sum; with --deadline, the cheapest within both.",
      discussion: "Example: --budget '$2 M'", valueName: "dollars"))
  var budget: String?

  @OptionGroup var limits: LimitOptions

  func read(_ reader: inout OptionReader) -> JobSize? {
    reader.attempt { () throws(Diagnostics) in
      try JobSize.parse(instances: instances, chips: chips, deadline: deadline, budget: budget)
    } ?? nil
  }
}

/// How surely a count has to keep to its time and money, and how large it may be.
struct LimitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The probability with which a count must meet a deadline or a budget. (default: 90%)",
      discussion: "Example: --confidence 80%", valueName: "part"))
  var confidence: String?

  @Option(
    help: ArgumentHelp(
      "The largest count to look at. Default: what is available, as far as known.",
      discussion: "Example: --max-instances 64", valueName: "n"))
  var maxInstances: String?

  /// Nil where they are not given.
  func read(_ reader: inout OptionReader) -> (confidence: Double?, maxInstances: Int?) {
    (reader.confidence(confidence), reader.int(maxInstances, "--max-instances"))
  }
}

/// What the ratios of a comparison refer to.
struct ReferenceOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The instance type that ratios refer to.",
      discussion: "Default: the first that runs. Example: --reference p5.48xlarge", valueName: "type"),
    completion: Names.of(.instances))
  var reference: String?
}

/// How the work is split.
struct PlanOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The parallel plan: best, published, or degrees.",
      discussion: """
        best (default): the plan that is expected to be fastest. published: the plan of the measured run most like the
        job on each chip. Degrees: these are fixed, the rest is searched for (etp is 1 unless given); any of tp, pp, vpp, dp, cp, ep, etp, zero, shard, micro_batch, recompute, sequence_parallel, ends.
        Example: --plan tp=8,pp=4,micro_batch=1,recompute=selective
        """, valueName: "key=value,…"))
  var plan: String?

  func read(_ reader: inout OptionReader) -> PlanRequest? {
    guard let plan else { return nil }
    return reader.attempt { () throws(Diagnostics) in try PlanRequest(parsing: plan) }
  }
}

/// How it is paid.
struct PriceOptions: ParsableArguments {
  static let ways = ["list"] + PricingModel.allCases.map(\.rawValue)

  @Option(
    help: ArgumentHelp(
      "How instances are bought: \(ways.joined(separator: ", ")). Several, with commas, are compared side by side.",
      discussion: """
        list: on demand where the type is sold that way, else as a capacity block. Few prices of savings plans and reservations
        are public: add yours with --price, or to prices/NAME.csv in your --configs. Example: --pricing on-demand,spot
        """,
      valueName: "way"),
    completion: .list(ways))
  var pricing: String = "list"

  @Option(
    help: ArgumentHelp(
      "Prices of this region only.", discussion: "Example: --region us-east-1", valueName: "name"))
  var region: String?

  @Option(
    help: ArgumentHelp(
      "When the run starts, in UTC: says whether a capacity block can be booked yet, and when it ends.",
      discussion: "Example: --start 2027-01-15, or --start '2027-01-15 08:00'", valueName: "day"))
  var start: String?

  @Option(
    help: ArgumentHelp(
      "A price of your own for one instance-hour; may be repeated.",
      discussion: "Example: --price trn2.48xlarge=21.5", valueName: "type=usd"))
  var price: [String] = []

  func read(_ reader: inout OptionReader) -> PriceSettings {
    var rates: [String: DollarRate] = [:]
    for text in price {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        reader.problem(
          "'\(text)' is not TYPE=USD_PER_HOUR", help: "write it like trn2.48xlarge=21.5", option: "--price",
          text: text)
        continue
      }
      let name = String(text[..<equals])
      let amount = String(text[text.index(after: equals)...])
      if rates[name] != nil {
        reader.problem("\(name) is given two prices", help: "keep one of them", option: "--price", text: text)
      }
      if let rate = reader.rate(amount, "--price") { rates[name] = rate }
    }
    var requests: [PricingRequest] = []
    for part in pricing.split(separator: ",", omittingEmptySubsequences: false) {
      let name = part.trimmingBlanks
      if name == "list" || PricingModel(rawValue: name) != nil {
        let one = PricingModel(rawValue: name).map(PricingRequest.model) ?? .list
        if requests.contains(one) {
          reader.problem("\(name) is named twice", help: "name it once", option: "--pricing", text: pricing)
        } else {
          requests.append(one)
        }
      } else {
        reader.unknown(name, "--pricing", among: PriceOptions.ways)
      }
    }
    return PriceSettings(
      requests: requests.isEmpty ? [.list] : requests, region: region, rates: rates, start: reader.start(start))
  }
}

struct PriceSettings {
  /// One at least.
  var requests: [PricingRequest]
  var region: String?
  /// `--price`, by instance type.
  var rates: [String: DollarRate]
  /// When the run starts; nil: nobody said.
  var start: Moment?
}

/// Where chips, instances, models and prices are read, and what is changed in them.
struct ConfigOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A folder of your own files; each replaces the shipped one of its name. May be repeated.",
      discussion: """
        So do folders in TRAINFARE_CONFIGS, and a folder 'configs' here or above that has a file 'trainfare-configs' in it.
        -v says which file came from where. Example: --configs ~/my-configs
        """, valueName: "dir"),
    completion: .directory)
  var configs: [String] = []

  @Option(
    help: ArgumentHelp(
      "Change one field of one file for this run; may be repeated.",
      discussion: "Example: --set 'chips.trainium2.memory_bandwidth=4 TB/s'", valueName: "path=value"))
  var set: [String] = []

  @Option(
    help: ArgumentHelp(
      "Read a config.json of an unknown family as this family; only if you know that it is built alike.",
      discussion: "Example: --model my-model/config.json --assume llama", valueName: "family"))
  var assume: String?

  func read(_ reader: inout OptionReader) -> [Override] {
    reader.attempt { () throws(Diagnostics) in try Override.parse(set) } ?? []
  }

  func catalog(_ overrides: [Override] = []) -> Catalog {
    var environment: [String: String] = [:]
    if let folders = Environment["TRAINFARE_CONFIGS"] { environment["TRAINFARE_CONFIGS"] = folders }
    let catalog = Catalog(
      roots: Catalog.findRoots(
        explicit: configs, environment: environment, currentDirectory: Process.currentDirectory,
        executable: Process.executable),
      overrides: overrides, assumedFamily: assume)
    Origins.note(catalog)
    return catalog
  }
}
