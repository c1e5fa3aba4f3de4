import Workbooks

/// A figure or a word of an option: a column of the sheet of options, and by its name a value in the script of a page.
enum OptionKey: String, CaseIterable {
  case name, model, instance, instances, chips, plan, bought, region
  case price, discount, tokens, utilization, goodput
  case expected, low, high, expectedPerMillion, days, ratio, rank
  case steps, step, run, billed, instanceHours, cost, perMillion, ranked
  case tokensPerStep, fastestStep, startup, practice, spares, shortest, portion, limit, largerPortion, lead
  case timeFactor, costFactor, lowFactor, highFactor
  case cheapest, late, evidence, bound, why, warnings, assumptions

  /// Columns that belong together stand under one word.
  enum Group: String {
    case option = ""
    case input = "Inputs: change the yellow cells"
    case answer = "Answers, worked out from the inputs"
    case working = "How they are worked out"
    case given = "Taken from trainfare as they are"
    case words = "As trainfare was asked"
  }

  var group: Group {
    switch self {
    case .name, .model, .instance, .instances, .chips, .plan, .bought, .region: .option
    case .price, .discount, .tokens, .utilization, .goodput: .input
    case .expected, .low, .high, .expectedPerMillion, .days, .ratio, .rank: .answer
    case .steps, .step, .run, .billed, .instanceHours, .cost, .perMillion, .ranked: .working
    case .tokensPerStep, .fastestStep, .startup, .practice, .spares, .shortest, .portion, .limit, .largerPortion, .lead,
      .timeFactor, .costFactor, .lowFactor, .highFactor:
      .given
    case .cheapest, .late, .evidence, .bound, .why, .warnings, .assumptions: .words
    }
  }

  /// What it is, with its unit.
  var heading: String {
    switch self {
    case .name: "option"
    case .model: "model"
    case .instance: "instance type"
    case .instances: "instances"
    case .chips: "chips"
    case .plan: "plan"
    case .bought: "bought"
    case .region: "price is of"
    case .price: "price, USD per instance-hour"
    case .discount: "discount, %"
    case .tokens: "tokens"
    case .utilization: "MFU, % of peak"
    case .goodput: "goodput once started, %"
    case .expected: "expected cost, USD"
    case .low: "cost, lower end of 5–95%, USD"
    case .high: "cost, upper end of 5–95%, USD"
    case .expectedPerMillion: "expected cost, USD per million tokens"
    case .days: "expected time, days"
    case .ratio: "expected cost ÷ the reference's"
    case .rank: "rank by cost"
    case .steps: "steps"
    case .step: "step, s"
    case .run: "run as predicted, h"
    case .billed: "billed of each instance, h"
    case .instanceHours: "billed in all, instance-hours"
    case .cost: "bill as predicted, USD"
    case .perMillion: "bill, USD per million tokens"
    case .ranked: "cost that is ranked, USD"
    case .tokensPerStep: "tokens in a step"
    case .fastestStep: "step at 100% MFU, s"
    case .startup: "before the first step and after the last, s"
    case .practice: "the team's practice, ×"
    case .spares: "instances that stand by"
    case .shortest: "billed at least, h"
    case .portion: "sold in portions of, h"
    case .limit: "up to, h"
    case .largerPortion: "beyond that in portions of, h"
    case .lead: "from the start to the first time of day that blocks end, h"
    case .timeFactor: "expected ÷ predicted time"
    case .costFactor: "expected ÷ predicted cost"
    case .lowFactor: "lower end ÷ predicted cost"
    case .highFactor: "upper end ÷ predicted cost"
    case .cheapest: "chance of being the cheapest, %"
    case .late: "chance of being late, %"
    case .evidence: "evidence"
    case .bound: "bound by"
    case .why: "why it does not run"
    case .warnings: "warnings"
    case .assumptions: "assumptions"
    }
  }

  /// In characters.
  var width: Double {
    switch self {
    case .name: 26
    case .model, .instance, .plan, .warnings, .assumptions: 22
    case .bought, .region: 15
    case .tokens: 19
    case .evidence, .bound, .why: 16
    case .startup, .lead, .instanceHours, .expectedPerMillion: 18
    case .instances, .chips, .rank, .discount, .utilization: 10
    default: 13
    }
  }

  private var format: CellStyle.Format {
    switch self {
    case .instances, .chips, .tokens, .steps, .tokensPerStep, .spares, .rank: .whole
    case .price: .cents
    case .discount, .utilization, .goodput, .cheapest, .late: .percent
    case .expected, .low, .high, .cost, .ranked: .dollars
    case .expectedPerMillion, .perMillion: .fineDollars
    case .days: .hundredths
    case .ratio, .practice, .timeFactor, .costFactor, .lowFactor, .highFactor: .times
    case .step, .fastestStep: .thousandths
    case .run, .billed, .instanceHours, .startup, .shortest, .portion, .limit, .largerPortion, .lead: .hundredths
    case .name, .model, .instance, .plan, .bought, .region, .evidence, .bound, .why, .warnings, .assumptions: .general
    }
  }

  var style: CellStyle {
    switch group {
    case .option, .words: CellStyle(.plain, format)
    case .input: CellStyle(.input, format)
    case .answer: CellStyle(self == .expected ? .answer : .live, format)
    case .working: CellStyle(.live, format)
    case .given: CellStyle(.fixed, format)
    }
  }
}
