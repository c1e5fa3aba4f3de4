import ArgumentParser
import Quantities
import Scenarios

/// How much, for how long, and what is trained.
struct BudgetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The money, in all or for each year; several amounts are separated by commas.",
      discussion: "Example: --dollars '$10 M', or --dollars '$5.4 B/year'", valueName: "amount"))
  var dollars: String?

  @Option(
    help: ArgumentHelp(
      "How long training may take.", discussion: "Example: --days '90 d', or --days '7 years'", valueName: "time"))
  var days: String?

  @Option(
    help: ArgumentHelp(
      "Instance types, separated by commas.",
      discussion: "Default: those of the budget. Example: --on trn2.48xlarge,p5.48xlarge", valueName: "types"),
    completion: Names.of(.instances))
  var on: String?

  @Option(
    help: ArgumentHelp(
      "Models to train as long as the money lasts: names from configs/models, YAML files or a config.json.",
      discussion: "Default: a scaling law chooses the model. Example: --model llama-3.1-70b", valueName: "models"),
    completion: Names.of(.models, orFiles: ["yaml", "yml", "json"]))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Scaling laws that choose model and tokens: names from configs/scaling.",
      discussion: "Default, without --model: all of them. Example: --law chinchilla,llama-3", valueName: "laws"),
    completion: Names.of(.scaling))
  var law: String?

  @Option(help: ArgumentHelp("Tokens in a sequence. Default: 8192. Example: --sequence-length 4096", valueName: "n"))
  var sequenceLength: String?

  @Option(
    help: ArgumentHelp(
      "Sequences in a step. Default: by a published rule. Example: --global-batch 2048", valueName: "n"))
  var globalBatch: String?

  @Option(
    help: ArgumentHelp(
      "Number format of matrix products: \(Job.precisions.map(\.rawValue).joined(separator: ", ")).",
      discussion: "Default: bf16. Example: --precision fp8", valueName: "type"),
    completion: .list(Job.precisions.map(\.rawValue)))
  var precision: String?

  @Option(
    help: ArgumentHelp(
      "Optimizer: \(Optimizer.allCases.map(\.rawValue).joined(separator: ", ")).",
      discussion: "Default: adamw. Example: --optimizer adamw-bf16", valueName: "name"),
    completion: .list(Optimizer.allCases.map(\.rawValue)))
  var optimizer: String?

  @Option(
    help: ArgumentHelp(
      "Software stack whose efficiency profiles are used.",
      discussion: "Default: each chip's own. Example: --stack nemo", valueName: "name"),
    completion: Names.of(.stacks))
  var stack: String?

  @OptionGroup var limits: LimitOptions

  @OptionGroup var operating: OperatingOptions

  /// What is changed of the budget that a file has.
  func read(_ reader: inout OptionReader) -> Budget {
    var budget = Budget(name: "")
    budget.sums = reader.names([dollars].compactMap { $0 }, "--dollars").compactMap { text -> Budget.Sum? in
      do throws(QuantityError) {
        return try Budget.Sum.parse(text)
      } catch {
        reader.problem(error.message, help: error.help, option: "--dollars", text: text)
        return nil
      }
    }
    budget.time = reader.quantity(days, "--days")
    budget.types = reader.names([on].compactMap { $0 }, "--on")
    budget.models = reader.names([model].compactMap { $0 }, "--model")
    budget.laws = reader.names([law].compactMap { $0 }, "--law")
    budget.sequenceLength = reader.int(sequenceLength, "--sequence-length")
    budget.globalBatch = reader.int(globalBatch, "--global-batch")
    budget.precision = reader.choice(precision, "--precision", among: Job.precisions)
    budget.optimizer = optimizer.flatMap { text in
      reader.attempt { () throws(Diagnostics) in try Optimizer(parsing: text) }
    }
    budget.stack = stack
    budget.operating = operating.read(&reader)
    return budget
  }
}
